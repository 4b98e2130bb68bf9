// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// Sleeps after which another thread has to be done: what it writes is read or asserted next. A
// sleep over which a counter is measured is no hope.
//
#include <BS_thread_pool.hpp>
#include <atomic>
#include <cassert>
#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

#define EXPECT_EQ(expected, actual) expectEqual((expected), (actual), #actual, __LINE__)
void expectEqual(long expected, long actual, const char *text, int line);

std::string load(const std::string &key);
void publish(const std::string &gauge, long value);
bool post(const std::string &url);

class Settings {
public:
  std::string warmUp_bad() {
    loader_ = std::jthread([this] {
      std::string text = load("settings");
      std::lock_guard lock(mutex_);
      text_ = std::move(text);
    });
    std::this_thread::sleep_for(500ms);
    // CHECK: [[#@LINE-1]]:5: warning: sleeps in the hope that another thread has written 'text_'
    std::lock_guard lock(mutex_);
    return text_;
  }
  std::string warmUp_ok() {
    std::string text = std::async(std::launch::async, [] { return load("settings"); }).get();
    std::lock_guard lock(mutex_);
    return text_ = text;
  }

private:
  std::mutex mutex_;
  std::string text_;
  std::jthread loader_;
};

std::string greeting_bad() {
  std::string text;
  auto loaded = std::async(std::launch::async, [&] { text = load("greeting"); });
  std::this_thread::sleep_for(1s);
  // CHECK: [[#@LINE-1]]:3: warning: sleeps in the hope that another thread has written 'text'
  return text.empty() ? "hello" : text;
}

std::string FN_greeting() {
  std::string text;
  auto loaded = std::async(std::launch::async, [&] { text = load("greeting"); });
  std::this_thread::sleep_for(1s);
  return text; // which moves it, and so is taken for a write
}

long sumOnPool_bad(BS::thread_pool<> &pool, const std::vector<std::string> &keys) {
  std::atomic<long> bytes{0};
  for (const std::string &key : keys)
    pool.detach_task([&bytes, key] { bytes += long(load(key).size()); });
  std::this_thread::sleep_for(100ms);
  // CHECK: [[#@LINE-1]]:3: warning: sleeps in the hope that another thread has written 'bytes'
  return bytes.load();
}

long sumOnPool_ok(BS::thread_pool<> &pool, const std::string &key) {
  std::atomic<long> bytes{0};
  pool.detach_task([&bytes, key] { bytes += long(load(key).size()); });
  pool.wait();
  return bytes;
}

std::atomic<bool> listening{false};

void startsUp_bad() {
  std::jthread server([] { listening = post("http://registry/self"); });
  std::this_thread::sleep_for(200ms);
  // CHECK: [[#@LINE-1]]:3: warning: sleeps
  assert(listening);
}

void retriesOnce_bad() {
  std::atomic<int> calls{0};
  std::thread client([&] {
    for (int i = 0; i < 2; ++i)
      calls += post("http://shard/a");
  });
  std::this_thread::sleep_for(1s);
  // CHECK: [[#@LINE-1]]:3: warning: sleeps
  EXPECT_EQ(2, calls.load());
  client.join();
}

void retriesOnce_ok() {
  std::atomic<int> calls{0};
  std::thread client([&] { calls += post("http://shard/a"); });
  client.join();
  EXPECT_EQ(2, calls.load());
}

class Worker {
public:
  void start() {
    thread_ = std::jthread([this] { started_ = post("http://registry/self"); });
  }
  bool hasStarted() const { return started_; }

private:
  std::atomic<bool> started_{false};
  std::jthread thread_;
};
void startsWorker_bad() {
  Worker worker;
  worker.start(); // the thread starts in a method
  std::this_thread::sleep_for(50ms);
  // CHECK: [[#@LINE-1]]:3: warning: sleeps in the hope that another thread has written 'started_'
  assert(worker.hasStarted());
}

class Throughput {
public:
  void count() { ++served_; }
  void sample_ok() { // the sleep is the time over which it measures
    const long before = served_.load();
    std::this_thread::sleep_for(1s);
    publish("per second", served_.load() - before);
  }
  long FP_measure() { // this as well, though it starts the load itself
    std::jthread load([this](std::stop_token stop) {
      while (!stop.stop_requested() && post("http://localhost/"))
        ++served_;
    });
    std::this_thread::sleep_for(10s);
    // CHECK: [[#@LINE-1]]:5: warning: sleeps
    return served_;
  }

private:
  std::atomic<long> served_{0};
};
