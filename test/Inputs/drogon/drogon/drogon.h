// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Drogon: of its API, the declarations that the tests of models/drogon.yaml use.
//
#ifndef DROGON_DROGON_H
#define DROGON_DROGON_H

#include <functional>
#include <memory>
#include <string>
#include <trantor/net/EventLoop.h>
#include <vector>

#define METHOD_LIST_BEGIN static void initPathRouting() {
#define METHOD_ADD(method, pattern, ...)                                                           \
  registerMethod(&method, pattern, {__VA_ARGS__}, true, #method)
#define ADD_METHOD_TO(method, pattern, ...)                                                        \
  registerMethod(&method, pattern, {__VA_ARGS__}, false, #method)
#define METHOD_LIST_END }
#define PATH_LIST_BEGIN static void initPathRouting() {
#define PATH_ADD(path, ...) registerSelf__(path, {__VA_ARGS__})
#define PATH_LIST_END }

namespace drogon {

enum HttpMethod { Get, Post };

class HttpRequest;
class HttpResponse;
using HttpRequestPtr = std::shared_ptr<HttpRequest>;
using HttpResponsePtr = std::shared_ptr<HttpResponse>;
using AdviceCallback = std::function<void(const HttpResponsePtr &)>;
using AdviceChainCallback = std::function<void()>;
using FilterCallback = std::function<void(const HttpResponsePtr &)>;
using FilterChainCallback = std::function<void()>;
using DefaultHandler =
    std::function<void(const HttpRequestPtr &, std::function<void(const HttpResponsePtr &)> &&)>;

class HttpResponse {
public:
  static HttpResponsePtr newHttpResponse();
};

namespace internal {
class HttpConstraint {
public:
  HttpConstraint(HttpMethod method);
  HttpConstraint(const char *middlewareName);
};
} // namespace internal

class HttpAppFramework {
public:
  template <typename FUNCTION>
  HttpAppFramework &registerHandler(const std::string &pathPattern, FUNCTION &&function,
                                    const std::vector<internal::HttpConstraint> &constraints = {},
                                    const std::string &handlerName = "") {
    return *this;
  }
  virtual HttpAppFramework &
  registerPreRoutingAdvice(const std::function<void(const HttpRequestPtr &)> &advice) = 0;
  virtual HttpAppFramework &setDefaultHandler(DefaultHandler handler) = 0;
  virtual HttpAppFramework &registerBeginningAdvice(const std::function<void()> &advice) = 0;
  virtual trantor::EventLoop *getLoop() const = 0;
  virtual void run() = 0;
};
HttpAppFramework &app();

class DrObjectBase {
public:
  virtual ~DrObjectBase() {}
};

template <typename T> class DrObject : public virtual DrObjectBase {};

template <typename T, bool AutoCreation = true> class HttpController : public DrObject<T> {
protected:
  template <typename FUNCTION>
  static void registerMethod(FUNCTION &&function, const std::string &pattern,
                             const std::vector<internal::HttpConstraint> &constraints = {},
                             bool classNameInPath = true, const std::string &handlerName = "") {}
};

} // namespace drogon

#include "drogon/HttpSimpleController.h"

#endif
