// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs
//
// The classic case, what to write instead, and what looks alike and is fine.
//
#include <atomic>
#include <chrono>
#include <httplib.h>
#include <memory>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

void deliver(const std::string &text);

// The object may be gone while its thread still runs.
class Poller {
public:
  void start_bad() {
    std::thread([this] {
      while (!stopping_) {
        deliver(name_);
        std::this_thread::sleep_for(1s);
      }
      // CHECK: :[[@LINE+2]]:8: error: detached thread uses 'this' and nothing waits for it before
      // CHECK-SAME: the object is destroyed; keep its handle and join it in a destructor or at
    }).detach();
  }
  ~Poller() { stopping_ = true; }

private:
  std::string name_;
  std::atomic<bool> stopping_ = false;
};

// The fixed form: the last member, stopped and joined before the others go.
class JoinedPoller {
public:
  void start_ok() {
    thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested()) {
        deliver(name_);
        std::this_thread::sleep_for(1s); // NOLINT(belay-dropped-cancellation): short enough
      }
    });
  }

private:
  std::string name_;
  std::jthread thread_;
};

// Looks alike: an owner of all threads, which lives as long as the process.
class Owner {
public:
  void add(std::jthread thread) { threads_.push_back(std::move(thread)); }

private:
  std::vector<std::jthread> threads_;
};

void announceOnce_ok() {
  static Owner owner;
  owner.add(std::jthread([] { deliver("up"); }));
}

// A local is referred to after the function has returned.
void measure_bad(const std::string &path) {
  size_t bytes = 0;
  // CHECK: :[[@LINE+3]]:11: error: detached thread refers to 'bytes', which may be gone while it
  // CHECK-SAME: runs; keep its handle
  std::thread counter([&bytes] { bytes += 1; });
  counter.detach();
  deliver(path);
}

// In a template.
template <typename Clock> class Ticker {
public:
  void start_bad() {
    auto tick = [this] { last_ = Clock::now(); };
    // CHECK: :[[@LINE+1]]:23: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
    std::thread(tick).detach();
  }
  void start_ok() {
    thread_ = std::jthread([this] { last_ = Clock::now(); });
  }

private:
  typename Clock::time_point last_;
  std::jthread thread_;
};
template class Ticker<std::chrono::steady_clock>;

// In a lambda.
auto sender_bad(const std::string &greeting) {
  return [&greeting](std::string name) {
    // CHECK: :[[@LINE+1]]:66: error: detached thread refers to 'greeting', which may be gone
    std::thread([&greeting, name] { deliver(greeting + name); }).detach();
  };
}

auto sender_ok(const std::string &greeting) {
  return [greeting](std::string name) {
    return std::jthread([greeting, name] { deliver(greeting + name); });
  };
}

// In a handler: what it captures is its own, but every request leaves one behind.
void registerAll_bad(httplib::Server &server) {
  server.Post("/", [](const httplib::Request &request, httplib::Response &) {
    // CHECK: :[[@LINE+2]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE+1]]:59: warning: detached thread can be neither stopped nor waited for; keep
    std::thread([body = request.body] { deliver(body); }).detach();
  });
}
