// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// A thread that is started with an object runs the method that the object's class overrides.
//
#include <Poco/Mutex.h>
#include <Poco/Runnable.h>
#include <Poco/Thread.h>

void tick();

class Ticker : public Poco::Runnable {
public:
  void start() { thread_.start(*this); }
  void stop() {
    stopped_ = true;
    thread_.join();
  }
  void run() override {
    while (!stopped_)
      tick();
  }

private:
  Poco::Thread thread_;
  // CHECK: [[#@LINE+5]]:8: warning: a thread's loop reads 'stopped_' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  // CHECK: [[#@LINE-13]]:26: note: starts a thread that runs 'Ticker::run' here
  // CHECK: [[#@LINE-8]]:13: note: reads 'stopped_' here
  // CHECK: [[#@LINE-13]]:5: note: writes 'stopped_' here

  bool stopped_ = false;
};

class Guarded : public Poco::Runnable {
public:
  void start_ok() { thread_.start(*this); }
  void stop_ok() {
    {
      Poco::FastMutex::ScopedLock lock(mutex_);
      stopped_ = true;
    }
    thread_.join();
  }
  void run() override {
    while (!isStopped())
      tick();
  }

private:
  bool isStopped() {
    Poco::FastMutex::ScopedLock lock(mutex_);
    return stopped_;
  }
  Poco::FastMutex mutex_;
  Poco::Thread thread_;
  bool stopped_ = false;
};
