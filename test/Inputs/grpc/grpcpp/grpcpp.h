// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for gRPC's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_GRPC_GRPCPP_GRPCPP_H
#define BELAY_INPUTS_GRPC_GRPCPP_GRPCPP_H

#include <memory>

namespace grpc {
class ServerContextBase {
public:
  bool IsCancelled() const;
};
class ServerContext : public ServerContextBase {};
class ClientContext {
public:
  static std::unique_ptr<ClientContext> FromServerContext(const ServerContextBase &context);
};
class Status {
public:
  static const Status OK;
  static const Status CANCELLED;
};
class Service {
public:
  virtual ~Service();
};
} // namespace grpc

#endif
