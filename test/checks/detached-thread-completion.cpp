// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Detached threads that somebody waits for: by a latch, a semaphore, a counter. And
// signals that nobody waits for, or not long enough.
//
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>

using namespace std::chrono_literals;

void work(std::string &text);

void byLatch_ok(std::string text) {
  std::latch done(2);
  for (int part = 0; part < 2; ++part)
    std::thread([&] {
      work(text);
      done.count_down();
    }).detach();
  done.wait();
}

void bySemaphore_ok() {
  std::string text;
  std::binary_semaphore finished(0);
  std::thread([&] {
    work(text);
    finished.release();
  }).detach();
  finished.acquire();
}

// The destructor waits until no thread is left.
class Sessions {
public:
  void start_ok() {
    {
      std::lock_guard lock(mutex_);
      ++running_;
    }
    std::thread([this] {
      work(text_);
      finish();
    }).detach();
  }
  ~Sessions() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return running_ == 0; });
  }

private:
  void finish() {
    std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
  std::string text_;
};

// The same with an atomic, in functions that the destructor calls.
class Uploads {
public:
  void start_ok() {
    ++running_;
    std::thread(&Uploads::run, this).detach();
  }
  void stop() { waitForAll(); }
  ~Uploads() { stop(); }

private:
  void run() {
    work(text_);
    if (--running_ == 0)
      running_.notify_all();
  }
  void waitForAll() {
    for (int running = running_; running != 0; running = running_)
      running_.wait(running);
  }

  std::atomic<int> running_ = 0;
  std::string text_;
};

// The destructor looks again and again until the count is zero.
class Polled {
public:
  void start_ok() {
    ++running_;
    std::thread([this] {
      work(text_);
      --running_;
    }).detach();
  }
  ~Polled() {
    while (running_ != 0)
      std::this_thread::sleep_for(10ms); // NOLINT(belay-sleep-as-sync): another check's
  }

private:
  std::string text_;
  std::atomic<int> running_ = 0;
};

// The destructor waits for a second and goes on.
class Impatient {
public:
  void start_bad() {
    std::thread([this] {
      work(text_);
      finished_.release();
      // CHECK: :[[@LINE+1]]:8: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
    }).detach();
  }
  ~Impatient() { (void)finished_.try_acquire_for(1s); }

private:
  std::binary_semaphore finished_{0};
  std::string text_;
};

// The thread signals, and another object's destructor waits.
void nobodyWaits_bad(std::string text) {
  auto done = std::make_shared<std::latch>(1);
  std::thread([&text, done] {
    work(text);
    done->count_down();
    // CHECK: :[[@LINE+1]]:6: error: detached thread refers to 'text'{{.*}} [belay-detached-thread]
  }).detach();
}

// A signal of the project's own.
class Signal {
public:
  void set() {
    std::lock_guard lock(mutex_);
    isSet_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return isSet_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool isSet_ = false;
};

void ownSignal_ok(std::string text) {
  Signal done;
  std::thread([&] {
    work(text);
    done.set();
  }).detach();
  done.wait();
}
void waitForOthers(Signal &signal) { signal.wait(); }
void ownSignalOfOthers_bad(std::string text, Signal &done, Signal &others) {
  std::thread([&] {
    work(text);
    done.set();
    // CHECK: :[[@LINE+1]]:6: error: detached thread refers to {{.*}} [belay-detached-thread]
  }).detach();
  waitForOthers(others);
}
void ownSignalBefore_bad(std::string text, Signal &done) {
  done.wait();
  std::thread([&] {
    work(text);
    done.set();
    // CHECK: :[[@LINE+1]]:6: error: detached thread refers to {{.*}} [belay-detached-thread]
  }).detach();
}
