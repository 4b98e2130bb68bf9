// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs
//
// What starts threads and is fine: pools, of all requests and of one, and start-up.
//
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <httplib.h>
#include <mutex>
#include <thread>
#include <vector>

void refresh();
void warmUp(int port);

// As many workers as there are cores, for the life of the pool.
class Pool {
public:
  explicit Pool(unsigned workers = std::thread::hardware_concurrency()) {
    for (unsigned i = 0; i < std::max(workers, 1u); ++i)
      workers_.emplace_back([this] { run_ok(); });
  }
  ~Pool() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    ready_.notify_all();
    for (std::thread &worker : workers_)
      worker.join();
  }
  bool trySubmit(std::function<void()> job) {
    std::lock_guard lock(mutex_);
    if (jobs_.size() >= 64)
      return false;
    jobs_.push_back(std::move(job));
    ready_.notify_one();
    return true;
  }

private:
  void run_ok() {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty())
        return;
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

// One pool for all requests, made by the first of them.
Pool &sharedPool_ok() {
  static Pool pool(8);
  return pool;
}

// A pool of the request's own: its destructor joins what its constructor starts.
void resize_ok(const httplib::Request &request, httplib::Response &response) {
  Pool pool(2);
  response.status = pool.trySubmit([body = request.body] { refresh(); }) ? 200 : 503;
}

void registerAll(httplib::Server &server) {
  server.Post("/refresh", [](const httplib::Request &, httplib::Response &response) {
    response.status = sharedPool_ok().trySubmit(refresh) ? 202 : 503;
  });
  server.Get("/resized", resize_ok);
}

// Start-up: a thread for each configured port.
std::vector<std::jthread> startAll_ok(const std::vector<int> &ports) {
  std::vector<std::jthread> listeners;
  for (size_t i = 0; i != ports.size(); ++i)
    listeners.emplace_back(warmUp, ports[i]);
  return listeners;
}

int main(int argc, char **argv) {
  std::vector<int> ports;
  std::transform(argv + 1, argv + argc, std::back_inserter(ports),
                 [](const char *port) { return std::stoi(port); });
  auto early = startAll_ok(ports);
  std::vector<std::jthread> listeners;
  for (int port : ports)
    listeners.emplace_back(warmUp, port);
  httplib::Server server;
  registerAll(server);
  server.listen("0.0.0.0", ports.front());
}
