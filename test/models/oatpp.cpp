// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/oatpp
//
// Oat++: its request handlers, one object for all connections. Against a stand-in for its headers.
//
#include <atomic>
#include <memory>
#include <oatpp/web/server/HttpRequestHandler.hpp>
#include <string>
#include <thread>

void store(const std::string &line);

class Rooms : public oatpp::web::server::HttpRequestHandler {
public:
  std::shared_ptr<OutgoingResponse>
  handle(const std::shared_ptr<IncomingRequest> &) override {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'served_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++served_;
    ++counted_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:47: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, std::string("served")).detach();
    return std::make_shared<OutgoingResponse>();
  }

private:
  int served_ = 0;
  std::atomic<int> counted_{0}; // ok
};
