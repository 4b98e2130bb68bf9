// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
// RUN: %belay dump %s -- -std=c++20 -isystem %S/../Inputs/bs_thread_pool | FileCheck %s --check-prefix=FACTS
//
// BS::thread_pool: tasks on a fixed number of threads. Against a stand-in for its header, which
// Debian does not have.
//
#include <BS_thread_pool.hpp>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>

void store(const std::string &line);
BS::light_thread_pool pool(8);
static int stored = 0;

class Totals {
public:
  void add_ok(int first, int last) {
    // FACTS: submit BS::thread_pool::detach_loop bs_thread_pool.cpp:[[#@LINE+1]]:10 argument 0: lambda in Totals::add_ok [this]
    pool.detach_loop(first, last, [this](int) {
      std::lock_guard lock(mutex_);
      ++sum_;
    });
  }
  void halve_bad(int last) {
    // FACTS: submit BS::thread_pool::submit_blocks bs_thread_pool.cpp:[[#@LINE+1]]:10 argument 0: lambda in Totals::halve_bad [this]
    pool.submit_blocks(
            0, last,
            [this](int, int) {
              // CHECK: [[#@LINE+1]]:15: note: 'sum_' is written without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
              sum_ /= 2;
              store("halved");
            },
            4)
        .get();
  }
  int sum_ok() {
    std::lock_guard lock(mutex_);
    return sum_;
  }

private:
  std::mutex mutex_;
  int sum_ = 0;
};

[[clang::annotate("belay::handler")]] void request_ok(const std::string &text) {
  // FACTS: submit BS::thread_pool::detach_task bs_thread_pool.cpp:[[#@LINE+1]]:8 argument 0: lambda in request_ok
  pool.detach_task([text] { store(text); }, 1);
  pool.submit_task([text] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10)); // holds a thread of the pool
    store(text);
  });
}
[[clang::annotate("belay::handler")]] void request_bad(const std::string &text) {
  // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'stored' with no lock; {{.*}} [belay-unguarded-handler-state]
  ++stored;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:40: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread([text] { store(text); }).detach();
}
[[clang::annotate("belay::handler")]] void request_late_bad(const std::string &text) {
  // CHECK: [[#@LINE+1]]:3: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  store(text);
}
