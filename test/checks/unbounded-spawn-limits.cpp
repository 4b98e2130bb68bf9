// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// Counts that a request passes before its thread starts, and tests that are no limits.
//
#include <atomic>
#include <httplib.h>
#include <mutex>
#include <set>
#include <thread>

using httplib::Request;
using httplib::Response;

void work(const std::string &body);
bool isValid(const std::string &body);

class Uploads {
public:
  void byCount_ok(const Request &request, Response &response) {
    if (active_ >= MaxActive) {
      response.status = 503;
      return;
    }
    ++active_;
    std::thread([this, body = request.body] {
      work(body);
      --active_;
    }).detach();
  }

  void byFetchAdd_ok(const Request &request, Response &response) {
    if (active_.fetch_add(1, std::memory_order_relaxed) >= MaxActive) {
      active_.fetch_sub(1);
      response.status = 503;
    } else {
      std::thread([this, body = request.body] {
        work(body);
        active_.fetch_sub(1);
      }).detach();
    }
  }

  void byCompareExchange_ok(const Request &request, Response &response) {
    int active = active_.load();
    do {
      if (active >= MaxActive) {
        response.status = 503;
        return;
      }
    } while (!active_.compare_exchange_weak(active, active + 1));
    std::thread(&Uploads::run, this, request.body).detach();
  }

  void bySize_ok(const Request &request, Response &response) {
    std::unique_lock lock(mutex_);
    if (bodies_.size() < 16 && bodies_.insert(request.body).second)
      std::thread(&Uploads::run, this, request.body).detach();
    else
      response.status = 503;
  }

  // The caller looks at the limit; start() has other callers that do as well.
  void byCaller_ok(const Request &request, Response &response) {
    if (bodies_.size() > 16)
      response.status = 503;
    else
      start_ok(request.body);
  }

  // A test of the request itself bounds nothing.
  void byRequest_bad(const Request &request, Response &response) {
    if (request.body.size() > 1024 || !isValid(request.body)) {
      response.status = 400;
      return;
    }
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread(&Uploads::run, this, request.body).detach();
  }

private:
  static constexpr int MaxActive = 32;

  void start_ok(std::string body) { std::thread(&Uploads::run, this, std::move(body)).detach(); }
  void run(const std::string &body) {
    work(body);
    --active_;
  }

  std::atomic<int> active_ = 0;
  std::mutex mutex_;
  std::set<std::string> bodies_;
};

void registerAll(httplib::Server &server, Uploads &uploads) {
  server.Post("/5", std::bind_front(&Uploads::byCount_ok, &uploads));
  server.Post("/6", std::bind_front(&Uploads::byFetchAdd_ok, &uploads));
  server.Post("/7", std::bind_front(&Uploads::byCompareExchange_ok, &uploads));
  server.Post("/8", std::bind_front(&Uploads::bySize_ok, &uploads));
  server.Post("/9", std::bind_front(&Uploads::byCaller_ok, &uploads));
  server.Post("/10", std::bind_front(&Uploads::byRequest_bad, &uploads));
}
