// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=racy-flag,inconsistent-guard %s
//
// The ways between a loop and its flag: through other functions, from threads that others wait for,
// from tasks of a pool, in templates. Only what the loop itself asks is known as its flag.
//
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

void send(const std::string &text);
bool poll(int timeout);

// Whatever calls the setter, the flag is the same.
class Engine {
public:
  void start() {
    for (int i = 0; i < 4; ++i)
      threads_.emplace_back([this] { run_bad(); });
  }
  void shutDown() {
    send("shut down");
    setRunning(false);
    for (std::thread &thread : threads_)
      thread.join();
  }

private:
  void setRunning(bool running) { running_ = running; }
  void run_bad() {
    while (running_)
      if (poll(100))
        send("work");
  }
  // CHECK: [[#@LINE+1]]:8: warning: a thread's loop reads 'running_' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  bool running_ = true;
  std::vector<std::thread> threads_;
};

// The loop asks a function, which asks the flag.
class Receiver {
public:
  Receiver() : thread_([this] { run(); }) {}
  void FN_stop_bad() {
    stopped_ = true;
    send("stopping");
  }

private:
  bool isStopped() const { return stopped_; }
  void run() {
    while (!isStopped())
      poll(100);
  }
  bool stopped_ = false;
  std::jthread thread_;
};

// A pool runs the loop: one of its threads, for as long as that takes.
class Feed {
public:
  explicit Feed(boost::asio::thread_pool &pool) : pool_(pool) {}
  void start() {
    boost::asio::post(pool_, [this] {
      while (!closed_)
        poll(100);
    });
  }
  void FN_close_bad() {
    closed_ = true;
    send("closed");
  }

private:
  boost::asio::thread_pool &pool_;
  bool closed_ = false;
};

// The other way round: the caller waits for the thread.
void startUp_bad() {
  bool ready = false;
  std::thread worker([&] {
    poll(1000);
    // CHECK: [[#@LINE+1]]:5: warning: 'ready' is written while another thread reads it, with no lock in common; guard it with one mutex, or make it std::atomic [belay-inconsistent-guard]
    ready = true;
  });
  while (!ready)
    std::this_thread::yield();
  worker.join();
}
class Boot {
public:
  Boot() : thread_([this] { load(); }) {}
  void FN_wait_bad() {
    while (!loaded_)
      poll(1);
  }

private:
  void load() {
    poll(1000);
    loaded_ = true;
  }
  bool loaded_ = false;
  std::jthread thread_;
};

// What a future or a condition variable says is seen.
class Warm {
public:
  void start() {
    done_ = std::async(std::launch::async, [this] { warm_ = poll(1000); });
  }
  void wait_ok() {
    done_.wait();
    while (!warm_ && poll(1))
      send("cold");
  }

private:
  bool warm_ = false;
  std::future<void> done_;
};

// In a template, and in a structure that its threads share.
template <class Job> class Repeat {
public:
  explicit Repeat(Job job) : job_(job), thread_([this] { run_bad(); }) {}
  void stop() { state_->stopped = true; }

private:
  struct State {
    // CHECK: [[#@LINE+1]]:10: warning: a thread's loop reads 'stopped' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
    bool stopped = false;
  };
  void run_bad() {
    while (!state_->stopped)
      job_();
  }
  std::shared_ptr<State> state_ = std::make_shared<State>();
  Job job_;
  std::jthread thread_;
};
template class Repeat<void (*)()>;
