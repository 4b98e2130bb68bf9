// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s -isystem %S/../Inputs
//
// Where accesses come from decides how bad they are: an error where a thread, task or request is
// proven to meet a guarded use of the same object, a warning where others may call the function.
//
#include "httplib.h"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

void send(const std::string &text);
int measure(int sensor);

// A thread writes without the lock that all public functions take.
class Sampler {
public:
  Sampler() : thread_([this] { run_bad(); }) {}
  ~Sampler() {
    stopped_ = true;
    thread_.join();
  }
  int last_ok() {
    std::lock_guard lock(mutex_);
    return values_.empty() ? 0 : values_.back();
  }
  void forget_ok() {
    std::lock_guard lock(mutex_);
    values_.clear();
    send("forgotten");
  }

private:
  void run_bad() {
    while (!stopped_) {
      int value = measure(1);
      // CHECK: [[#@LINE+1]]:7: error: 'values_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
      values_.push_back(value);
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
  std::mutex mutex_;
  std::vector<int> values_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

// A thread that holds the lock, and a public function that does not.
class Writer {
public:
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { run_ok(stop); });
  }
  void write_ok(std::string line) {
    {
      std::lock_guard lock(mutex_);
      lines_.push_back(std::move(line));
    }
    changed_.notify_one();
  }
  bool isFull_bad() {
    size_t most = 100;
    send("is it full?");
    // CHECK: [[#@LINE+1]]:12: error: 'lines_' is read without 'mutex_', which 4 of its 5 uses hold; take it here as well [belay-inconsistent-guard]
    return lines_.size() > most;
  }

private:
  void run_ok(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !lines_.empty(); })) {
      send(lines_.back());
      lines_.pop_back();
    }
  }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::string> lines_;
  std::jthread thread_;
};

// Requests that meet: one holds the lock, the other does not.
class Votes {
public:
  void install(httplib::Server &server) {
    server.Post("/vote", [this](const auto &request, auto &) { vote_ok(request.body); });
    server.Get("/votes", [this](const auto &request, auto &response) {
      response.body = std::to_string(count_bad(request.path));
    });
  }

private:
  void vote_ok(const std::string &name) {
    std::lock_guard lock(mutex_);
    ++votes_[name];
    if (votes_.size() > 1000)
      votes_.clear();
  }
  // CHECK: [[#@LINE+1]]:51: error: 'votes_' is read without 'mutex_', which 3 of its 4 uses hold
  int count_bad(const std::string &name) { return votes_.at(name); }
  std::mutex mutex_;
  std::map<std::string, int> votes_;
};

// Two threads of one object with no lock in common, one started by the other or both by one, which
// puts them in no order.
class Meter {
public:
  void start_bad() {
    reader_ = std::jthread([this] {
      for (;;)
        // CHECK: [[#@LINE+1]]:9: warning: 'sum_' is written while another thread reads it, with no lock in common; guard it with one mutex, or make it std::atomic [belay-inconsistent-guard]
        sum_ += measure(2);
    });
    for (;;)
      send(std::to_string(sum_));
  }
  void startBoth_bad() {
    first_ = std::jthread([this] {
      for (;;)
        // CHECK: [[#@LINE+1]]:9: warning: 'most_' is written while another thread reads it, with no lock in common
        most_ = measure(3);
    });
    second_ = std::jthread([this] {
      for (;;)
        send(std::to_string(most_));
    });
  }

private:
  long sum_ = 0, most_ = 0;
  std::jthread reader_, first_, second_;
};
