// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// The thread pool of Boost: work that a handler gives it is followed, and starts no thread itself.
//
#define BOOST_THREAD_VERSION 4
#define BOOST_THREAD_PROVIDES_EXECUTORS
#include <boost/thread/executors/basic_thread_pool.hpp>

void answer(int request);
boost::executors::basic_thread_pool pool(4);

// CHECK: :[[@LINE+4]]:34: warning: every request starts a thread ('boost::thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE+5]]:44: note: 'onRequest_bad' runs for each request
// CHECK: :[[@LINE+6]]:8: note: hands 'lambda in onRequest_bad' to 'boost::executors::basic_thread_pool::submit' here
// CHECK: :[[@LINE+5]]:27: note: calls 'audit' here
static void audit(int request) { boost::thread(answer, request).detach(); }

[[clang::annotate("belay::handler")]] void onRequest_bad(int request) {
  // FACTS: submit boost::executors::basic_thread_pool::submit boost-pool.cpp:[[@LINE+1]]:8 argument 0: lambda in onRequest_bad
  pool.submit([request] { audit(request); });
}

[[clang::annotate("belay::handler")]] void onRequest_ok(int request) {
  // FACTS: submit boost::executors::basic_thread_pool::submit boost-pool.cpp:[[@LINE+1]]:8 argument 0: lambda in onRequest_ok
  pool.submit([request] { answer(request); });
}
