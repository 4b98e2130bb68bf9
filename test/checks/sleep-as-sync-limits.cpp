// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Limiters, pacing and clocks: what passes while they sleep is the time that they are about.
//
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool send(const std::string &mail);
void play(const std::string &frame);

// A bucket of permits fills with time, whoever else takes some or gives them back.
class Bucket {
public:
  void take_ok() {
    for (;;) {
      {
        std::lock_guard lock(mutex_);
        const auto now = Clock::now();
        permits_ = std::min(10.0, permits_ + 100 * Seconds(now - filled_).count());
        filled_ = now;
        if (permits_ >= 1) {
          permits_ -= 1;
          return;
        }
      }
      std::this_thread::sleep_for(1ms);
    }
  }
  bool tryTake() {
    std::lock_guard lock(mutex_);
    refill();
    if (permits_ < 1)
      return false;
    permits_ -= 1;
    return true;
  }
  void takeSoon_ok() {
    while (!tryTake())
      std::this_thread::sleep_for(10ms);
  }
  void giveBack() {
    std::lock_guard lock(mutex_);
    permits_ += 1;
  }

private:
  using Seconds = std::chrono::duration<double>;
  void refill() {
    const auto now = Clock::now();
    permits_ = std::min(10.0, permits_ + 100 * Seconds(now - filled_).count());
    filled_ = now;
  }
  std::mutex mutex_;
  double permits_ = 10;
  Clock::time_point filled_ = Clock::now();
};

// A window of a second has room again when the second is over.
class Window {
public:
  void enter_ok() {
    while (count_.fetch_add(1) >= 100) {
      std::this_thread::sleep_until(begin_ + 1s);
      turn();
    }
  }
  void turn() {
    if (Clock::now() - begin_ >= 1s)
      count_ = 0;
  }

private:
  const Clock::time_point begin_ = Clock::now();
  std::atomic<int> count_{0};
};

// Few exports run at once, and the next one waits until another thread has ended its own.
class Exports {
public:
  void begin_bad() {
    while (running_ >= limit_)
      std::this_thread::sleep_for(50ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'running_'
    ++running_;
  }
  bool tryBegin() {
    int running = running_;
    return running < limit_ && running_.compare_exchange_strong(running, running + 1);
  }
  void FN_begin() {
    while (!tryBegin()) // a try that only fails until another thread has ended
      std::this_thread::sleep_for(50ms);
  }
  void end() { --running_; }

private:
  const int limit_ = 4;
  std::atomic<int> running_{0};
};

void sendSlowly_ok(const std::vector<std::string> &mails, std::atomic<bool> &stopped) {
  for (const std::string &mail : mails) {
    if (stopped)
      return;
    send(mail);
    usleep(1000 * 1000 / 50);
  }
}

void playAll_ok(const std::vector<std::string> &frames) {
  auto next = Clock::now();
  for (size_t at = 0; at < frames.size(); ++at) {
    play(frames[at]);
    std::this_thread::sleep_until(next += 40ms);
  }
}

// The time to the second, for those who cannot pay for asking the system.
static std::atomic<bool> clockStopped{false};
static volatile time_t seconds;
static std::atomic<long> uptime{0};

void tell_ok() {
  while (!clockStopped) {
    seconds = time(nullptr);
    usleep(1000);
  }
}
void count_ok() {
  while (!clockStopped) {
    std::this_thread::sleep_for(1s);
    ++uptime;
  }
}
void stopClock() { clockStopped = true; }
time_t now() { return seconds; }
