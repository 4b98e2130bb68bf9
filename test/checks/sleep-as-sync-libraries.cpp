// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// The sleeps of C, Boost, POCO and Abseil in loops that look again.
//
#include <Poco/Mutex.h>
#include <Poco/Runnable.h>
#include <Poco/Thread.h>
#include <Poco/ThreadPool.h>
#include <absl/time/clock.h>
#include <atomic>
#include <boost/atomic.hpp>
#include <boost/thread.hpp>
#include <csignal>
#include <ctime>
#include <poll.h>
#include <pthread.h>
#include <string>
#include <unistd.h>

int openPort();
bool index(const std::string &document);
void tick();

//===-- C -----------------------------------------------------------------------------------===//

static std::atomic<int> port;
static std::atomic<int> sessions;
static volatile bool warm;

static void *listenOn(void *) {
  port = openPort();
  warm = index("front page");
  return nullptr;
}
void enter() { ++sessions; }
void leave() { --sessions; }

int portOf_bad() {
  pthread_t thread;
  pthread_create(&thread, nullptr, listenOn, nullptr);
  while (port == 0)
    usleep(1000);
  // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'port'
  while (!warm)
    sleep(1);
  // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'warm'
  pthread_join(thread, nullptr);
  return port;
}

bool untilIdle_bad(int seconds) {
  const time_t end = time(nullptr) + seconds;
  struct timespec pause = {0, 50 * 1000 * 1000};
  while (sessions.load(std::memory_order_relaxed) > 0) {
    if (time(nullptr) > end)
      return false;
    nanosleep(&pause, nullptr);
    // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'sessions'
  }
  return true;
}

void FN_untilIdle() {
  while (sessions != 0)
    poll(nullptr, 0, 100); // a wait for no descriptor is a sleep
}

void untilReadable_ok(struct pollfd *sockets, nfds_t count) {
  while (sessions != 0)
    if (poll(sockets, count, 100) > 0)
      tick();
}

static volatile sig_atomic_t quit;
static void onSignal(int) { quit = 1; }

// A handler of a signal cannot notify a condition variable, and the signal ends the sleep.
int runUntilSignal_ok() {
  signal(SIGTERM, onSignal);
  while (!quit)
    sleep(1);
  return 0;
}

//===-- Boost -------------------------------------------------------------------------------===//

class Indexer {
public:
  void start(const std::string &document) {
    thread_ = boost::thread([this, document] {
      index(document);
      indexed_ = true;
    });
  }
  void wait_bad() {
    while (!indexed_)
      boost::this_thread::sleep_for(boost::chrono::milliseconds(10));
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'indexed_'
  }
  void waitOld_bad() {
    while (!indexed_.load())
      boost::this_thread::sleep(boost::posix_time::milliseconds(10));
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'indexed_'
  }
  void wait_ok() { thread_.join(); }

private:
  boost::atomic<bool> indexed_{false};
  boost::thread thread_;
};

//===-- POCO and Abseil ---------------------------------------------------------------------===//

class Import : public Poco::Runnable {
public:
  void run() override {
    index("catalogue");
    Poco::FastMutex::ScopedLock lock(mutex_);
    ended_ = true;
  }
  bool hasEnded() {
    Poco::FastMutex::ScopedLock lock(mutex_);
    return ended_;
  }
  void runOn_bad(Poco::ThreadPool &pool) {
    pool.start(*this);
    while (!hasEnded())
      Poco::Thread::sleep(20);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'ended_'
  }
  void runOn_ok(Poco::ThreadPool &pool) {
    pool.start(*this);
    pool.joinAll();
  }

private:
  Poco::FastMutex mutex_;
  bool ended_ = false;
};

void untilEmpty_bad() {
  do {
    absl::SleepFor(absl::Milliseconds(5));
    // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'sessions'
  } while (sessions.load() > 0);
}
