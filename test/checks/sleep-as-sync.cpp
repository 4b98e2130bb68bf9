// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that sleep and look again, sleeps that are hoped to be long enough, and the sleeps that
// are none of this.
//
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <string>
#include <thread>

using namespace std::chrono_literals;

bool send(const std::string &message);
void step();

class Workers {
public:
  void run() {
    ++running_;
    step();
    --running_;
  }
  void finish_bad() {
    while (running_ > 0)
      std::this_thread::sleep_for(10ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'running_' changes, which wakes too late or too often; wait on a condition variable with a predicate, a latch or std::atomic::wait [belay-sleep-as-sync]
    // CHECK: [[#@LINE-3]]:12: note: the loop looks at 'running_' here
  }
  void finishGuarded_bad() {
    for (;;) {
      std::this_thread::sleep_for(10ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'threads_' changes
      std::lock_guard lock(mutex_);
      if (threads_ == 0)
        break;
    }
  }
  void leave() {
    std::lock_guard lock(mutex_);
    --threads_;
  }

private:
  std::atomic<int> running_{0};
  std::mutex mutex_;
  int threads_ = 0;
};

class Inbox {
public:
  void put(std::string message) {
    std::lock_guard lock(mutex_);
    messages_.push(std::move(message));
  }
  std::string take_bad() {
    for (;;) {
      {
        std::lock_guard lock(mutex_);
        if (!messages_.empty())
          break;
      }
      std::this_thread::sleep_for(1ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'messages_' changes, which wakes too late or too often; wait on a condition variable that is notified after each change [belay-sleep-as-sync]
    }
    return take_ok();
  }
  std::string take_ok() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return !messages_.empty(); });
    std::string message = std::move(messages_.front());
    messages_.pop();
    return message;
  }

private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::queue<std::string> messages_;
};

static std::atomic<bool> ready;
void getReady() { ready = send("ready"); }
template <class Duration> void await_bad(Duration pause) {
  while (!ready.load())
    std::this_thread::sleep_for(pause);
  // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'ready' changes
}
template void await_bad(std::chrono::seconds);

int hoped_bad() {
  int result = 0;
  std::jthread worker([&] {
    step();
    result = 5;
  });
  std::this_thread::sleep_for(100ms);
  // CHECK: [[#@LINE-1]]:3: warning: sleeps in the hope that another thread has written 'result' by then; wait for it: join, a latch, or a condition variable with a predicate
  // CHECK: [[#@LINE-6]]:16: note: the other thread starts here
  // CHECK: [[#@LINE-5]]:5: note: it writes 'result' here
  // CHECK: [[#@LINE+1]]:10: note: which is read here, after the sleep
  return result;
}

void beforeJoin_bad() {
  std::thread worker(step);
  std::this_thread::sleep_for(1s);
  // CHECK: [[#@LINE-1]]:3: note: sleeps before it waits for the thread anyway; leave the sleep out
  worker.join();
}

[[clang::annotate("belay::handler")]] void slow_bad(const std::string &request) {
  std::this_thread::sleep_for(200ms);
  // CHECK: [[#@LINE-1]]:3: warning: a request holds its thread while it sleeps; answer later from a timer, or move the work to a bounded pool
  send(request);
}

class Periodic {
public:
  void run_ok() {
    while (!stopped_) {
      flush();
      std::this_thread::sleep_for(1s);
    }
  }
  void schedule_ok() {
    for (auto next = std::chrono::steady_clock::now(); !stopped_; next += 10ms)
      std::this_thread::sleep_until(next);
  }
  void stop() { stopped_ = true; }

private:
  void flush();
  std::atomic<bool> stopped_{false};
};

bool exists(const std::string &path);
void waitForFile_ok(const std::string &path) {
  while (!exists(path))
    std::this_thread::sleep_for(100ms);
}

int main() {
  for (;;)
    std::this_thread::sleep_for(1h);
}
