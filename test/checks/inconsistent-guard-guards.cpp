// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// The guards of the standard library in their forms: given back early, deferred, tried, adopted,
// moved, returned by a function. What a guard holds is known line by line.
//
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

void send(const std::string &text);
std::string load(const std::string &name);

// A queue of jobs, which are sent without the lock.
class Jobs {
public:
  void drain_ok() {
    std::unique_lock lock(mutex_);
    while (!waiting_.empty()) {
      std::string job = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      send(job);
      lock.lock();
    }
  }
  void add_bad(std::string job) {
    std::unique_lock lock(mutex_);
    waiting_.push_back(std::move(job));
    lock.unlock();
    // CHECK: [[#@LINE+1]]:10: warning: 'waiting_' is read without 'mutex_', which 4 of its 5 uses hold; take it here as well [belay-inconsistent-guard]
    send(waiting_.back());
  }

private:
  std::mutex mutex_;
  std::deque<std::string> waiting_;
};

// Guards that take the mutex later, if at all.
class Texts {
public:
  bool tryPut_ok(const std::string &name) {
    std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock())
      return false;
    texts_[name] = load(name);
    return true;
  }
  bool putSoon_ok(const std::string &name) {
    std::unique_lock lock(mutex_, std::defer_lock);
    if (!lock.try_lock_for(std::chrono::milliseconds(5)))
      return false;
    texts_[name] = load(name);
    return true;
  }
  std::string putWithin_ok(const std::string &name) {
    std::unique_lock lock(mutex_, std::chrono::milliseconds(5));
    return lock ? texts_[name] : "";
  }
  void refresh_ok(const std::string &name) {
    mutex_.lock();
    std::lock_guard lock(mutex_, std::adopt_lock);
    texts_[name] = load(name);
  }
  void reload_bad(const std::string &name) {
    std::unique_lock lock(mutex_, std::defer_lock);
    // CHECK: [[#@LINE+1]]:9: warning: 'texts_' is read without 'mutex_', which 5 of its 6 uses hold
    if (texts_.contains(name))
      return;
    std::string text = load(name);
    lock.lock();
    texts_[name] = std::move(text);
  }

private:
  std::timed_mutex mutex_;
  std::map<std::string, std::string> texts_;
};

// The way on which it did not get the lock is the one on which it writes.
class Samples {
public:
  void add_ok(int value) {
    std::lock_guard lock(mutex_);
    values_.push_back(value);
  }
  int take_ok() {
    std::lock_guard lock(mutex_);
    int last = values_.back();
    values_.pop_back();
    return last;
  }
  void drop_bad(int value) {
    std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) {
      // CHECK: [[#@LINE+1]]:7: warning: 'values_' is written without 'mutex_', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
      values_.clear();
      send("overloaded");
    }
  }
  void FN_tryAdd_bad(int value) { // nobody asks whether the lock was free
    std::unique_lock lock(mutex_, std::try_to_lock);
    late_ += value;
  }
  void addLate_ok(int value) {
    std::lock_guard lock(mutex_);
    late_ += value;
  }

private:
  std::mutex mutex_;
  std::vector<int> values_;
  int late_ = 0;
};

// A guard that a function returns is held until its end, a moved one until that of the new one.
class Accounts {
public:
  [[nodiscard]] std::unique_lock<std::mutex> enter() { return std::unique_lock(mutex_); }
  void pay_ok(int account, int amount) {
    auto lock = enter();
    balances_[account] += amount;
  }
  void open_ok(int account) {
    std::unique_lock first(mutex_);
    std::unique_lock second(std::move(first));
    balances_[account] = 0;
  }
  void close_bad(int account) {
    std::unique_lock first(mutex_);
    {
      std::unique_lock second(std::move(first));
    }
    // CHECK: [[#@LINE+1]]:25: warning: 'balances_' is written without 'mutex_', which 2 of its 3 uses hold
    send(std::to_string(balances_[account]));
  }
  size_t count_ok() {
    std::lock_guard lock(mutex_);
    return balances_.size();
  }

private:
  std::mutex mutex_;
  std::map<int, int> balances_;
};
