// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unguarded-handler-state %s -isystem %S/../Inputs \
// RUN:   -isystem %S/../Inputs/crow -isystem %S/../Inputs/drogon -isystem %S/../Inputs/trantor
//
// Frameworks that run handlers on many threads at once, all with one object or lambda. Crow and
// Drogon by stand-ins for their headers.
//
#include <atomic>
#include <crow.h>
#include <drogon/HttpFilter.h>
#include <drogon/HttpSimpleController.h>
#include <drogon/WebSocketController.h>
#include <drogon/drogon.h>
#include <httplib.h>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

// Crow: its routes are lambdas.
class Board {
public:
  void routes(crow::SimpleApp &app) {
    CROW_ROUTE(app, "/post").methods(crow::HTTPMethod::Post)([this](const crow::request &request) {
      // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'posts_' with no lock; guard it with a mutex [belay-unguarded-handler-state]
      posts_[request.url] = request.body; // post_bad
      return crow::response(201);
    });
    CROW_ROUTE(app, "/hits")([this] {
      std::lock_guard lock(mutex_);
      return crow::response(200, std::to_string(++hits_));
    });
    CROW_WEBSOCKET_ROUTE(app, "/live")
        .onopen([this](crow::websocket::connection &peer) {
          std::lock_guard lock(mutex_);
          peers_.insert(&peer);
        })
        .onmessage([this](crow::websocket::connection &, const std::string &text, bool) {
          // CHECK: [[#@LINE+1]]:11: warning: requests that run at the same time write 'last_' with no lock
          last_ = text; // message_bad
        })
        .onclose([this](crow::websocket::connection &peer, auto &, auto) {
          std::lock_guard lock(mutex_);
          peers_.erase(&peer);
        });
  }

private:
  std::map<std::string, std::string> posts_;
  std::string last_;
  std::mutex mutex_;
  std::set<crow::websocket::connection *> peers_;
  int hits_ = 0;
};

// Drogon: one controller answers on all loops.
using Reply = std::function<void(const drogon::HttpResponsePtr &)>;
class Login : public drogon::HttpController<Login> {
public:
  METHOD_LIST_BEGIN
  METHOD_ADD(Login::login_bad, "/login", drogon::Post);
  METHOD_ADD(Login::logout_ok, "/logout", drogon::Post);
  METHOD_LIST_END
  void login_bad(const drogon::HttpRequestPtr &, Reply &&reply) {
    // CHECK: [[#@LINE+2]]:5: warning: requests that run at the same time write 'tokens_' with no lock
    // CHECK: [[#@LINE+1]]:32: warning: requests that run at the same time write 'number_' with no lock
    tokens_.emplace("token", ++number_);
    reply(drogon::HttpResponse::newHttpResponse());
  }
  void logout_ok(const drogon::HttpRequestPtr &, Reply &&reply) {
    open_.fetch_sub(1);
    reply(drogon::HttpResponse::newHttpResponse());
  }

private:
  std::map<std::string, int> tokens_;
  int number_ = 0;
  std::atomic<int> open_{0};
};
class Limit : public drogon::HttpFilter<Limit> {
  void doFilter(const drogon::HttpRequestPtr &, drogon::FilterCallback &&fail,
                drogon::FilterChainCallback &&next) override {
    if (seen_bad() > 100)
      return fail(nullptr);
    next();
  }
  // CHECK: [[#@LINE+1]]:29: warning: requests that run at the same time write 'seen_' with no lock; make it std::atomic or guard it with a mutex [belay-unguarded-handler-state]
  int seen_bad() { return ++seen_; }
  int seen_ = 0;
};
class Chat : public drogon::WebSocketController<Chat> {
public:
  WS_PATH_LIST_BEGIN
  WS_PATH_ADD("/chat");
  WS_PATH_LIST_END
  void handleNewMessage(const drogon::WebSocketConnectionPtr &, std::string &&text,
                        const drogon::WebSocketMessageType &) override {
    // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'topic_' with no lock
    topic_ = std::move(text); // message_bad
  }
  using Peer = drogon::WebSocketConnectionPtr;
  void handleNewConnection(const drogon::HttpRequestPtr &, const Peer &) override {}
  void handleConnectionClosed(const Peer &) override {}

private:
  std::string topic_;
};

// cpp-httplib: what answers errors and what comes in lambdas runs on the same threads.
class Errors {
public:
  void install(httplib::Server &server) {
    server.set_error_handler([this](const auto &, auto &response) {
      // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'lastCode_' with no lock
      lastCode_ = response.status; // error_bad
    });
  }

private:
  int lastCode_ = 0;
};

// State that a lambda shares with whoever made it, or has for itself.
struct Count {
  int given = 0, made = 0;
};
void count_bad(httplib::Server &server, std::shared_ptr<Count> count) {
  // CHECK: [[#@LINE+1]]:65: warning: requests that run at the same time write 'given' with no lock
  server.Get("/given", [count](const auto &, auto &) { ++count->given; });
}
void FN_count_bad(httplib::Server &server) { // a pointer that a local had is not followed
  auto count = std::make_shared<Count>();
  server.Get("/made", [count](const auto &, auto &) { ++count->made; });
  server.Get("/own", [turn = 0](const auto &, auto &response) mutable {
    response.status = 200 + ++turn % 2;
  });
}

int main() {
  crow::SimpleApp app;
  Board board;
  board.routes(app);
  httplib::Server server;
  Errors errors;
  errors.install(server);
  count_bad(server, std::make_shared<Count>());
  FN_count_bad(server);
  app.port(8080).multithreaded().run();
}
