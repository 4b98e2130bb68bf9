// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/userver
//
// userver: handlers, tasks and locks. Against a stand-in for its headers.
//
#include <mutex>
#include <string>
#include <thread>
#include <userver/server/handlers/http_handler_base.hpp>

using namespace userver;
void store(const std::string &line);

class Rooms : public server::handlers::HttpHandlerBase {
public:
  std::string HandleRequestThrow(const server::http::HttpRequest &request,
                                 server::request::RequestContext &) const override {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'served_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++served_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:48: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request.GetArg("room")).detach();
    utils::Async("store", [room = request.GetArg("room")] { store(room); });
    std::lock_guard lock(mutex_);
    ++guarded_;
    return "ok";
  }

private:
  mutable engine::Mutex mutex_;
  mutable int served_ = 0;
  mutable int guarded_ = 0;
};
