// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// BS::thread_pool: tasks on a fixed number of threads. Against a stand-in for its header.
//
#include <BS_thread_pool.hpp>
#include <string>
#include <thread>

void store(const std::string &line);
BS::thread_pool<> pool(8);
static int stored = 0;

[[clang::annotate("belay::handler")]] void request_ok(const std::string &text) {
  pool.detach_task([text] { store(text); });
  pool.submit_task([text] { store(text); }).get();
}
[[clang::annotate("belay::handler")]] void request_bad(const std::string &text) {
  // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'stored' with no lock; {{.*}} [belay-unguarded-handler-state]
  ++stored;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:40: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread([text] { store(text); }).detach();
}
