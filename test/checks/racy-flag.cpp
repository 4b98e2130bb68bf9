// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Flags that end a thread's loop.
//
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

void step();

class Poller {
public:
  Poller() : thread_([this] { run_bad(); }) {}
  void stop() { stopped_ = true; }
  ~Poller() { thread_.join(); }

private:
  void run_bad() {
    while (!stopped_)
      step();
  }
  // CHECK: [[#@LINE+6]]:8: warning: a thread's loop reads 'stopped_' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  // CHECK: [[#@LINE-10]]:14: note: starts a thread that runs 'lambda in Poller::Poller' here
  // CHECK: [[#@LINE-11]]:31: note: calls 'Poller::run_bad' here
  // CHECK: [[#@LINE-6]]:13: note: reads 'stopped_' here
  // CHECK: [[#@LINE-12]]:17: note: writes 'stopped_' here

  bool stopped_ = false;
  std::thread thread_;
};

struct Volatile {
  void start() { thread = std::jthread(&Volatile::loop_bad, this); }
  void loop_bad() {
    for (;;) {
      if (rounds > 100)
        break;
      step();
    }
  }
  void skip() { rounds = 1000; }
  // CHECK: [[#@LINE+1]]:16: warning: a thread's loop reads 'rounds' while another thread writes it
  volatile int rounds = 0;
  std::jthread thread;
};

class Atomic {
public:
  Atomic() : thread_([this] { loop_ok(); }) {}
  void stop() { stopped_ = true; }

private:
  void loop_ok() {
    while (!stopped_)
      step();
  }
  std::atomic<bool> stopped_{false};
  std::jthread thread_;
};

class Guarded {
public:
  Guarded() : thread_([this] { loop_ok(); }) {}
  void stop_ok() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
  }

private:
  void loop_ok() {
    std::unique_lock lock(mutex_);
    while (!stopped_)
      changed_.wait(lock);
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::jthread thread_;
};

class Ending {
public:
  Ending() : thread_([this] { run_bad(); }) {}
  ~Ending() {
    stopped_ = true;
    thread_.join();
    ended_ = true;
  }

private:
  void run_bad() {
    while (!stopped_ && !ended_)
      step();
  }
  // CHECK: [[#@LINE+1]]:8: warning: a thread's loop reads 'stopped_' while another thread writes it
  bool stopped_ = false;
  bool ended_ = false; // ok: written after the join
  std::thread thread_;
};

// Set before the thread starts, or after it has ended.
struct Configured {
  void start_ok(int rounds) {
    rounds_ = rounds;
    thread_ = std::thread([this] {
      for (int i = 0; i < rounds_; ++i)
        step();
    });
  }
  void finish_ok() {
    thread_.join();
    rounds_ = 0;
  }
  int rounds_ = 0;
  std::thread thread_;
};

// The loop's own.
void own_ok() {
  std::jthread worker([] {
    bool done = false;
    int left = 10;
    while (!done) {
      step();
      done = --left == 0;
    }
  });
}

// What the loop calls is no flag.
class Sorter {
public:
  Sorter() : thread_([this] { run_ok(); }) {}
  void order(bool (*before)(int, int)) { before_ = before; }
  ~Sorter() { thread_.join(); }

private:
  void run_ok() {
    while (before_(1, 2))
      step();
  }
  bool (*before_)(int, int) = nullptr;
  std::thread thread_;
};
