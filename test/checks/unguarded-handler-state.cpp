// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -- -std=c++20 -I%S/../Inputs
//
// State that requests share and write: members of a service, globals, statics, captured locals.
//
#include "httplib.h"
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

using httplib::Request;
using httplib::Response;

std::map<std::string, int> visits;
std::map<std::string, int> guarded;
std::mutex mutex;
std::atomic<int> served;
thread_local std::vector<std::string> scratch;

void count_bad(const Request &request, Response &response) {
  visits[request.body] += 1;
  // CHECK: [[#@LINE-1]]:3: warning: requests that run at the same time write 'visits' with no lock; guard it with a mutex [belay-unguarded-handler-state]
  // CHECK: note: 'httplib::Server::Get' registers 'count_bad' as a handler here
  // CHECK: [[#@LINE-3]]:3: note: writes 'visits' here
  // CHECK: note: all of them share 'visits', declared here
  response.status = 200;
}

void count_ok(const Request &request, Response &response) {
  std::lock_guard lock(mutex);
  guarded[request.body] += 1;
  response.status = 200;
}

void static_bad(const Request &, Response &response) {
  static int next = 0;
  response.status = ++next;
  // CHECK: [[#@LINE-1]]:23: warning: requests that run at the same time write 'next' with no lock; make it std::atomic or guard it with a mutex
}

void atomic_ok(const Request &, Response &response) { response.status = ++served; }

void perThread_ok(const Request &request, Response &) {
  scratch.clear();
  scratch.push_back(request.body);
}

struct Turn {
  void release() { taken = 0; }
  int taken = 0;
};
thread_local Turn turn;
Turn &ownTurn() {
  thread_local Turn own;
  return own;
}
void objectPerThread_ok(const Request &, Response &response) {
  turn.release();
  ownTurn().release();
  response.status = ++ownTurn().taken;
}

void ofTheRequest_ok(const Request &request, Response &response) {
  std::vector<std::string> parts;
  auto add = [&](const std::string &part) { parts.push_back(part); };
  add(request.body);
  int sum = 0;
  auto count = [&] { sum += int(parts.size()); };
  count();
  response.status = sum;
}

class Service {
public:
  void install(httplib::Server &server) {
    server.Get("/hit", [this](const Request &, Response &response) { hit_bad(response); });
    server.Get("/set", [this](const Request &request, Response &) { set_ok(request); });
  }
  void setLimit_ok(int limit) { limit_ = limit; } // only at start-up

private:
  void hit_bad(Response &response) {
    last_ = response.status;
    // CHECK: [[#@LINE-1]]:5: warning: requests that run at the same time write 'last_' with no lock
  }
  void set_ok(const Request &request) {
    std::unique_lock lock(mutex_);
    name_ = request.body;
    lock.unlock();
    helper_ok();
  }
  void helper_ok() {
    if (limit_ > 0)
      served += limit_;
  }
  int last_ = 0;
  int limit_ = 0;
  std::mutex mutex_;
  std::string name_;
};

int main() {
  httplib::Server server;
  int hits = 0;
  int configured = 0;
  configured = 5;
  Service service;
  service.setLimit_ok(configured);
  service.install(server);
  server.Get("/count", count_bad).Get("/ok", count_ok).Get("/static", static_bad);
  server.Get("/atomic", atomic_ok).Get("/thread", perThread_ok).Get("/own", ofTheRequest_ok);
  server.Get("/object", objectPerThread_ok);
  server.Get("/local", [&hits](const Request &, Response &) {
    ++hits;
    // CHECK: [[#@LINE-1]]:7: warning: requests that run at the same time write 'hits' with no lock
  });
  server.listen("localhost", 80);
}
