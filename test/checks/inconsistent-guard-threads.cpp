// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Threads that meet at a variable with no lock in common, and the ways on which they cannot.
//
#include <atomic>
#include <future>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <vector>

void step();
int count(int part);

std::mutex first, second;
int total = 0, ready = 0, sum = 0, limit = 0;

static void *collect(void *) {
  std::lock_guard lock(first);
  // CHECK: [[#@LINE+1]]:3: warning: 'total' is written while another thread writes it, with no lock in common; guard it with one mutex, or make it std::atomic [belay-inconsistent-guard]
  total += count(1);
  return nullptr;
}

// A lock each, but not the same.
int twoLocks_bad() {
  pthread_t worker;
  pthread_create(&worker, nullptr, collect, nullptr);
  {
    std::lock_guard lock(second);
    total += count(2);
  }
  pthread_join(worker, nullptr);
  return total; // after the thread has ended
}

int captured_bad() {
  int found = 0;
  std::thread worker([&] {
    for (int part = 0; part < 8; ++part)
      // CHECK: [[#@LINE+1]]:7: warning: 'found' is written while another thread reads it, with no lock in common
      found += count(part);
  });
  step();
  int early = found;
  worker.join();
  return found - early;
}

int everyThread_bad() {
  std::vector<std::thread> workers;
  int sumOfAll = 0;
  for (int part = 0; part < 4; ++part)
    // CHECK: [[#@LINE+1]]:38: warning: 'sumOfAll' is written while another thread
    workers.emplace_back([&, part] { sumOfAll += count(part); });
  for (std::thread &worker : workers)
    worker.join();
  return sumOfAll;
}

static void startWorker(std::thread &worker) {
  worker = std::thread([] {
    step();
    // CHECK: [[#@LINE+1]]:5: warning: 'ready' is written while another thread writes it
    ready = 1;
  });
}

void inAHelper_bad() {
  std::thread worker;
  startWorker(worker);
  ready = 0;
  worker.join();
}

// Written before the thread starts, and read after it was waited for.
int inOrder_ok() {
  int found = 0;
  found = count(0);
  std::thread worker([&] { found += count(1); });
  worker.join();
  return found;
}
int scoped_ok() {
  int found = 0;
  {
    std::jthread worker([&] { found = count(1); });
    step();
  }
  return found;
}
int future_ok() {
  int found = 0;
  std::future<void> done = std::async(std::launch::async, [&] { found = count(1); });
  done.wait();
  return found;
}
int oneAfterTheOther_ok() {
  int found = 0;
  for (int part = 0; part < 4; ++part) {
    std::thread worker([&] { found += count(part); });
    worker.join();
  }
  return found;
}

// A part for each.
int parts_ok() {
  int found[4] = {};
  std::vector<int> more(4);
  std::vector<std::thread> workers;
  for (int part = 0; part < 4; ++part)
    workers.emplace_back([&, part] { found[part] = more[part] = count(part); });
  for (std::thread &worker : workers)
    worker.join();
  return found[0] + more[3];
}

// Locks that other functions take and leave taken.
static void enter() { first.lock(); }
static void leave() { first.unlock(); }
static void *add(void *) {
  enter();
  ++sum;
  leave();
  return nullptr;
}
void byHelpers_ok() {
  pthread_t worker;
  pthread_create(&worker, nullptr, add, nullptr);
  enter();
  ++sum;
  leave();
  pthread_join(worker, nullptr);
}

int FN_byPointer_bad() { // nobody knows where 'where' points
  int found = 0, *where = &found;
  std::thread worker([&] { *where = count(1); });
  found = count(2);
  worker.join();
  return found;
}
