// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// Limits that a project writes itself, and waiting for room instead of refusing.
//
#include <condition_variable>
#include <httplib.h>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>

using httplib::Request;
using httplib::Response;

void work(const std::string &body);

// A semaphore of mutex, condition variable and count.
class Room {
public:
  void enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return taken_ < 8; });
    ++taken_;
  }
  bool tryEnter() {
    std::lock_guard lock(mutex_);
    if (taken_ == 8)
      return false;
    ++taken_;
    return true;
  }
  void leave() {
    {
      std::lock_guard lock(mutex_);
      --taken_;
    }
    changed_.notify_one();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned taken_ = 0;
};

// Takes a permit for as long as it lives.
class Permit {
public:
  explicit Permit(std::counting_semaphore<> &permits) : permits_(permits) { permits_.acquire(); }
  Permit(const Permit &) = delete;
  ~Permit() { permits_.release(); }

private:
  std::counting_semaphore<> &permits_;
};

class Uploads {
public:
  void byWaitingLoop_ok(const Request &request, Response &) {
    std::unique_lock lock(mutex_);
    while (active_ >= MaxActive)
      changed_.wait(lock);
    ++active_;
    std::thread(&Uploads::run, this, request.body).detach();
  }

  void byWaitingFor_ok(const Request &request, Response &) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return active_ < MaxActive; });
    ++active_;
    std::thread(&Uploads::run, this, request.body).detach();
  }

  void byTimedWait_ok(const Request &request, Response &response) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(1), [this] { return active_ < MaxActive; })) {
      response.status = 503;
      return;
    }
    ++active_;
    std::thread(&Uploads::run, this, request.body).detach();
  }

  void byPermit_ok(const Request &request, Response &) {
    auto permit = std::make_shared<Permit>(permits_);
    std::thread([permit, body = request.body] { work(body); }).detach();
  }

  // FP: nothing says that Room is a limiter. A project says it in its .belay.yaml, in two lines:
  // see unbounded-spawn-config.cpp.
  void FP_byRoom(const Request &request, Response &) {
    room_.enter();
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread([this, body = request.body] {
      work(body);
      room_.leave();
    }).detach();
  }

  void FP_byRefusingRoom(const Request &request, Response &response) {
    if (!room_.tryEnter()) {
      response.status = 503;
      return;
    }
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread([this, body = request.body] {
      work(body);
      room_.leave();
    }).detach();
  }

private:
  static constexpr unsigned MaxActive = 32;

  void run(const std::string &body) {
    work(body);
    {
      std::lock_guard lock(mutex_);
      --active_;
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned active_ = 0;
  std::counting_semaphore<> permits_{32};
  Room room_;
};

void registerAll(httplib::Server &server, Uploads &uploads) {
  server.Post("/1", std::bind_front(&Uploads::byWaitingLoop_ok, &uploads));
  server.Post("/2", std::bind_front(&Uploads::byWaitingFor_ok, &uploads));
  server.Post("/3", std::bind_front(&Uploads::byTimedWait_ok, &uploads));
  server.Post("/4", std::bind_front(&Uploads::byPermit_ok, &uploads));
  server.Post("/5", std::bind_front(&Uploads::FP_byRoom, &uploads));
  server.Post("/6", std::bind_front(&Uploads::FP_byRefusingRoom, &uploads));
}
