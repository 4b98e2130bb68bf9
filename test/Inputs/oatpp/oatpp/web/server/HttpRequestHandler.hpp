// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Oat++'s headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_OATPP_OATPP_WEB_SERVER_HTTPREQUESTHANDLER_HPP
#define BELAY_INPUTS_OATPP_OATPP_WEB_SERVER_HTTPREQUESTHANDLER_HPP

#include <memory>

namespace oatpp::web::server {
class HttpRequestHandler {
public:
  struct IncomingRequest {};
  struct OutgoingResponse {};
  virtual ~HttpRequestHandler();
  virtual std::shared_ptr<OutgoingResponse>
  handle(const std::shared_ptr<IncomingRequest> &request) = 0;
};
} // namespace oatpp::web::server

#endif
