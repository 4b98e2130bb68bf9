// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs/crow
// RUN: %belay dump %s -- -std=c++20 -isystem %S/../Inputs/crow \
// RUN:   | FileCheck %s --check-prefix=FACTS
//
// Crow: what the route macros register, and web sockets. Against a stand-in for Crow's headers.
//
#include <crow.h>
#include <string>
#include <thread>

void answer(std::string text);

// CHECK: :[[@LINE+3]]:43: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE+14]]:14: note: 'crow::TaggedRule::operator()' registers 'lambda in routes' here; it runs for each request
// CHECK: :[[@LINE+14]]:5: note: calls 'startReport' here
static void startReport(std::string id) { std::thread(answer, id).detach(); }

// CHECK: :[[@LINE+3]]:15: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE+14]]:14: note: 'crow::TaggedRule::operator()' registers 'create_bad' here; it runs for each request
static crow::response create_bad(const crow::request &request) {
  std::thread worker(answer, request.body);
  worker.detach();
  return crow::response(202);
}

void routes(crow::SimpleApp &app) {
  // FACTS: register crow::TaggedRule::operator() crow.cpp:[[@LINE+1]]:14 argument 0: lambda in routes runs: many-at-once
  CROW_ROUTE(app, "/report/<string>")([](std::string id) {
    startReport(id);
    return crow::response(202);
  });
  // FACTS: register crow::TaggedRule::operator() crow.cpp:[[@LINE+1]]:14 argument 0: create_bad runs: many-at-once
  CROW_ROUTE(app, "/report").methods(crow::HTTPMethod::Post)(create_bad);
  // FACTS: register crow::DynamicRule::operator() crow.cpp:[[@LINE+1]]:3 argument 0: lambda in routes runs: many-at-once
  app.route_dynamic("/status")([] { return crow::response("fine"); });
  // FACTS: register crow::CatchallRule::operator() crow.cpp:[[@LINE+1]]:23 argument 0: lambda in routes runs: many-at-once
  CROW_CATCHALL_ROUTE(app)([](crow::response &response) { response.end(); });
}

class Chat {
public:
  void routes(crow::App<> &app) {
    CROW_WEBSOCKET_ROUTE(app, "/chat")
        // FACTS: register crow::WebSocketRule::onaccept crow.cpp:[[@LINE+1]]:10 argument 0: lambda in Chat::routes runs: per-connection
        .onaccept([](const crow::request &, void **) { return true; })
        // FACTS: register crow::WebSocketRule::onopen crow.cpp:[[@LINE+1]]:10 argument 0: lambda in Chat::routes [this] runs: per-connection
        .onopen([this](crow::websocket::connection &) {
          // CHECK: :[[@LINE+2]]:11: warning: every {{request|connection}} starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
          // CHECK: :[[@LINE-2]]:10: note: 'crow::WebSocketRule::onopen' registers 'lambda in Chat::routes' here; it runs for each connection
          std::thread([this] { greet(); }).detach();
        })
        // FACTS: register crow::WebSocketRule::onmessage crow.cpp:[[@LINE+1]]:10 argument 0: lambda in Chat::routes [this] runs: many-at-once
        .onmessage([this](crow::websocket::connection &connection, const std::string &, bool) {
          connection.send_text("noted");
        })
        // FACTS: register crow::WebSocketRule::onclose crow.cpp:[[@LINE+1]]:10 argument 0: lambda in Chat::routes [this] runs: per-connection
        .onclose([this](crow::websocket::connection &, const std::string &, uint16_t) { greet(); });
  }

private:
  void greet();
};

void callbacks(crow::SimpleApp &app) {
  // FACTS: register crow::Crow::exception_handler crow.cpp:[[@LINE+1]]:7 argument 0: lambda in callbacks runs: many-at-once
  app.exception_handler([](crow::response &response) { response.end(); });
  // FACTS: submit crow::Crow::tick crow.cpp:[[@LINE+1]]:7 argument 0: lambda in callbacks
  app.tick(std::chrono::seconds(1), [] { answer("tick"); });
}

int main() {
  crow::SimpleApp app;
  routes(app);
  std::thread([] { answer("warm"); }).detach();
  app.port(8080).multithreaded().run();
}
