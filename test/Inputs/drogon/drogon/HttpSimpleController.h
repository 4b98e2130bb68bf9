// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Drogon's simple controllers: the declarations that the tests of the models use.
//
#ifndef DROGON_HTTPSIMPLECONTROLLER_H
#define DROGON_HTTPSIMPLECONTROLLER_H

#include "drogon/drogon.h"

namespace drogon {

class HttpSimpleControllerBase : public virtual DrObjectBase {
public:
  virtual void asyncHandleHttpRequest(const HttpRequestPtr &req,
                                      std::function<void(const HttpResponsePtr &)> &&callback) = 0;
};

template <typename T, bool AutoCreation = true>
class HttpSimpleController : public DrObject<T>, public HttpSimpleControllerBase {
protected:
  static void registerSelf__(const std::string &path,
                             const std::vector<internal::HttpConstraint> &constraints);
};

} // namespace drogon

#endif
