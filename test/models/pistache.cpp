// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/pistache
//
// Pistache: handlers and routes. Against a stand-in: its headers do not parse with this clang.
//
#include <mutex>
#include <pistache/router.h>
#include <string>
#include <thread>

using namespace Pistache;
void store(const std::string &line);

class Hello : public Http::Handler {
public:
  void onRequest(const Http::Request &request, Http::ResponseWriter response) override {
    ++served_; // each thread of the endpoint has a handler of its own
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:44: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request.resource()).detach();
    response.send(Http::Code::Ok);
  }

private:
  int served_ = 0;
};

class Rooms {
public:
  void routes(Rest::Router &router) {
    Rest::Routes::Get(router, "/rooms", Rest::Routes::bind(&Rooms::list_bad, this));
    Rest::Routes::Post(router, "/rooms", Rest::Routes::bind(&Rooms::add_ok, this));
  }

private:
  Rest::Route::Result list_bad(const Rest::Request, Http::ResponseWriter response) {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'listed_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++listed_;
    response.send(Http::Code::Ok);
    return Rest::Route::Result::Ok;
  }
  Rest::Route::Result add_ok(const Rest::Request, Http::ResponseWriter response) {
    std::lock_guard lock(mutex_);
    ++added_;
    response.send(Http::Code::Created);
    return Rest::Route::Result::Ok;
  }
  std::mutex mutex_;
  int listed_ = 0;
  int added_ = 0;
};
