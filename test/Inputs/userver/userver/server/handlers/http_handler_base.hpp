// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for userver's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_USERVER_USERVER_SERVER_HANDLERS_HTTP_HANDLER_BASE_HPP
#define BELAY_INPUTS_USERVER_USERVER_SERVER_HANDLERS_HTTP_HANDLER_BASE_HPP

#include <string>

namespace userver {
namespace engine {
class Mutex {
public:
  void lock();
  void unlock();
};
} // namespace engine
namespace utils {
template <typename Function> void Async(std::string, Function &&) {}
} // namespace utils
namespace server {
namespace http {
class HttpRequest {
public:
  const std::string &GetArg(const char *name) const;
};
} // namespace http
namespace request {
class RequestContext {};
} // namespace request
namespace handlers {
class HttpHandlerBase {
public:
  virtual ~HttpHandlerBase();
  virtual std::string HandleRequestThrow(const http::HttpRequest &request,
                                         request::RequestContext &context) const;
};
} // namespace handlers
} // namespace server
} // namespace userver

#endif
