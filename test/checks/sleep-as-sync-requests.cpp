// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/crow -isystem %S/../Inputs/drogon \
// RUN:     -isystem %S/../Inputs/trantor -isystem %S/../Inputs
//
// Requests that sleep hold a thread of the server each: to wait for another thread, between two
// tries, or to be slow on purpose. What sleeps on a thread of its own holds none.
//
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <crow.h>
#include <drogon/drogon.h>
#include <httplib.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using drogon::HttpRequestPtr, drogon::HttpResponse, drogon::HttpResponsePtr;
using Reply = std::function<void(const HttpResponsePtr &)>;

bool isKnown(const std::string &user, const std::string &password);
bool forward(const std::string &order);
std::string render(const std::string &page);

// cpp-httplib: orders are forwarded to a shop that is down at times.
class Orders {
public:
  explicit Orders(httplib::TaskQueue &later) : later_(later) {}
  void routes(httplib::Server &server) {
    server.Post("/order", [this](const auto &request, auto &response) {
      response.status = forwardWithRetries_bad(request.body) ? 204 : 502;
    });
    server.Put("/order", [this](const auto &request, auto &) { forwardLater_ok(request.body); });
    server.Get("/order", [this](const auto &request, auto &response) {
      response.body = await_bad(request.path) + await_ok(request.path);
    });
  }
  void finish(const std::string &order, const std::string &state) {
    std::lock_guard lock(mutex_);
    states_[order] = state;
    changed_.notify_all();
  }

private:
  bool forwardWithRetries_bad(const std::string &order) {
    for (int tries = 0; tries < 3; ++tries) {
      if (forward(order))
        return true;
      std::this_thread::sleep_for(200ms * (1 << tries));
      // CHECK: [[#@LINE-1]]:7: warning: a request holds its thread while it sleeps
    }
    return false;
  }
  void forwardLater_ok(const std::string &order) {
    later_.enqueue([order] {
      for (int tries = 0; tries < 3 && !forward(order); ++tries)
        std::this_thread::sleep_for(200ms * (1 << tries));
    });
  }
  std::string await_bad(const std::string &order) {
    for (const auto end = Clock::now() + 20s; Clock::now() < end;) {
      {
        std::lock_guard lock(mutex_);
        if (states_.contains(order))
          return states_[order];
      }
      std::this_thread::sleep_for(50ms);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'states_'
    }
    return "pending";
  }
  std::string await_ok(const std::string &order) {
    std::unique_lock lock(mutex_);
    bool known = changed_.wait_for(lock, 20s, [&] { return states_.contains(order); });
    return known ? states_[order] : "pending";
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> states_;
  httplib::TaskQueue &later_;
};

// Crow: a failed login is slow, so that passwords cannot be tried quickly.
crow::response login_bad(const crow::request &request) {
  if (isKnown(request.url, request.body))
    return crow::response(204);
  std::this_thread::sleep_for(2s);
  // CHECK: [[#@LINE-1]]:3: warning: a request holds its thread while it sleeps
  return crow::response(401);
}

struct Pages { // made by a thread of the server itself, which pauses between two of them
  Pages() : thread_([this] { refresh_ok(); }) {}
  ~Pages() { stopped_ = true; }
  crow::response page_ok(const crow::request &) {
    std::lock_guard lock(mutex_);
    return crow::response(200, page_);
  }

private:
  void refresh_ok() {
    while (!stopped_) {
      replace(render("front"));
      std::this_thread::sleep_for(100ms);
    }
  }
  void replace(std::string page) {
    std::lock_guard lock(mutex_);
    page_.swap(page);
  }
  std::mutex mutex_;
  std::string page_;
  std::atomic<bool> stopped_{false};
  std::jthread thread_;
};

void routes(crow::SimpleApp &app, Pages &pages) {
  CROW_ROUTE(app, "/login").methods(crow::HTTPMethod::Post)(login_bad);
  CROW_ROUTE(app, "/")([&pages](const crow::request &request) { return pages.page_ok(request); });
}

// Drogon: an event loop that sleeps answers none of its other connections either.
class Search : public drogon::HttpController<Search> {
public:
  METHOD_LIST_BEGIN
  METHOD_ADD(Search::find_bad, "/find", drogon::Get);
  METHOD_ADD(Search::find_ok, "/find/soon", drogon::Get);
  METHOD_LIST_END

  void find_bad(const HttpRequestPtr &, Reply &&reply) {
    while (!indexed_)
      std::this_thread::sleep_for(10ms);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'indexed_'
    reply(HttpResponse::newHttpResponse());
  }
  void find_ok(const HttpRequestPtr &request, Reply &&reply) {
    if (indexed_)
      return reply(HttpResponse::newHttpResponse());
    drogon::app().getLoop()->runAfter(0.01, [=, this] { find_ok(request, Reply(reply)); });
  }
  void onIndexed() { indexed_ = true; }

private:
  std::atomic<bool> indexed_{false};
};
