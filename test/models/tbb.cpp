// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// oneTBB's groups, algorithms, locks and containers. Against its headers.
//
#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/queuing_mutex.h>
#include <oneapi/tbb/spin_mutex.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <string>
#include <thread>
#include <vector>

void store(const std::string &line);

class Totals {
public:
  void add_ok(int n) {
    tbb::spin_mutex::scoped_lock lock(mutex_);
    total_ += n;
  }
  void reset_ok() {
    tbb::spin_mutex::scoped_lock lock(mutex_);
    total_ = 0;
  }
  void scale_bad(int n) {
    if (n > 1)
      // CHECK: [[#@LINE+1]]:7: warning: 'total_' is written without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
      total_ *= n;
    store("scaled");
  }

private:
  tbb::spin_mutex mutex_;
  int total_ = 0;
};

tbb::concurrent_queue<std::string> lines;
tbb::task_arena arena(4);

// The arena's threads are as many as it has.
[[clang::annotate("belay::handler")]] void request_ok(const std::string &text) {
  lines.push(text);
  arena.enqueue([text] { store(text); });
  tbb::task_group group;
  group.run([&text] { store(text); });
  group.wait();
}
[[clang::annotate("belay::handler")]] void request_bad(const std::string &text) {
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:40: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread([text] { store(text); }).detach();
}
