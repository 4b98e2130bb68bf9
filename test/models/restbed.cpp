// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/restbed
//
// Restbed: handlers of resources' methods. Against a stand-in for its header.
//
#include <memory>
#include <mutex>
#include <restbed>
#include <string>
#include <thread>

void store(const std::string &line);
static std::mutex mutex;
static int posted = 0, listed = 0;

static void post_bad(const std::shared_ptr<restbed::Session> session) {
  // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'posted' with no lock; {{.*}} [belay-unguarded-handler-state]
  ++posted;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:45: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string("posted")).detach();
  session->close(201, "");
}

void publish(restbed::Resource &rooms) {
  rooms.set_path("/rooms");
  rooms.set_method_handler("POST", post_bad);
  rooms.set_method_handler("GET", [](const std::shared_ptr<restbed::Session> session) {
    std::lock_guard lock(mutex);
    ++listed;
    session->close(200, "");
  });
}
