// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=racy-flag %s -isystem %S/../Inputs/trantor
//
// Flags that look alike and are fine: set before the thread starts or after it has ended, asked and
// set by one thread or by one event loop. And what is set too late, or from further away.
//
#include <string>
#include <thread>
#include <trantor/net/EventLoop.h>

void send(const std::string &text);
bool poll(int timeout);

// How many rounds is said before the thread starts.
class Rounds {
public:
  void setRounds_ok(int rounds) { rounds_ = rounds; }
  void run_ok() {
    rounds_ = rounds_ ? rounds_ : 3;
    thread_ = std::jthread([this] {
      int done = 0;
      while (done < rounds_)
        done += poll(10);
    });
  }

private:
  int rounds_ = 0;
  std::jthread thread_;
};

// The thread stops by itself, and others only ask afterwards.
class Import {
public:
  void run_ok() {
    std::thread thread([this] {
      while (!failed_ && poll(10))
        step();
    });
    thread.join();
    if (failed_)
      send("failed");
    failed_ = false;
  }

private:
  void step() { failed_ = !poll(0); }
  bool failed_ = false;
};

// An event loop asks and sets.
class Pinger {
public:
  explicit Pinger(trantor::EventLoop *loop) : loop_(loop) {}
  void start_ok() {
    loop_->runEvery(1.0, [this] { ping_ok(); });
    loop_->runAfter(60.0, [this] { stopped_ = true; });
  }

private:
  void ping_ok() {
    while (!stopped_ && poll(0))
      send("ping");
  }
  trantor::EventLoop *loop_;
  bool stopped_ = false;
};

// No thread at all: the caller's loop, which what it calls may end.
class Parser {
public:
  void parse_ok(const std::string &text) {
    for (size_t at = 0; at < text.size() && !stopped_; ++at)
      if (text[at] == '.')
        stop_ok();
    while (!stopped_)
      poll(1);
  }
  void stop_ok() { stopped_ = true; }

private:
  bool stopped_ = false;
};

// Set too late: the thread runs already.
class Late {
public:
  void start_bad(bool once) {
    thread_ = std::jthread([this] {
      do
        poll(10);
      while (!once_);
    });
    once_ = once;
  }

private:
  // CHECK: [[#@LINE+1]]:8: warning: a thread's loop reads 'once_' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  bool once_ = false;
  std::jthread thread_;
};

// Set by whoever has the object that has the thread.
class Parent {
public:
  Parent() { child_.start(); }
  void FN_stop_bad() { child_.stopped = true; } // both ways lead to it, but from two classes

private:
  struct Child {
    void start() {
      thread = std::jthread([this] { run(); });
    }
    void run() {
      while (!stopped)
        poll(10);
    }
    bool stopped = false;
    std::jthread thread;
  };
  Child child_;
};
