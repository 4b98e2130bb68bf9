// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// The classic case, its fixed form, and what looks alike and is fine.
//
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

struct Sessions {
  void add_ok(int id) {
    std::lock_guard lock(mutex_);
    open_[id] = "new";
    ++count_;
  }
  void remove_ok(int id) {
    std::unique_lock lock(mutex_);
    if (open_.erase(id))
      --count_;
  }
  std::string name_bad(int id) {
    if (id < 0)
      return {};
    return open_.at(id);
    // CHECK: [[#@LINE-1]]:12: warning: 'open_' is read without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    // CHECK: [[#@LINE-2]]:12: note: reads 'open_' here
    // CHECK: [[#@LINE-14]]:5: note: writes 'open_' here, holding 'mutex_'
  }

private:
  std::mutex mutex_;
  std::map<int, std::string> open_;
  int count_ = 0;
};

// A private helper that all callers call under the lock.
class Ledger {
public:
  void book_ok(int amount) {
    std::lock_guard lock(mutex_);
    apply(amount);
  }
  void cancel_ok(int amount) {
    std::scoped_lock lock(mutex_, other_);
    apply(-amount);
  }
  int total_ok() {
    std::lock_guard lock(mutex_);
    return total_;
  }

private:
  void apply(int amount) {
    total_ += amount;
    entries_.push_back(amount);
  }
  std::mutex mutex_, other_;
  int total_ = 0;
  std::deque<int> entries_;
};

// ... and one that a single caller calls without it.
class Stock {
public:
  void add_ok(int item) {
    std::lock_guard lock(mutex_);
    change(item, 1);
  }
  void take_ok(int item) {
    std::lock_guard lock(mutex_);
    if (items_.count(item))
      change(item, -1);
  }
  void restock_bad(int item, int more) {
    for (int i = 0; i < more; ++i)
      change(item, more);
    // CHECK: [[#@LINE+7]]:35: warning: 'items_' is written without 'mutex_', which 2 of its 3 uses hold
    // CHECK: [[#@LINE-2]]:7: note: calls 'Stock::change' here
    std::lock_guard lock(mutex_);
    items_[item] += 0;
  }

private:
  void change(int item, int by) { items_[item] += by; }
  std::mutex mutex_;
  std::map<int, int> items_;
};
