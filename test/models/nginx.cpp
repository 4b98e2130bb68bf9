// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/nginx
//
// nginx modules: handlers that .belay.yaml or an annotation names. Against a stand-in for its
// headers.
//
#include <ngx_http.h>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0; // a worker process has one thread

static void onBody(ngx_http_request_t *) { ++served; }

[[clang::annotate("belay::handler")]] ngx_int_t ngx_http_store_bad(ngx_http_request_t *request) {
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:46: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string("request")).detach();
  return ngx_http_read_client_request_body(request, onBody);
}
