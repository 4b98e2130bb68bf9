// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/grpc
//
// gRPC: a service's methods and the context that says when the caller gave up. Against a stand-in
// for its headers.
//
#include <grpcpp/grpcpp.h>
#include <string>
#include <thread>

void store(const std::string &line);
bool next(std::string &line);
std::string fetch(const std::string &key, grpc::ServerContext *context);
std::string fetch(const std::string &key);

class Rooms : public grpc::Service {
public:
  [[clang::annotate("belay::handler")]] grpc::Status post_bad(grpc::ServerContext *context,
                                                              const std::string &text) {
    if (context->IsCancelled())
      return grpc::Status::CANCELLED;
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'posted_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++posted_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:30: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, text).detach();
    return grpc::Status::OK;
  }
  [[clang::annotate("belay::handler")]] grpc::Status get_bad(grpc::ServerContext *context,
                                                             const std::string &key) {
    if (context->IsCancelled())
      return grpc::Status::CANCELLED;
    // CHECK: [[#@LINE+1]]:11: warning: 'fetch' takes a token and is called without, so that 'context' cannot stop it; {{.*}} [belay-dropped-cancellation]
    store(fetch(key));
    return grpc::Status::OK;
  }
  [[clang::annotate("belay::handler")]] grpc::Status get_ok(grpc::ServerContext *context,
                                                            const std::string &key) {
    store(fetch(key, context));
    return grpc::Status::OK;
  }

private:
  int posted_ = 0;
};
