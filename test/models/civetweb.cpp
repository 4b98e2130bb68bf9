// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// CivetWeb: its request handlers and threads. Against its header.
//
#include <civetweb.h>
#include <mutex>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0, refused = 0;
static std::mutex mutex;

static int answer_bad(mg_connection *, void *) {
  // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'served' with no lock; {{.*}} [belay-unguarded-handler-state]
  ++served;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:47: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string("answered")).detach();
  return 200;
}
static int refuse_ok(mg_connection *, void *) {
  std::lock_guard lock(mutex);
  ++refused;
  return 503;
}

void start(mg_context *server) {
  mg_set_request_handler(server, "/store", answer_bad, nullptr);
  mg_set_request_handler(server, "/full", refuse_ok, nullptr);
}
