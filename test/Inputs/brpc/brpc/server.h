// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for brpc's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_BRPC_BRPC_SERVER_H
#define BELAY_INPUTS_BRPC_BRPC_SERVER_H

#include <google/protobuf/service.h>

namespace brpc {
class ClosureGuard {
public:
  explicit ClosureGuard(google::protobuf::Closure *done) : done_(done) {}
  ~ClosureGuard() { done_->Run(); }

private:
  google::protobuf::Closure *done_;
};
} // namespace brpc

#endif
