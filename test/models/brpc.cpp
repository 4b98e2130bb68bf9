// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/brpc
//
// brpc: bthreads, which are no threads, and their locks. Against a stand-in for its headers.
//
#include <bthread/bthread.h>
#include <mutex>
#include <string>
#include <thread>

void store(const std::string &line);
void *storeLater(void *line);

class Rooms {
public:
  [[clang::annotate("belay::handler")]] void post_bad(const std::string &text) {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'posted_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++posted_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:30: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, text).detach();
  }
  [[clang::annotate("belay::handler")]] void post_ok(std::string *text) {
    bthread_t id;
    bthread_start_background(&id, nullptr, storeLater, text);
    std::lock_guard lock(mutex_);
    ++stored_;
  }

private:
  bthread::Mutex mutex_;
  int posted_ = 0;
  int stored_ = 0;
};
