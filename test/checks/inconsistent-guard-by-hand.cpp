// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Mutexes that are locked and unlocked by hand, with early returns, and mutexes and guards of the
// project's own, which are known by what their methods do.
//
#include <atomic>
#include <map>
#include <mutex>
#include <pthread.h>
#include <string>
#include <utility>
#include <vector>

void send(const std::string &text);
bool verify(const std::string &user);

// Logins. Each way out gives the mutex back.
class Logins {
public:
  bool login_ok(const std::string &user) {
    mutex_.lock();
    if (users_.count(user)) {
      mutex_.unlock();
      return false;
    }
    users_[user] = 1;
    mutex_.unlock();
    return verify(user);
  }
  void logout_ok(const std::string &user) {
    mutex_.lock();
    users_.erase(user);
    mutex_.unlock();
    send("bye " + user);
  }
  void touch_bad(const std::string &user) {
    mutex_.lock();
    bool known = users_.count(user);
    mutex_.unlock();
    if (known)
      // CHECK: [[#@LINE+1]]:9: warning: 'users_' is written without 'mutex_', which 4 of its 5 uses hold; take it here as well [belay-inconsistent-guard]
      ++users_[user];
  }

private:
  std::mutex mutex_;
  std::map<std::string, int> users_;
};

// The mutexes of POSIX.
class Counters {
public:
  void count_ok(const std::string &name) {
    pthread_mutex_lock(&mutex_);
    ++counts_[name];
    pthread_mutex_unlock(&mutex_);
  }
  bool tryCount_ok(const std::string &name) {
    if (pthread_mutex_trylock(&mutex_) != 0)
      return false;
    ++counts_[name];
    pthread_mutex_unlock(&mutex_);
    return true;
  }
  void flush_bad() {
    // CHECK: [[#@LINE+1]]:38: warning: 'counts_' is read without 'mutex_', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
    for (const auto &[name, count] : counts_)
      send(name + std::to_string(count));
    pthread_mutex_lock(&mutex_);
    counts_.clear();
    pthread_mutex_unlock(&mutex_);
  }
  int total_ok() {
    pthread_rwlock_rdlock(&totals_);
    int total = total_;
    pthread_rwlock_unlock(&totals_);
    return total;
  }
  void add_ok(int count) {
    pthread_rwlock_wrlock(&totals_);
    total_ += count;
    pthread_rwlock_unlock(&totals_);
  }
  void subtract_bad(int count) {
    pthread_rwlock_rdlock(&totals_);
    if (total_ > count)
      // CHECK: [[#@LINE+1]]:7: warning: 'total_' is written without 'totals_', which 3 of its 4 uses hold
      total_ -= count;
    pthread_rwlock_unlock(&totals_);
  }

private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_rwlock_t totals_ = PTHREAD_RWLOCK_INITIALIZER;
  std::map<std::string, int> counts_;
  int total_ = 0;
};

// A spin lock of the project's own, and its guard.
class Spin {
public:
  void lock() {
    while (taken_.exchange(true, std::memory_order_acquire))
      ;
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

private:
  std::atomic<bool> taken_{false};
};

class SpinGuard {
public:
  explicit SpinGuard(Spin *spin) : spin_(spin) { spin_->lock(); }
  ~SpinGuard() { spin_->unlock(); }
  SpinGuard(const SpinGuard &) = delete;
  SpinGuard &operator=(const SpinGuard &) = delete;

private:
  Spin *spin_;
};

class Buffer {
public:
  void append_ok(const std::string &line) {
    SpinGuard guard(&spin_);
    lines_.push_back(line);
  }
  std::vector<std::string> take_ok() {
    std::lock_guard guard(spin_);
    return std::exchange(lines_, {});
  }
  void flush_bad() {
    // CHECK: [[#@LINE+1]]:36: warning: 'lines_' is read without 'spin_', which 3 of its 4 uses hold
    for (const std::string &line : lines_)
      send(line);
    SpinGuard guard(&spin_);
    lines_.clear();
  }

private:
  Spin spin_;
  std::vector<std::string> lines_;
};
