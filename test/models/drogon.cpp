// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs/drogon -isystem %S/../Inputs/trantor
// RUN: %belay dump %s -- -std=c++20 -isystem %S/../Inputs/drogon -isystem %S/../Inputs/trantor \
// RUN:   | FileCheck %s --check-prefix=FACTS
//
// Drogon: controllers, filters and what is registered with app(). Against a stand-in for its
// headers.
//
#include <drogon/HttpFilter.h>
#include <drogon/HttpSimpleController.h>
#include <drogon/WebSocketController.h>
#include <drogon/drogon.h>
#include <string>
#include <thread>

using namespace drogon;
using Reply = std::function<void(const HttpResponsePtr &)>;
void answer(std::string text);

class Reports : public HttpController<Reports> {
public:
  METHOD_LIST_BEGIN
  // FACTS: register drogon::HttpController::registerMethod drogon.cpp:[[@LINE+1]]:3 argument 0: Reports::create_bad runs: many-at-once
  METHOD_ADD(Reports::create_bad, "/create", Post);
  // FACTS: register drogon::HttpController::registerMethod drogon.cpp:[[@LINE+1]]:3 argument 0: Reports::status_ok runs: many-at-once
  ADD_METHOD_TO(Reports::status_ok, "/status", Get);
  METHOD_LIST_END

  // CHECK: :[[@LINE+4]]:5: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE-6]]:3: note: 'drogon::HttpController::registerMethod' registers 'Reports::create_bad' here; it runs for each request
  void create_bad(const HttpRequestPtr &request, Reply &&reply) {
    // FACTS: spawn std::thread drogon.cpp:[[@LINE+1]]:5 handle: temporary{{.*}} entry: lambda in Reports::create_bad
    std::thread([request, reply = std::move(reply)] {
      answer("report");
      reply(HttpResponse::newHttpResponse());
    }).detach();
  }
  void status_ok(const HttpRequestPtr &, Reply &&reply) {
    // FACTS: submit trantor::EventLoop::runAfter drogon.cpp:[[@LINE+1]]:22 argument 0: lambda in Reports::status_ok
    app().getLoop()->runAfter(1.0, [reply] { reply(HttpResponse::newHttpResponse()); });
  }
};

class Home : public HttpSimpleController<Home> {
public:
  // CHECK: :[[@LINE+4]]:5: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:8: note: 'Home::asyncHandleHttpRequest' runs for each request
  void asyncHandleHttpRequest(const HttpRequestPtr &, Reply &&reply) override {
    // FACTS: spawn std::thread drogon.cpp:[[@LINE+1]]:5 handle: temporary{{.*}} entry: answer
    std::thread(answer, "home").detach();
    reply(HttpResponse::newHttpResponse());
  }
  PATH_LIST_BEGIN
  PATH_ADD("/", Get);
  PATH_LIST_END
};

class Chat : public WebSocketController<Chat> {
public:
  void handleNewMessage(const WebSocketConnectionPtr &, std::string &&text,
                        const WebSocketMessageType &) override {
    answer(text);
  }
  // CHECK: :[[@LINE+4]]:5: warning: every {{request|connection}} starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:8: note: 'Chat::handleNewConnection' runs for each connection
  void handleNewConnection(const HttpRequestPtr &, const WebSocketConnectionPtr &) override {
    // FACTS: spawn std::thread drogon.cpp:[[@LINE+1]]:5 handle: temporary{{.*}} entry: answer
    std::thread(answer, "hello").detach();
  }
  void handleConnectionClosed(const WebSocketConnectionPtr &) override {}
  WS_PATH_LIST_BEGIN
  WS_PATH_ADD("/chat");
  WS_PATH_LIST_END
};

class Login : public HttpFilter<Login> {
  // CHECK: :[[@LINE+4]]:5: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:8: note: 'Login::doFilter' runs for each request
  void doFilter(const HttpRequestPtr &, FilterCallback &&, FilterChainCallback &&next) override {
    // FACTS: spawn std::thread drogon.cpp:[[@LINE+1]]:5 handle: temporary{{.*}} entry: answer
    std::thread(answer, "audit").detach();
    next();
  }
};

int main() {
  // FACTS: register drogon::HttpAppFramework::registerHandler drogon.cpp:[[@LINE+1]]:9 argument 1: lambda in main runs: many-at-once
  app().registerHandler("/hello", [](const HttpRequestPtr &, Reply &&reply) {
    // CHECK: :[[@LINE+2]]:5: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-2]]:9: note: 'drogon::HttpAppFramework::registerHandler' registers 'lambda in main' here; it runs for each request
    std::thread([reply] { reply(HttpResponse::newHttpResponse()); }).detach();
  });
  // FACTS: register drogon::HttpAppFramework::registerPreRoutingAdvice drogon.cpp:[[@LINE+1]]:9 argument 0: lambda in main runs: many-at-once
  app().registerPreRoutingAdvice([](const HttpRequestPtr &) { answer("seen"); });
  // FACTS: register drogon::HttpAppFramework::setDefaultHandler drogon.cpp:[[@LINE+1]]:9 argument 0: lambda in main runs: many-at-once
  app().setDefaultHandler([](const HttpRequestPtr &, Reply &&reply) { reply(nullptr); });
  // FACTS: submit drogon::HttpAppFramework::registerBeginningAdvice drogon.cpp:[[@LINE+1]]:9 argument 0: lambda in main
  app().registerBeginningAdvice([] { std::thread(answer, "warm").detach(); });
  app().run();
}
