// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=racy-flag %s -isystem %S/../Inputs -isystem %S/../Inputs/muduo
//
// Flags that callbacks set, and flags that a function tests and sets that any thread may call.
//
#include <Poco/BasicEvent.h>
#include <Poco/Delegate.h>
#include <Poco/Net/TCPServerConnection.h>
#include <atomic>
#include <muduo/net/EventLoop.h>

bool more();
void step();

class Connection : public Poco::Net::TCPServerConnection {
public:
  Connection(const Poco::Net::StreamSocket &socket, Poco::BasicEvent<const bool> &stopped)
      : TCPServerConnection(socket) {
    stopped += Poco::delegate(this, &Connection::onStopped_bad);
  }
  void run() override {
    while (!stopped_ && more())
      step();
    while (!cancelled_ && more())
      step();
    for (bool busy = true; busy; busy = more())
      ++served_;
  }
  void onStopped_bad(const bool &) {
    stopped_ = true;
    cancelled_ = true;
  }

private:
  // CHECK: [[#@LINE+1]]:8: note: a thread's loop reads 'stopped_' and a callback writes it, which the loop may never see if it comes from another thread; make it std::atomic [belay-racy-flag]
  bool stopped_ = false;
  std::atomic<bool> cancelled_{false};
  int served_ = 0; // the connection's own
};

class Server {
public:
  explicit Server(muduo::net::EventLoop *loop) : loop_(loop) {}
  void start_bad() {
    if (!started_) {
      started_ = true;
      step();
    }
    loop_->runInLoop([this] { listen_ok(); });
  }
  void begin_ok() {
    if (!begun_.exchange(true))
      loop_->runInLoop([this] { listen_ok(); });
  }
  void open_ok() { // sets itself up, and leaves other threads to others
    if (!opened_) {
      opened_ = true;
      step();
    }
  }
  void listen_ok() {
    loop_->assertInLoopThread();
    if (!listening_) {
      listening_ = true;
      loop_->runInLoop([] { step(); });
    }
  }

private:
  muduo::net::EventLoop *loop_;
  // CHECK: [[#@LINE+1]]:8: note: 'started_' is tested and set with no lock in a function that hands work to a loop, as if any thread may call it; make it std::atomic [belay-racy-flag]
  bool started_ = false;
  std::atomic<bool> begun_{false};
  bool opened_ = false;
  bool listening_ = false;
};
