// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Proxygen's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_PROXYGEN_PROXYGEN_HTTPSERVER_REQUESTHANDLER_H
#define BELAY_INPUTS_PROXYGEN_PROXYGEN_HTTPSERVER_REQUESTHANDLER_H

#include <memory>

namespace proxygen {
class HTTPMessage {};
class RequestHandler {
public:
  virtual ~RequestHandler();
  virtual void onRequest(std::unique_ptr<HTTPMessage> headers) noexcept = 0;
  virtual void onEOM() noexcept = 0;
};
class RequestHandlerFactory {
public:
  virtual ~RequestHandlerFactory();
  virtual RequestHandler *onRequest(RequestHandler *next, HTTPMessage *message) noexcept = 0;
};
} // namespace proxygen

#endif
