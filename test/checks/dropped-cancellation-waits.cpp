// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Waits and sleeps that the token of their function cannot end, and those that it can.
//
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <latch>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

using namespace std::chrono_literals;

void send(const std::string &mail);
bool syncOnce();

class Outbox {
public:
  void put(std::string mail) {
    std::lock_guard lock(mutex_);
    mails_.push_back(std::move(mail));
    filled_.notify_one();
    any_.notify_one();
  }
  // Between two looks at the token it sleeps until mail comes, which may be never.
  void deliver_bad(std::stop_token stop) {
    while (!stop.stop_requested()) {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [this] { return !mails_.empty(); });
      // CHECK: [[#@LINE-1]]:15: warning: 'std::condition_variable::wait' goes on although 'stop' asks to stop
      auto mail = take();
      lock.unlock();
      send(*mail);
    }
  }
  std::optional<std::string> next_bad(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (mails_.empty() && !stop.stop_requested())
      any_.wait(lock);
    // CHECK: [[#@LINE-1]]:12: warning: 'std::condition_variable_any::wait' goes on although 'stop' asks to stop; use std::condition_variable_any and pass the token [belay-dropped-cancellation]
    return take();
  }
  std::optional<std::string> next_ok(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    return any_.wait(lock, stop, [this] { return !mails_.empty(); }) ? take() : std::nullopt;
  }
  // A turn lasts a second at most.
  std::optional<std::string> withTimeLimit_ok(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested())
      if (filled_.wait_for(lock, 1s, [this] { return !mails_.empty(); }))
        return take();
    return std::nullopt;
  }
  // Whoever stops it also wakes it: the callback notifies, and the predicate asks the token.
  std::optional<std::string> predicate_ok(std::stop_token stop) {
    std::stop_callback wake(stop, [this] {
      std::lock_guard lock(mutex_);
      filled_.notify_all();
    });
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this, &stop] { return stop.stop_requested() || !mails_.empty(); });
    return take();
  }
  // The same with a flag between them.
  std::optional<std::string> callbackSetsFlag_ok(std::stop_token stop) {
    std::stop_callback wake(stop, [this] {
      std::lock_guard lock(mutex_);
      closed_ = true;
      filled_.notify_all();
    });
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !mails_.empty(); });
    return take();
  }

private:
  std::optional<std::string> take() {
    if (mails_.empty())
      return std::nullopt;
    std::string mail = std::move(mails_.front());
    mails_.pop_front();
    return mail;
  }
  std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable_any any_;
  std::deque<std::string> mails_;
  bool closed_ = false;
};

// The shutdown waits for half an hour.
void sync_bad(std::stop_token stop) {
  for (auto pause = 30min; !stop.stop_requested();) {
    pause = syncOnce() ? 30min : 1min;
    std::this_thread::sleep_for(pause);
    // CHECK: [[#@LINE-1]]:5: note: 'std::this_thread::sleep_for' goes on although 'stop' asks to stop; wait on a std::condition_variable_any with the token and a time instead [belay-dropped-cancellation]
  }
}

void syncInterruptibly_ok(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    syncOnce();
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, 30min, [] { return false; });
  }
}

// Three short pauses are over before anyone notices.
void retry_ok(std::stop_token stop) {
  for (int tries = 0; tries < 3 && !stop.stop_requested() && !syncOnce(); ++tries)
    std::this_thread::sleep_for(20ms);
}

// A permit or a latch may come late or never, and neither knows the token.
void signals_bad(std::counting_semaphore<8> &slots, std::latch &loaded, std::stop_token stop) {
  slots.acquire();
  // CHECK: [[#@LINE-1]]:9: warning: 'std::counting_semaphore::acquire' goes on although 'stop' asks to stop
  loaded.wait();
  // CHECK: [[#@LINE-1]]:10: warning: 'std::latch::wait' goes on although 'stop' asks to stop
  if (!stop.stop_requested())
    syncOnce();
  slots.release();
}

// A result, too, but most are there soon, and whose they are is not known.
int FN_result(std::future<int> &rows, std::stop_token stop) {
  return stop.stop_requested() ? 0 : rows.get();
}

bool timedSignals_ok(std::counting_semaphore<8> &slots, std::future<int> &rows,
                     std::stop_token stop) {
  while (!slots.try_acquire_for(100ms))
    if (stop.stop_requested())
      return false;
  while (!stop.stop_requested() && rows.wait_for(100ms) != std::future_status::ready)
    syncOnce();
  slots.release();
  return true;
}
