// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that sleep and look again at a flag, a counter or a container, in every form of loop. A
// variable that nobody else changes is no signal, and its loop is silent.
//
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool deliver(const std::string &mail);
std::string load(const std::string &name);
void serve();
void log(const std::string &line);

class Outbox {
public:
  void submit(std::string mail) {
    std::lock_guard lock(mutex_);
    mails_.push_back(std::move(mail));
    ++pending_;
    filled_.notify_one();
  }
  void work() {
    std::unique_lock lock(mutex_);
    while (filled_.wait_for(lock, 1s, [this] { return !mails_.empty(); })) {
      std::string mail = std::move(mails_.front());
      mails_.pop_front();
      lock.unlock();
      deliver(mail);
      --pending_;
      lock.lock();
    }
  }
  void flush_bad() {
    do {
      std::this_thread::sleep_for(20ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'pending_'
    } while (pending_.load() > 0);
  }
  bool flushFor_bad(std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    while (pending_.load() != 0 && Clock::now() < end)
      std::this_thread::sleep_for(5ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'pending_'
    return pending_.load() == 0;
  }
  bool flushOrGiveUp_bad() {
    int waited = 0;
    while (pending_ > 0) {
      if (waited >= 3000)
        return false;
      std::this_thread::sleep_for(50ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'pending_'
      waited += 50;
    }
    return true;
  }
  std::string takeNext_bad() {
    for (;;) {
      {
        std::lock_guard lock(mutex_);
        if (!mails_.empty()) {
          auto mail = std::move(mails_.front());
          mails_.pop_front();
          return mail;
        }
      }
      std::this_thread::sleep_for(1ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'mails_'
    }
  }
  std::string takeFront_bad() {
    std::unique_lock lock(mutex_);
    while (mails_.empty()) {
      lock.unlock();
      std::this_thread::sleep_for(1ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'mails_'
      lock.lock();
    }
    return std::move(mails_.front());
  }

private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::string> mails_;
  std::atomic<int> pending_{0};
};

// A table that is filled once, on a thread, while requests come in already.
class Prices {
public:
  Prices() : loader_([this] { fill(); }) {}
  ~Prices() { loader_.join(); }
  std::string find_bad(size_t item) {
    for (; !filled_.load(std::memory_order_acquire);)
      std::this_thread::sleep_for(100us);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'filled_'
    return prices_.at(item);
  }
  void start_bad(std::vector<std::jthread> &pool) {
    for (int i = 0; i < 4; ++i)
      pool.emplace_back([this] {
        while (!filled_)
          std::this_thread::sleep_for(10ms);
        // CHECK: [[#@LINE-1]]:11: warning: sleeps and looks again until 'filled_'
        serve();
      });
  }
  bool isFilledSoon_bad() {
    for (int tries = 0; tries < 100 && !filled_; ++tries)
      std::this_thread::sleep_for(10ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'filled_'
    return filled_;
  }
  void FN_untilFilled() {
    for (int waits = 1; !filled_; ++waits) {
      std::this_thread::sleep_for(100ms);
      if (waits % 50 == 0)
        log("prices are late"); // what is said now and then is taken for work
    }
  }
  std::string find_ok(size_t item) {
    filled_.wait(false);
    return prices_.at(item);
  }
  void untilClosed_ok() { // nobody closes it, so this waits for nobody
    while (!closed_)
      std::this_thread::sleep_for(1s);
  }

private:
  void fill() {
    prices_.push_back(load("bread"));
    filled_ = true;
    filled_.notify_all();
  }
  std::vector<std::string> prices_;
  std::atomic<bool> filled_{false}, closed_{false};
  std::thread loader_;
};
