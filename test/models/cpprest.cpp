// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// The C++ REST SDK: its listener, tasks and cancellation tokens. Against its headers.
//
#include <cpprest/http_listener.h>
#include <pplx/pplxtasks.h>
#include <string>
#include <thread>

using namespace web::http;
using experimental::listener::http_listener;
void store(const std::string &line);
std::string fetch(const std::string &address, pplx::cancellation_token token);
std::string fetch(const std::string &address);

class Service {
public:
  explicit Service(http_listener &listener) {
    listener.support(methods::GET, [this](http_request request) { get_bad(request); });
    listener.support(methods::POST, [this](http_request request) { post_ok(request); });
  }

private:
  void get_bad(http_request request) {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'served_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++served_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:45: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request.to_string()).detach();
    request.reply(status_codes::OK);
  }
  void post_ok(http_request request) {
    pplx::create_task([request] { store(request.to_string()); }).wait();
    request.reply(status_codes::Created);
  }
  int served_ = 0;
};

std::string mirror_bad(const std::string &address, pplx::cancellation_token token) {
  if (token.is_canceled())
    return {};
  // CHECK: [[#@LINE+1]]:10: warning: 'fetch' takes a token and is called without, so that 'token' cannot stop it; {{.*}} [belay-dropped-cancellation]
  return fetch(address);
}
std::string mirror_ok(const std::string &address, pplx::cancellation_token token) {
  return fetch(address, token);
}
