// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
//
// An accept loop that hands connections to a queue; which queue that is, decides.
//
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

void serve(int connection);

class TaskQueue {
public:
  virtual ~TaskQueue() = default;
  virtual bool enqueue(std::function<void()> task) = 0;
};

class ThreadPerTask : public TaskQueue {
public:
  bool enqueue(std::function<void()> task) override {
    // CHECK: :[[@LINE+1]]:5: warning: every connection starts a thread ('std::thread') and nobody
    std::thread(std::move(task)).detach();
    return true;
  }
};

class FixedPool : public TaskQueue {
public:
  FixedPool() {
    for (int i = 0; i < 8; ++i)
      workers_.emplace_back([this](std::stop_token stop) { run_ok(stop); });
  }
  bool enqueue(std::function<void()> task) override {
    std::lock_guard lock(mutex_);
    if (tasks_.size() == 1024)
      return false;
    tasks_.push_back(std::move(task));
    changed_.notify_one();
    return true;
  }

private:
  void run_ok(std::stop_token stop) {
    for (std::unique_lock lock(mutex_);
         changed_.wait(lock, stop, [this] { return !tasks_.empty(); });) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::jthread> workers_;
};

class Server {
public:
  explicit Server(std::unique_ptr<TaskQueue> tasks) : tasks_(std::move(tasks)) {}

  void listen_bad(int listener) {
    for (;;) {
      // CHECK: :[[@LINE+1]]:24: note: takes a connection here, in a loop
      int connection = accept(listener, nullptr, nullptr);
      // CHECK: :[[@LINE+1]]:20: note: calls 'TaskQueue::enqueue', overridden by 'ThreadPerTask::
      if (!tasks_->enqueue([connection] { serve(connection); }))
        close(connection);
    }
  }

private:
  std::unique_ptr<TaskQueue> tasks_;
};

int main(int argc, char **) {
  std::unique_ptr<TaskQueue> tasks;
  if (argc == 1)
    tasks = std::make_unique<FixedPool>();
  else
    tasks = std::make_unique<ThreadPerTask>();
  Server server(std::move(tasks));
  server.listen_bad(3);
}
