// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Workers that do something each time that they wake: caches, heartbeats, metrics, logs, main
// loops. Their pauses wait for nobody, unless they are cut in pieces so that a stop is seen.
//
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Table = std::map<std::string, std::string>;
std::shared_ptr<const Table> loadTable();
bool beat(const std::string &leader);
void publish(const std::string &gauge, long value);
void append(const std::string &file, const std::string &lines);
void restart(const std::string &worker);
void tick();

class Cache {
public:
  void refresh_ok() {
    while (!stopped_.load(std::memory_order_relaxed)) {
      if (auto table = loadTable()) {
        std::lock_guard lock(mutex_);
        table_ = std::move(table);
      }
      std::this_thread::sleep_for(30s);
    }
  }
  void refreshOnSchedule_ok() {
    for (auto next = Clock::now(); !stopped_; next += 30s) {
      std::this_thread::sleep_until(next);
      std::lock_guard lock(mutex_);
      table_ = loadTable();
    }
  }
  // A wait for a time that a stop ends early.
  void refreshUntilStop_ok() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, 30s, [this] { return stopped_.load(); }))
      table_ = loadTable();
  }
  // The pause is cut in pieces so that a stop ends it soon; a signal would end it at once.
  void refreshInPieces_bad() {
    while (!stopped_) {
      auto table = loadTable();
      for (int pieces = 0; pieces < 300 && !stopped_; ++pieces)
        std::this_thread::sleep_for(100ms);
      // CHECK: [[#@LINE-1]]:9: warning: sleeps and looks again until 'stopped_'
    }
  }
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Table> table_;
  std::atomic<bool> stopped_{false};
};

class Node {
public:
  void beat_ok() {
    int missed = 0;
    do {
      missed = beat("node-0") ? 0 : missed + 1;
      lastBeat_ = Clock::now().time_since_epoch().count();
      std::this_thread::sleep_for(missed ? 200ms : 2s);
    } while (!leaving_ && missed < 10);
  }
  void watch_ok() {
    while (!leaving_) {
      std::this_thread::sleep_for(1s);
      if (Clock::now().time_since_epoch() - Clock::duration(lastBeat_) > 10s)
        restart("heart");
    }
  }
  void report_ok() {
    for (long before = 0; !leaving_;) {
      std::this_thread::sleep_for(10s);
      publish("served", served_ - std::exchange(before, served_.load()));
    }
  }
  void serve() { ++served_; }
  void leave() { leaving_ = true; }

private:
  std::atomic<long> lastBeat_{0}, served_{0};
  std::atomic<bool> leaving_{false};
};

class Log {
public:
  void write(std::string line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  bool flush() {
    std::unique_lock lock(mutex_);
    const auto lines = std::exchange(lines_, {});
    lock.unlock();
    for (const std::string &line : lines)
      append("server.log", line);
    return !lines.empty();
  }
  void run_ok(std::atomic<bool> &stopped) {
    while (!stopped || flush()) {
      flush();
      std::this_thread::sleep_for(500ms);
    }
  }
  void drain_ok() { // what comes in late is written as well, for a second
    const auto end = Clock::now() + 1s;
    while (flush() && Clock::now() < end)
      std::this_thread::sleep_for(20ms);
  }

private:
  std::mutex mutex_;
  std::deque<std::string> lines_;
};

int main() {
  Cache cache;
  Node node;
  Log log;
  std::atomic<bool> stopped = false;
  std::jthread logger([&] { log.run_ok(stopped); }), heart([&] { node.beat_ok(); });
  std::jthread cacher([&] { cache.refresh_ok(); });
  for (int ticks = 0; ticks < 1000 && !stopped; ++ticks) {
    tick();
    std::this_thread::sleep_for(16ms);
  }
  stopped = true;
  node.leave();
  cache.stop();
}
