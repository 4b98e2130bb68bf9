// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=racy-flag %s
//
// Flags, counters and states that end the loop of a thread, by the ways in which threads are made
// and loops are left, and the forms that are safe.
//
#include <Poco/Thread.h>
#include <atomic>
#include <boost/thread/thread.hpp>
#include <mutex>
#include <pthread.h>
#include <string>
#include <thread>

void send(const std::string &text);
bool poll(int timeout);

// A reader of a queue, with a state instead of a flag.
class Reader {
public:
  void start() { thread_ = std::thread(&Reader::run_bad, this); }
  void close() {
    state_ = State::Closing;
    thread_.join();
  }

private:
  enum class State { Open, Closing };
  void run_bad() {
    for (;;) {
      if (state_ == State::Closing)
        return;
      poll(100);
    }
  }
  // CHECK: [[#@LINE+1]]:9: warning: a thread's loop reads 'state_' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  State state_ = State::Open;
  std::thread thread_;
};

// A counter that another thread counts down. POSIX hands the object over as a `void *`.
class Download {
public:
  void start() { pthread_create(&thread_, nullptr, &Download::entry, this); }
  void done_bad() { --left_; }
  void finish() { pthread_join(thread_, nullptr); }

private:
  static void *entry(void *self) {
    static_cast<Download *>(self)->run();
    return nullptr;
  }
  void run() {
    while (left_ > 0)
      poll(10);
  }
  // CHECK: [[#@LINE+1]]:7: warning: a thread's loop reads 'left_' while another thread writes it
  int left_ = 8;
  pthread_t thread_{};
};

// A global that all loops ask, set through a helper.
// CHECK: [[#@LINE+1]]:13: warning: a thread's loop reads 'quit' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
static bool quit = false;
static void run_bad() {
  do
    poll(50);
  while (!quit);
}
static void askToQuit() {
  send("quit");
  quit = true;
}
void serve() {
  std::jthread first(run_bad);
  poll(1000);
  askToQuit();
}

// In a local that a lambda refers to.
void watch_bad(const std::string &file) {
  // CHECK: [[#@LINE+1]]:8: warning: a thread's loop reads 'done' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  bool done = false;
  boost::thread watcher([&] {
    while (!done && poll(10))
      send(file);
  });
  poll(500);
  done = true;
  watcher.join();
}
void watch_ok(const std::string &file) {
  std::atomic<bool> done{false};
  boost::thread watcher([&] {
    while (!done && poll(10))
      send(file);
  });
  poll(500);
  done = true;
  watcher.join();
}

// POCO; and `volatile` orders nothing.
class Importer {
public:
  ~Importer() { thread_.join(); }
  void start() {
    thread_.startFunc([this] { run_bad(); });
  }
  void cancel() { cancelled_ = true; }
  void pause_ok() { paused_.store(true); }

private:
  void run_bad() {
    while (!cancelled_)
      while (!paused_ && poll(10))
        send("row");
  }
  // CHECK: [[#@LINE+1]]:17: warning: a thread's loop reads 'cancelled_' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  volatile bool cancelled_ = false;
  std::atomic<bool> paused_{false};
  Poco::Thread thread_;
};

// Under one mutex on both sides, though the loop takes it anew for each turn.
class Heartbeat {
public:
  Heartbeat() : thread_([this] { run_ok(); }) {}
  ~Heartbeat() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    thread_.join();
  }

private:
  bool stopping() {
    std::lock_guard lock(mutex_);
    return stopping_;
  }
  void run_ok() {
    while (!stopping())
      send("alive");
  }
  std::mutex mutex_;
  bool stopping_ = false;
  std::thread thread_;
};
