// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Templates are judged where they are used: a class, a function, a mutex that is a parameter of the
// template. One that nobody uses has no types, and so no locks.
//
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

void send(const std::string &text);

// A cache of anything.
template <class Key, class Value> class Cache {
public:
  void put_ok(const Key &key, Value value) {
    std::lock_guard lock(mutex_);
    values_[key] = std::move(value);
  }
  std::optional<Value> find_ok(const Key &key) const {
    std::lock_guard lock(mutex_);
    auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  bool has_bad(const Key &key) const {
    send("has");
    // CHECK: [[#@LINE+1]]:12: warning: 'values_' is read without 'mutex_', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
    return values_.contains(key);
  }

private:
  mutable std::mutex mutex_;
  std::map<Key, Value> values_;
};

class Users {
public:
  void rename(int id, std::string name) {
    if (auto known = names_.find_ok(id); known != name)
      names_.put_ok(id, std::move(name));
    if (names_.has_bad(id))
      send("renamed");
  }

private:
  Cache<int, std::string> names_;
};

// A policy: without threads the mutex does nothing, and the guard is one all the same.
struct NoMutex {
  void lock() {}
  void unlock() {}
};
template <class Mutex> class Numbers {
public:
  void add_ok(int number) {
    std::lock_guard<Mutex> lock(mutex_);
    numbers_.push_back(number);
  }
  void drop_ok() {
    std::lock_guard<Mutex> lock(mutex_);
    numbers_.pop_front();
  }
  int first_bad() {
    send("first");
    // CHECK: [[#@LINE+1]]:12: warning: 'numbers_' is read without 'mutex_', which 2 of its 3 uses hold
    return numbers_.front();
  }

private:
  Mutex mutex_;
  std::deque<int> numbers_;
};
template class Numbers<std::mutex>;

// A function that locks whatever it is given.
template <class Account> void move_ok(Account &from, Account &to, int amount) {
  std::scoped_lock lock(from.mutex, to.mutex);
  from.balance -= amount;
  to.balance += amount;
}
struct Account {
  std::mutex mutex;
  int balance = 0;
  int read_ok() {
    std::lock_guard lock(mutex);
    return balance;
  }
  void round_bad() {
    send("round");
    // CHECK: [[#@LINE+1]]:5: warning: 'balance' is written without 'mutex', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
    balance = balance / 100 * 100;
  }
};
Account savings, giro;
void save(int amount) { move_ok(savings, giro, amount); }

// The pattern alone is not judged.
template <class Item> class Unused {
public:
  void add_ok(Item item) {
    typename Item::Guard lock(mutex_);
    items_.push_back(item);
    count_ += 1;
  }
  int count_ok() {
    send("count");
    return count_;
  }

private:
  typename Item::Mutex mutex_;
  std::deque<Item> items_;
  int count_ = 0;
};

// Its only callers have it by reference, and nobody of this program calls those.
class Limits {
public:
  void set_ok(int limit) {
    std::lock_guard lock(mutex_);
    limits_.push_back(limit);
  }
  void clear_ok() {
    std::lock_guard lock(mutex_);
    limits_.clear();
  }
  int FN_last_bad() {
    send("last");
    return limits_.back();
  }

private:
  std::mutex mutex_;
  std::deque<int> limits_;
};
int onRequest(Limits &limits) { return limits.FN_last_bad(); }
