// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that sleep and look again through a method: what it answers comes from a variable that
// another thread changes. Answers that come from a file or another machine are waited for so.
//
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>

using namespace std::chrono_literals;

void acceptConnections();
bool ping(const std::string &host);
bool forward(const std::string &job);

class Listener {
public:
  void start() {
    thread_ = std::jthread([this] {
      running_ = true;
      acceptConnections();
      running_ = false;
    });
  }
  bool isRunning() const { return running_; }
  bool isStopped() const { return !running_.load(std::memory_order_acquire); }
  bool isNamed() const { return !name_.empty(); }

private:
  std::string name_ = "http";
  std::atomic<bool> running_{false};
  std::jthread thread_;
};

void startAndWait_bad(Listener &listener) {
  listener.start();
  while (!listener.isRunning())
    std::this_thread::sleep_for(10ms);
  // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'running_'
  // CHECK: note: {{.*}}'running_'
}

class Jobs {
public:
  void push(std::string job) {
    std::lock_guard lock(mutex_);
    jobs_.push(std::move(job));
  }
  bool runOne() {
    std::lock_guard lock(mutex_);
    if (jobs_.empty())
      return false;
    results_[jobs_.front()] = forward(jobs_.front());
    jobs_.pop();
    return true;
  }
  size_t size() const {
    std::lock_guard lock(mutex_);
    return jobs_.size();
  }
  bool isDone(const std::string &job) const {
    std::lock_guard lock(mutex_);
    return results_.count(job) > 0;
  }

private:
  mutable std::mutex mutex_;
  std::queue<std::string> jobs_;
  std::map<std::string, bool> results_;
};

class Service {
public:
  explicit Service(std::string health) : health_(std::move(health)) {}

  void shutdown_bad() {
    for (;;) {
      if (queue_.size() == 0)
        break;
      std::this_thread::sleep_for(100ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'jobs_'
    }
  }
  bool runAndWait_bad(const std::string &job) {
    queue_.push(job);
    int slept = 0;
    while (!queue_.isDone(job)) {
      std::this_thread::sleep_for(5ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'results_'
      if (++slept > 1000)
        return false;
    }
    return true;
  }
  void untilListening_bad() {
    do
      std::this_thread::sleep_for(1ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'running_'
    while (listener_->isStopped());
  }
  bool isUp() const { return listener_->isRunning(); }
  void untilUp_bad() {
    while (!isUp()) // an accessor that asks another one
      std::this_thread::sleep_for(1ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'running_'
  }
  // The name is given once, so nothing but the listener itself is waited for.
  void untilNamed_ok() {
    while (!listener_->isNamed())
      std::this_thread::sleep_for(1ms);
  }
  // The answer is about a file, though its path is a field that others set.
  void setHealth(std::string path) {
    std::lock_guard lock(mutex_);
    health_ = std::move(path);
  }
  bool isHealthy() const {
    std::lock_guard lock(mutex_);
    return std::filesystem::exists(health_);
  }
  void untilHealthy_ok() {
    while (!isHealthy())
      std::this_thread::sleep_for(1s);
  }
  // The answer is the other machine's, and only kept in a field for the page of the status.
  bool isReachable(const std::string &host) { return reachable_ = ping(host); }
  void forget() { reachable_ = false; }
  void untilReachable_ok(const std::string &host) {
    while (!isReachable(host))
      std::this_thread::sleep_for(250ms);
  }
  void drain_ok() { // each look takes a job and runs it
    while (queue_.runOne())
      std::this_thread::sleep_for(2ms);
  }

private:
  mutable std::mutex mutex_;
  std::string health_;
  std::atomic<bool> reachable_{false};
  std::unique_ptr<Listener> listener_ = std::make_unique<Listener>();
  Jobs queue_;
};
