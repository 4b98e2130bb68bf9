// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// The standard library's callables: which have run when a call returns, which may run later, and
// what becomes of a callable that is wrapped, bound or kept.
//
#include <algorithm>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <queue>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

void answer(int request);
void startOne(int request) { std::thread(answer, request).detach(); }

// CHECK: :[[@LINE-2]]:30: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE+3]]:44: note: 'onBatch_bad' runs for each request
// CHECK: :[[@LINE+4]]:3: note: passes 'lambda in onBatch_bad' to 'std::for_each' here
// CHECK: :[[@LINE+3]]:69: note: calls 'startOne' here
[[clang::annotate("belay::handler")]] void onBatch_bad(std::vector<int> &requests) {
  // FACTS: call std::for_each std-callables.cpp:[[@LINE+1]]:3 argument 0: lambda in onBatch_bad now
  std::for_each(requests.begin(), requests.end(), [](int request) { startOne(request); });
}

std::once_flag begun;
[[clang::annotate("belay::handler")]] void onFirst_ok(int request) {
  // FACTS: call std::call_once std-callables.cpp:[[@LINE+1]]:3 argument 0: lambda in onFirst_ok bounded now
  std::call_once(begun, [request] { std::thread(answer, request).detach(); });
}

void runsNow(std::vector<int> &requests, std::variant<int, long> &each) {
  // FACTS: call std::ranges::__for_each_fn::operator() std-callables.cpp:[[@LINE+1]]:3 argument 0: lambda in runsNow now
  std::ranges::for_each(requests, [](int request) { answer(request); });
  // FACTS: call std::sort std-callables.cpp:[[@LINE+1]]:3 argument 0: lambda in runsNow now
  std::sort(requests.begin(), requests.end(), [](int a, int b) { return a < b; });
  // FACTS: call std::erase_if std-callables.cpp:[[@LINE+1]]:3 argument 0: lambda in runsNow now
  std::erase_if(requests, [](int request) { return request < 0; });
  // FACTS: call std::visit std-callables.cpp:[[@LINE+1]]:3 argument 0: lambda in runsNow now
  std::visit([](auto request) { answer(int(request)); }, each);
  // FACTS: call std::invoke std-callables.cpp:[[@LINE+1]]:3 argument 0: answer now
  std::invoke(answer, 1);
}

void waits(std::condition_variable &ready, std::unique_lock<std::mutex> &lock, bool &done) {
  // FACTS: wait std::condition_variable::wait std-callables.cpp:[[@LINE+2]]:9 object: ready (parameter)
  // FACTS: call std::condition_variable::wait std-callables.cpp:[[@LINE+1]]:9 argument 0: lambda in waits [&done] now
  ready.wait(lock, [&done] { return done; });
  // FACTS: wait std::condition_variable::wait std-callables.cpp:[[@LINE+1]]:9 object: ready (parameter)
  ready.wait(lock);
  // FACTS: wait std::condition_variable::wait_for std-callables.cpp:[[@LINE+2]]:9 object: ready (parameter) timed
  // FACTS: call std::condition_variable::wait_for std-callables.cpp:[[@LINE+1]]:9 argument 0: lambda in waits [&done] now
  ready.wait_for(lock, std::chrono::seconds(1), [&done] { return done; });
  // FACTS: notify std::condition_variable::notify_all std-callables.cpp:[[@LINE+1]]:9 object: ready (parameter)
  ready.notify_all();
}

void runsLater(std::stop_token stop) {
  // FACTS: submit std::stop_callback::stop_callback std-callables.cpp:[[@LINE+1]]:22 argument 0: lambda in runsLater
  std::stop_callback onStop(stop, [] { answer(0); });
}

void wraps(int &total) {
  std::function<void(int)> kept = answer;
  // FACTS: spawn std::thread std-callables.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: answer
  std::thread(kept, 1).detach();
  // FACTS: spawn std::thread std-callables.cpp:[[@LINE+2]]:3 handle: temporary{{.*}} entry: answer
  // FACTS: join std::thread::join std-callables.cpp:[[@LINE+1]]:37 handle: temporary
  std::thread(std::bind(answer, 2)).join();
  auto first = std::bind_front(answer);
  // FACTS: spawn std::thread std-callables.cpp:[[@LINE+2]]:3 handle: temporary{{.*}} entry: answer
  // FACTS: join std::thread::join std-callables.cpp:[[@LINE+1]]:25 handle: temporary
  std::thread(first, 3).join();
  auto add = [](int &sum) { ++sum; };
  // FACTS: spawn std::thread std-callables.cpp:[[@LINE+2]]:3 handle: temporary{{.*}} entry: lambda in wraps [&total]
  // FACTS: join std::thread::join std-callables.cpp:[[@LINE+1]]:37 handle: temporary
  std::thread(add, std::ref(total)).join();
  std::packaged_task<void(int)> task(answer);
  // FACTS: spawn std::thread std-callables.cpp:[[@LINE+2]]:3 handle: temporary{{.*}} entry: answer
  // FACTS: join std::thread::join std-callables.cpp:[[@LINE+1]]:35 handle: temporary
  std::thread(std::move(task), 4).join();
}

struct Commands {
  std::map<int, std::function<void(int)>> byId;
  std::queue<std::function<void()>> jobs;

  void fill() {
    byId[1] = startOne;
    // FACTS: store byId std-callables.cpp:[[@LINE+1]]:10 to: byId (field) argument 0: answer
    byId.emplace(2, answer);
    // FACTS: store jobs std-callables.cpp:[[@LINE+1]]:10 to: jobs (field) argument 0: lambda in Commands::fill
    jobs.push([] { startOne(3); });
    // FACTS: store jobs std-callables.cpp:[[@LINE+1]]:10 to: jobs (field) argument 0: lambda in Commands::fill [this]
    jobs.emplace([this] { byId.at(1)(4); });
  }
  void drain() {
    while (!jobs.empty()) {
      // FACTS: call jobs std-callables.cpp:[[@LINE+1]]:7 argument 0: jobs (object) bounded now
      jobs.front()();
      jobs.pop();
    }
  }
};
