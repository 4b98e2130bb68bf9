// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Abseil's locks, its condition variables and its notifications. Against its headers.
//
#include <absl/base/call_once.h>
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <atomic>
#include <deque>
#include <string>
#include <thread>

void store(const std::string &line);

class Journal {
public:
  void add_ok(std::string line) {
    absl::MutexLock lock(&mutex_);
    lines_.push_back(std::move(line));
    changed_.Signal();
  }
  std::string next_ok() {
    absl::MutexLock lock(&mutex_);
    while (lines_.empty())
      changed_.Wait(&mutex_);
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }
  void clear_ok() {
    mutex_.Lock();
    lines_.clear();
    mutex_.Unlock();
  }
  // CHECK: [[#@LINE+1]]:41: warning: 'lines_' is read without 'mutex_', which 5 of its 6 uses hold; {{.*}} [belay-inconsistent-guard]
  std::string last_bad() const { return lines_.back(); }

private:
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  std::deque<std::string> lines_;
};

class Settings {
public:
  std::string get_ok() {
    absl::ReaderMutexLock lock(&mutex_);
    return name_;
  }
  void set_ok(std::string name) {
    absl::WriterMutexLock lock(&mutex_);
    name_ = std::move(name);
  }
  void rename_bad(std::string name) {
    absl::ReaderMutexLock lock(&mutex_);
    // CHECK: [[#@LINE+1]]:5: note: 'name_' is written without 'mutex_', which 3 of its 4 uses hold; {{.*}} [belay-inconsistent-guard]
    name_ = std::move(name);
  }
  void trySet_ok(std::string name) {
    if (mutex_.TryLock()) {
      name_ = std::move(name);
      mutex_.Unlock();
    }
  }

private:
  absl::Mutex mutex_;
  std::string name_;
};

// A detached thread that says when it is done, and one that does not.
void wait_ok() {
  absl::Notification done;
  std::thread([&done] {
    store("started");
    done.Notify();
  }).detach();
  done.WaitForNotification();
}

std::atomic<bool> loaded{false};
void poll_bad() {
  while (!loaded)
    // CHECK: [[#@LINE+1]]:5: warning: sleeps and looks again until 'loaded' changes, which wakes too late or too often; {{.*}} [belay-sleep-as-sync]
    absl::SleepFor(absl::Milliseconds(10));
}
void load() { loaded = true; }
