// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -fdelayed-template-parsing
//
// Pistache: handlers and routes. Against its headers, a template of which does not parse with this
// clang before somebody uses it.
//
#include <chrono>
#include <memory>
#include <mutex>
#include <pistache/description.h>
#include <pistache/router.h>
#include <string>
#include <thread>

using namespace Pistache;
void store(const std::string &line);

static int timeouts = 0;

class Hello : public Http::Handler {
public:
  HTTP_PROTOTYPE(Hello)
  void onRequest(const Http::Request &request, Http::ResponseWriter response) override {
    ++served_; // each thread of the endpoint has a handler of its own
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:44: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request.resource()).detach();
    response.send(Http::Code::Ok);
  }
  void onTimeout(const Http::Request &, Http::ResponseWriter response) override {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'timeouts' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++timeouts;
    response.send(Http::Code::Request_Timeout);
  }

private:
  int served_ = 0;
};

class Rooms {
public:
  void routes(Rest::Router &router) {
    Rest::Routes::Get(router, "/rooms", Rest::Routes::bind(&Rooms::list_bad, this));
    Rest::Routes::Post(router, "/rooms", Rest::Routes::bind(&Rooms::add_ok, this));
    Rest::Routes::Delete(router, "/rooms", Rest::Routes::bind(&Rooms::drop_bad, this));
    router.addMiddleware(Rest::Routes::middleware(&Rooms::allow_bad, this));
  }
  void describe(Rest::Description &api) {
    api.route(api.get("/rooms/count")).bind(&Rooms::count_bad, this);
  }

private:
  void list_bad(const Rest::Request &, Http::ResponseWriter response) {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'listed_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++listed_;
    response.send(Http::Code::Ok);
  }
  void add_ok(const Rest::Request &, Http::ResponseWriter response) {
    std::lock_guard lock(mutex_);
    ++rooms_;
    response.send(Http::Code::Created);
  }
  void drop_bad(const Rest::Request &, Http::ResponseWriter response) {
    {
      std::lock_guard lock(mutex_);
      --rooms_;
    }
    // CHECK: [[#@LINE+1]]:9: error: 'rooms_' is read without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    if (rooms_ == 0)
      store("empty");
    response.send(Http::Code::Ok);
  }
  bool allow_bad(Http::Request &, Http::ResponseWriter &) {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'asked_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++asked_;
    return true;
  }
  void count_bad(const Rest::Request &, Http::ResponseWriter response) {
    // CHECK: [[#@LINE+1]]:5: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    response.send(Http::Code::Ok);
  }
  std::mutex mutex_;
  int rooms_ = 0;
  int listed_ = 0;
  int asked_ = 0;
};
