// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Tokens that nothing uses, while the function with the token calls, through others, a loop or a
// wait that never ends.
//
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

std::string readFrame();
void dispatch(const std::string &frame);
bool isConfigured();

static void pump_bad() {
  for (;;) {
    // CHECK: [[#@LINE-1]]:3: warning: {{.*}} [belay-dropped-cancellation]
    // CHECK: [[#@LINE+8]]:28: note:
    std::string frame = readFrame();
    if (frame.empty())
      continue;
    dispatch(frame);
  }
}
static void connectAndPump() { pump_bad(); }
void serve(std::stop_token stop) {
  if (!isConfigured())
    return;
  connectAndPump();
}

// The stop of the thread is asked for by its destructor, and nobody hears it.
class Consumer {
public:
  Consumer() : thread_([this](std::stop_token stop) { run(); }) {}
  void put(std::string frame) {
    std::lock_guard lock(mutex_);
    frames_.push_back(std::move(frame));
    filled_.notify_one();
  }

private:
  void run() {
    for (int round = 0; round < 1'000'000; ++round)
      dispatch(take_bad());
  }
  std::string take_bad() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return !frames_.empty(); });
    // CHECK: [[#@LINE-1]]:13: note: 'std::condition_variable::wait' waits with no time-out, and 'stop' of
    std::string frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::string> frames_;
  std::jthread thread_;
};

template <class Each> void forEachFrame_bad(Each each) {
  while (true)
    each(readFrame());
  // CHECK: [[#@LINE-2]]:3: warning: {{.*}} [belay-dropped-cancellation]
}
void log(std::stop_token stop) { forEachFrame_bad(dispatch); }

// These callees end: by a break, a return, an exception, or with the process.
static void untilEmpty_ok() {
  while (true) {
    std::string frame = readFrame();
    if (frame.empty())
      break;
    dispatch(frame);
  }
}
static bool untilConfigured_ok() {
  for (;;) {
    dispatch(readFrame());
    if (isConfigured())
      return true;
  }
}
static void untilBroken_ok() {
  for (;;) {
    std::string frame = readFrame();
    if (frame == "broken")
      throw std::runtime_error("the peer sends nonsense");
    dispatch(frame);
  }
}
static void untilExit_ok() {
  for (;;)
    if (std::string frame = readFrame(); frame == "exit")
      std::exit(0);
    else
      dispatch(frame);
}
void allEnd_ok(std::stop_token stop) {
  untilEmpty_ok();
  if (untilConfigured_ok())
    untilBroken_ok();
  untilExit_ok();
}

// A loop of the same kind, for who has no token or passes on what it has.
static void pumpUntil_ok(std::stop_token stop) {
  for (;;) {
    if (stop.stop_requested())
      return;
    dispatch(readFrame());
  }
}
static void pumpForEver_ok() {
  for (;;)
    dispatch(readFrame());
}
void passesOn_ok(std::stop_token stop) { pumpUntil_ok(stop); }
void noToken_ok() { pumpForEver_ok(); }

// A closed queue wakes its readers: the destructor closes it, then the one of the thread waits.
class Closing {
public:
  Closing() : thread_([this](std::stop_token) { run_ok(); }) {}
  ~Closing() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_all();
  }

private:
  void run_ok() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !frames_.empty(); });
  }
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::string> frames_;
  bool closed_ = false;
  std::jthread thread_;
};
