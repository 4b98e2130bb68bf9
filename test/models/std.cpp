// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// The standard library's threads, and the results, permits and containers that go with them.
//
#include <future>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

void answer(int request);
std::counting_semaphore<8> permits{8};

// CHECK: :[[@LINE+4]]:3: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE+1]]:44: note: 'onRequest_bad' runs for each request
[[clang::annotate("belay::handler")]] void onRequest_bad(int request) {
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: answer
  std::thread(answer, request).detach();
}

[[clang::annotate("belay::handler")]] void onRequest_ok(int request) {
  // FACTS: acquire std::counting_semaphore::acquire std.cpp:[[@LINE+2]]:11 object: permits (global) permit
  // FACTS: wait std::counting_semaphore::acquire std.cpp:[[@LINE+1]]:11 object: permits (global)
  permits.acquire();
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: lambda in onRequest_ok bounded
  std::thread([request] {
    answer(request);
    // FACTS: release std::counting_semaphore::release std.cpp:[[@LINE+2]]:13 object: permits (global)
    // FACTS: notify std::counting_semaphore::release std.cpp:[[@LINE+1]]:13 object: permits (global)
    permits.release();
  }).detach();
}

[[clang::annotate("belay::handler")]] bool onRequestOrBusy_ok(int request) {
  // FACTS: acquire std::counting_semaphore::try_acquire std.cpp:[[@LINE+2]]:16 object: permits (global) permit
  // FACTS: wait std::counting_semaphore::try_acquire std.cpp:[[@LINE+1]]:16 object: permits (global) timed
  if (!permits.try_acquire())
    return false;
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: answer bounded
  std::thread(answer, request).detach();
  return true;
}

void joins_ok(bool ready) {
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, 1);
  std::thread later;
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:11 handle: later (local) entry: lambda in joins_ok
  later = std::thread([] { answer(2); });
  // FACTS: spawn std::jthread std.cpp:[[@LINE+1]]:16 handle: own (local) entry: lambda in joins_ok destroyed: joins
  std::jthread own([](std::stop_token) { answer(3); });
  worker.join(); // FACTS: join std::thread::join std.cpp:[[@LINE]]:10 handle: worker (local)
  if (later.joinable())
    later.join(); // FACTS: join std::thread::join std.cpp:[[@LINE]]:11 handle: later (local)
}

void gathers_ok(std::vector<std::thread> &workers) {
  std::thread worker(answer, 1);
  // FACTS: hand-over worker std.cpp:[[@LINE+1]]:31 handle: worker (local) to: workers (parameter, grows)
  workers.push_back(std::move(worker));
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:11 handle: workers (parameter, grows) entry: answer
  workers.emplace_back(answer, 2);
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:21 handle: workers (parameter, grows) entry: answer
  workers.push_back(std::thread(answer, 3));
  for (std::thread &each : workers)
    // FACTS: join std::thread::join std.cpp:[[@LINE+1]]:10 handle: workers (parameter, grows)
    each.join();
}

void owns_ok() {
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:17 handle: unique (local) entry: answer
  auto unique = std::make_unique<std::thread>(answer, 1);
  unique->join(); // FACTS: join std::thread::join std.cpp:[[@LINE]]:11 handle: unique (local)
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:43 handle: shared (local) entry: answer
  std::shared_ptr<std::thread> shared(new std::thread(answer, 2));
  shared->join(); // FACTS: join std::thread::join std.cpp:[[@LINE]]:11 handle: shared (local)
  std::optional<std::jthread> slot;
  // FACTS: spawn std::jthread std.cpp:[[@LINE+1]]:8 handle: slot (local) entry: answer destroyed: joins
  slot.emplace(answer, 3);
}

std::thread passesOn_ok(std::thread &slot) {
  std::thread worker(answer, 1);
  // FACTS: hand-over std::thread::swap std.cpp:[[@LINE+1]]:10 handle: worker (local)
  worker.swap(slot);
  // FACTS: hand-over {{.*}} std.cpp:[[@LINE+1]]:{{.*}} handle: slot (parameter)
  std::thread next = std::exchange(slot, std::thread());
  next.join(); // FACTS: join std::thread::join std.cpp:[[@LINE]]:8 handle: next (local)
  // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:10 handle: temporary{{.*}} entry: answer returned
  return std::thread(answer, 2);
}

void results_ok() {
  // FACTS: spawn std::async std.cpp:[[@LINE+1]]:30 handle: result (local) entry: answer destroyed: joins
  std::future<void> result = std::async(std::launch::async, answer, 1);
  // FACTS: join std::__basic_future::wait std.cpp:[[@LINE+1]]:10 handle: result (local)
  result.wait();
  auto lazy = std::async(std::launch::deferred, answer, 2);
  lazy.get(); // FACTS: join std::future::get std.cpp:[[@LINE]]:8 handle: lazy (local)
  // FACTS: spawn std::async std.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: answer destroyed: joins
  std::async(std::launch::async, answer, 3);
}

struct Sessions {
  std::map<int, std::thread> byId;
  std::list<std::jthread> all;

  void open(int id) {
    // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:22 handle: byId (field, grows) entry: answer
    byId.emplace(id, std::thread(answer, id));
    // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:10 handle: byId (field, grows) entry: answer
    byId.try_emplace(id, answer, id);
    // FACTS: spawn std::thread std.cpp:[[@LINE+1]]:16 handle: byId (field, grows) entry: answer
    byId[id] = std::thread(answer, id);
    // FACTS: spawn std::jthread std.cpp:[[@LINE+2]]:9 handle: all (field, grows) entry: lambda in Sessions::open [this] destroyed: joins
    // FACTS: store all std.cpp:[[@LINE+1]]:9 to: all (field, grows) argument 0: lambda in Sessions::open [this]
    all.emplace_back([this](std::stop_token) { close(1); });
  }
  void close(int id) {
    // FACTS: join std::thread::join std.cpp:[[@LINE+1]]:17 handle: byId (field, grows)
    byId.at(id).join();
    // FACTS: detach std::thread::detach std.cpp:[[@LINE+1]]:27 handle: byId (field, grows)
    byId.find(id)->second.detach();
  }
};
