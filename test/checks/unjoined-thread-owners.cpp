// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Handles that go to somebody: containers, owners, callers, callees, closures.
//
#include <array>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stack>
#include <string>
#include <thread>
#include <utility>
#include <vector>

void load(std::string path);
void adopt(std::thread thread);
void keep(std::shared_ptr<std::thread> thread);
void borrow(const std::thread &thread);

std::thread returned_ok() {
  std::thread worker(load, "returned");
  return worker;
}

std::thread madeAndReturned_ok(bool really) {
  return really ? std::thread(load, "returned") : std::thread();
}

void passed_ok() {
  std::thread worker(load, "passed");
  adopt(std::move(worker));
  adopt(std::thread(load, "temporary"));
}

void shared_ok() {
  auto worker = std::make_shared<std::thread>(load, "shared");
  keep(worker);
}

// The deleter joins.
void deleter_ok() {
  auto join = [](std::thread *thread) {
    thread->join();
    delete thread;
  };
  std::unique_ptr<std::thread, decltype(join)> worker(new std::thread(load, "deleter"), join);
  std::shared_ptr<std::thread> other(new std::thread(load, "deleter"), join);
}

void captured_ok() {
  std::thread worker(load, "captured");
  std::packaged_task<void()> later([worker = std::move(worker)]() mutable { worker.join(); });
  later();
}

void byReference_ok() {
  std::thread worker(load, "closure");
  auto join = [&worker] { worker.join(); };
  join();
}

void containers_ok() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(load, "vector");
  std::thread one(load, "one");
  threads.push_back(std::move(one));
  for (auto &thread : threads)
    thread.join();
  std::array<std::thread, 2> pair{std::thread(load, "a"), std::thread(load, "b")};
  std::for_each(pair.begin(), pair.end(), [](std::thread &thread) { thread.join(); });
  std::for_each(pair.begin(), pair.end(), std::mem_fn(&std::thread::join));
  std::map<int, std::thread> byNumber;
  byNumber[1] = std::thread(load, "map");
  byNumber.try_emplace(2, load, "map");
  for (auto &[number, thread] : byNumber)
    thread.join();
  std::stack<std::thread> stack;
  stack.push(std::thread(load, "stack"));
  for (; !stack.empty(); stack.pop())
    stack.top().join();
}

// Members of a structure, and a structure in a container.
struct Job {
  std::thread thread;
  int number = 0;
};

Job aggregate_ok() {
  Job job{.thread = std::thread(load, "designated"), .number = 1};
  job.thread.join();
  std::vector<Job> jobs;
  jobs.push_back({std::thread(load, "element"), 2});
  for (Job &each : jobs)
    each.thread.join();
  return {std::thread(load, "returned")};
}

void bindings_ok() {
  auto [first, second] = std::pair(std::thread(load, "first"), std::thread(load, "second"));
  first.join();
  second.join();
}

void byPointerToMember_ok() {
  std::thread worker(load, "member");
  auto join = std::mem_fn(&std::thread::join);
  join(worker);
  std::thread other(load, "invoked");
  std::invoke(&std::thread::join, other);
}

void optional_ok(bool really) {
  std::optional<std::thread> worker;
  if (really)
    worker.emplace(load, "optional");
  if (worker)
    worker->join();
}

void swapped_ok(std::thread &other) {
  std::thread worker(load, "swapped");
  worker.swap(other);
  if (worker.joinable())
    worker.join();
}

// To lend it is not to give it away.
void lent_bad() {
  // CHECK: :[[@LINE+1]]:15: error: thread 'worker' is not joined on every path
  std::thread worker(load, "lent");
  load(std::to_string(std::hash<std::thread::id>()(worker.get_id())));
}

// FN: a callee may join what it is given by reference, so it counts as given away.
void FN_lentToCallee() {
  std::thread worker(load, "lent");
  borrow(worker);
}
