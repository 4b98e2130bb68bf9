// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// What owns threads of Boost: a group keeps all that it is given, a scoped thread joins the one that
// it takes.
//
#include <boost/thread.hpp>
#include <boost/thread/scoped_thread.hpp>

void answer(int request);

class Jobs {
public:
  [[clang::annotate("belay::handler")]] void onJob_bad(int job) {
    // FACTS: spawn boost::thread_group::create_thread boost-owners.cpp:[[@LINE+3]]:14 handle: workers_ (field, grows) entry: lambda in Jobs::onJob_bad destroyed: detaches
    // CHECK: :[[@LINE+2]]:14: warning: every request starts a thread ('boost::thread_group::create_thread') and 'workers_' keeps every one; {{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-3]]:46: note: 'Jobs::onJob_bad' runs for each request
    workers_.create_thread([job] { answer(job); });
  }
  [[clang::annotate("belay::handler")]] void onMade_bad(int job) {
    // CHECK: :[[@LINE+2]]:29: warning: every request starts a thread ('boost::thread') and 'workers_' keeps every one; {{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-2]]:46: note: 'Jobs::onMade_bad' runs for each request
    workers_.add_thread(new boost::thread(answer, job));
  }
  [[clang::annotate("belay::handler")]] void onBatch_ok(int jobs) {
    boost::thread_group workers;
    for (int job = 0; job < jobs; ++job)
      workers.create_thread([job] { answer(job); });
    workers.join_all();
  }
  ~Jobs() { workers_.join_all(); }

private:
  boost::thread_group workers_;
};

[[clang::annotate("belay::handler")]] void onScoped_ok(int request) {
  // FACTS: spawn boost::thread boost-owners.cpp:[[@LINE+1]]:33 handle: worker (local) entry: answer destroyed: joins
  boost::scoped_thread<> worker{boost::thread(answer, request)};
}

[[clang::annotate("belay::handler")]] void onScopedMove_ok(int request) {
  boost::thread thread(answer, request);
  boost::scoped_thread<> worker(boost::move(thread));
}
