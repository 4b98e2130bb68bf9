// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// Boost.Thread, and the callables, pools and semaphores of Boost.
//
#include <boost/bind/bind.hpp>
#include <boost/function.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <boost/signals2.hpp>
#include <boost/thread.hpp>
#include <boost/thread/scoped_thread.hpp>

void answer(int request);
boost::interprocess::interprocess_semaphore seats(8);

// CHECK: :[[@LINE+4]]:17: warning: every request starts a thread ('boost::thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE+1]]:44: note: 'onRequest_bad' runs for each request
[[clang::annotate("belay::handler")]] void onRequest_bad(int request) {
  // FACTS: spawn boost::thread boost.cpp:[[@LINE+1]]:17 handle: worker (local) entry: answer destroyed: detaches
  boost::thread worker(answer, request);
}

[[clang::annotate("belay::handler")]] void onSeat_ok(int request) {
  // FACTS: acquire boost::interprocess::interprocess_semaphore::wait boost.cpp:[[@LINE+2]]:9 object: seats (global) permit
  // FACTS: wait boost::interprocess::interprocess_semaphore::wait boost.cpp:[[@LINE+1]]:9 object: seats (global)
  seats.wait();
  // FACTS: spawn boost::thread boost.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: answer destroyed: detaches bounded
  boost::thread(answer, request).detach();
}

void threads_ok(boost::thread &slot) {
  // FACTS: spawn boost::thread boost.cpp:[[@LINE+1]]:17 handle: worker (local) entry: answer destroyed: detaches
  boost::thread worker(boost::bind(answer, 1));
  worker.join(); // FACTS: join boost::thread::join boost.cpp:[[@LINE]]:10 handle: worker (local)
  boost::thread::attributes attributes;
  // FACTS: spawn boost::thread boost.cpp:[[@LINE+1]]:17 handle: sized (local) entry: lambda in threads_ok destroyed: detaches
  boost::thread sized(attributes, [] { answer(2); });
  // FACTS: hand-over boost::thread::swap boost.cpp:[[@LINE+1]]:9 handle: sized (local)
  sized.swap(slot);
  // FACTS: spawn boost::scoped_thread boost.cpp:[[@LINE+1]]:26 handle: scoped (local) entry: answer destroyed: joins
  boost::scoped_thread<> scoped(answer, 3);
  boost::thread_group group;
  for (int i = 0; i < 4; ++i)
    // FACTS: spawn boost::thread_group::create_thread boost.cpp:[[@LINE+1]]:11 handle: group (local, grows) entry: answer destroyed: detaches
    group.create_thread(boost::bind(answer, i));
  // FACTS: spawn boost::thread boost.cpp:[[@LINE+1]]:24 handle: group (local, grows) entry: answer destroyed: detaches
  group.add_thread(new boost::thread(answer, 4));
  // FACTS: join boost::thread_group::join_all boost.cpp:[[@LINE+1]]:9 handle: group (local, grows)
  group.join_all();
}

void results_ok() {
  // FACTS: spawn boost::async boost.cpp:[[@LINE+1]]:17 handle: result (local) entry: lambda in results_ok destroyed: joins
  auto result = boost::async(boost::launch::async, [] { answer(1); });
  // FACTS: join boost::detail::basic_future::wait boost.cpp:[[@LINE+1]]:10 handle: result (local)
  result.wait();
  // FACTS: join boost::unique_future::get boost.cpp:[[@LINE+1]]:10 handle: result (local)
  result.get();
}

struct Events {
  boost::signals2::signal<void(int)> arrived;
  boost::function<void(int)> fallback;

  // FACTS: store fallback boost.cpp:[[@LINE+1]]:14 to: fallback (field) argument 0: answer
  Events() : fallback(answer) {
    // FACTS: store arrived boost.cpp:[[@LINE+1]]:13 to: arrived (field) argument 0: answer
    arrived.connect(&answer);
    // FACTS: store arrived boost.cpp:[[@LINE+1]]:13 to: arrived (field) argument 0: lambda in Events::Events [this]
    arrived.connect([this](int request) { fallback(request); });
  }
  void fire() {
    arrived(1); // FACTS: call arrived boost.cpp:[[@LINE]]:5 argument 0: arrived (object) now
    fallback(2); // FACTS: call fallback boost.cpp:[[@LINE]]:5 argument 0: fallback (object) now
  }
};

boost::once_flag once;

void runsOnce() {
  // FACTS: call boost::call_once boost.cpp:[[@LINE+1]]:3 argument 0: lambda in runsOnce bounded now
  boost::call_once(once, [] { answer(1); });
}

void signals(boost::condition_variable &ready, boost::mutex &mutex, bool &done) {
  boost::unique_lock<boost::mutex> lock(mutex);
  // FACTS: wait boost::condition_variable::wait boost.cpp:[[@LINE+2]]:9 object: ready (parameter)
  // FACTS: call boost::condition_variable::wait boost.cpp:[[@LINE+1]]:9 argument 0: lambda in signals [&done] now
  ready.wait(lock, [&done] { return done; });
  // FACTS: wait boost::condition_variable::wait_for boost.cpp:[[@LINE+1]]:9 object: ready (parameter) timed
  ready.wait_for(lock, boost::chrono::seconds(1));
  // FACTS: notify boost::condition_variable::notify_one boost.cpp:[[@LINE+1]]:9 object: ready (parameter)
  ready.notify_one();
  // FACTS: acquire boost::interprocess::interprocess_semaphore::try_wait boost.cpp:[[@LINE+2]]:13 object: seats (global) permit
  // FACTS: wait boost::interprocess::interprocess_semaphore::try_wait boost.cpp:[[@LINE+1]]:13 object: seats (global) timed
  if (seats.try_wait())
    // FACTS: release boost::interprocess::interprocess_semaphore::post boost.cpp:[[@LINE+2]]:11 object: seats (global) bounded
    // FACTS: notify boost::interprocess::interprocess_semaphore::post boost.cpp:[[@LINE+1]]:11 object: seats (global) bounded
    seats.post();
}
