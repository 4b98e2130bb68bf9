// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/restinio
//
// RESTinio: handlers of an express router. Against a stand-in for its headers.
//
#include <restinio/all.hpp>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0; // on the server's one thread

void routes(restinio::router::express_router_t<> &router) {
  router.http_get("/ok", [](auto request, auto) {
    ++served;
    request->create_response_and_finish("ok");
    return restinio::request_handling_status_t::accepted;
  });
  router.http_post("/bad", [](auto request, auto) {
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:47: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, std::string("posted")).detach();
    request->create_response_and_finish("stored");
    return restinio::request_handling_status_t::accepted;
  });
}
