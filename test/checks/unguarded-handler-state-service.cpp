// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unguarded-handler-state %s -isystem %S/../Inputs
//
// A service whose routes share its members: what they write directly, through helpers, in
// structures and in objects of the project's own, and how it gets guarded.
//
#include <array>
#include <atomic>
#include <ctime>
#include <functional>
#include <httplib.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

using httplib::Request;
using httplib::Response;

void send(const std::string &text);
std::string render(const std::string &page);

struct Traffic {
  long requests = 0;
  std::array<int, 24> hours{};
};

// Not safe to share by itself.
class Buckets {
public:
  // CHECK: [[#@LINE+1]]:47: warning: requests that run at the same time write 'tokens_' with no lock; guard it with a mutex [belay-unguarded-handler-state]
  bool take(const std::string &user) { return tokens_[user]++ < 10; }

private:
  std::unordered_map<std::string, int> tokens_;
};

// Safe, as it locks for itself.
class Ledger {
public:
  void book(int amount) {
    std::lock_guard lock(mutex_);
    total_ += amount;
  }

private:
  std::mutex mutex_;
  int total_ = 0;
};

class Shop {
public:
  explicit Shop(std::string title) : title_(std::move(title)) { pages_["/"] = render("/"); }
  void install(httplib::Server &server) {
    using namespace std::placeholders;
    server.Get("/page", std::bind(&Shop::page_bad, this, _1, _2));
    server.Get("/limit", [this](const auto &request, auto &) { limit_bad(request.path); });
    server.Get("/items", [this](const Request &request, Response &response) {
      count_bad();
      response.body = list_ok(request);
    });
    server.Post("/buy", [this](const Request &request, Response &response) {
      response.status = buy_ok(request.body);
      last_bad(request.body);
    });
    server.Post("/title", [this](const Request &, Response &) { once_ok(); });
    server.Post("/session", [this](const auto &request, auto &) { FN_touch_bad(request.body); });
    installed_ = true; // by whoever starts the server
  }

private:
  // A cache that requests fill.
  void page_bad(const Request &request, Response &response) {
    auto found = pages_.find(request.path);
    if (found == pages_.end())
      // CHECK: [[#@LINE+1]]:15: warning: requests that run at the same time write 'pages_' with no lock
      found = pages_.emplace(request.path, render(request.path)).first;
    response.body = found->second;
  }
  void limit_bad(const std::string &user) {
    if (!buckets_.take(user))
      send("too many requests");
  }
  void count_bad() {
    // CHECK: [[#@LINE+1]]:16: warning: requests that run at the same time write 'requests' with no lock; make it std::atomic or guard it with a mutex [belay-unguarded-handler-state]
    ++traffic_.requests;
    // CHECK: [[#@LINE+1]]:16: warning: requests that run at the same time write 'hours' with no lock
    ++traffic_.hours[std::time(nullptr) / 3600 % 24];
  }
  // CHECK: [[#@LINE+1]]:44: warning: requests that run at the same time write 'last_' with no lock
  void last_bad(const std::string &item) { last_ = item; }

  std::string list_ok(const Request &request) {
    std::string items = title_;
    for (const std::string &item : items_)
      items += item;
    return items + request.path;
  }
  int buy_ok(const std::string &item) {
    ledger_.book(item.size());
    bought_.fetch_add(1, std::memory_order_relaxed);
    return installed_ ? 201 : 503;
  }
  void once_ok() {
    std::call_once(once_, [this] { rendered_ = render(title_); });
    send(rendered_);
  }

  // A session that the registry finds under its lock, and that nothing guards from then on.
  struct Session {
    std::string cart;
    int seen = 0;
  };
  std::shared_ptr<Session> find_ok(const std::string &id) {
    std::lock_guard lock(mutex_);
    auto &session = sessions_[id];
    if (!session)
      session = std::make_shared<Session>();
    return session;
  }
  void FN_touch_bad(const std::string &id) {
    auto session = find_ok(id);
    ++session->seen;
    session->cart += ", tea";
  }

  std::string title_, last_, rendered_;
  std::vector<std::string> items_;
  std::map<std::string, std::string> pages_;
  Buckets buckets_;
  Traffic traffic_;
  Ledger ledger_;
  std::atomic<int> bought_{0};
  std::once_flag once_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
  bool installed_ = false;
};

int main() {
  httplib::Server server;
  Shop shop("Tea");
  shop.install(server);
  server.listen("localhost", 8080);
}
