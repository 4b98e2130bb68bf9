// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// cpp-httplib: routes, the other callbacks of a server, and its thread pool.
//
#include <functional>
#include <httplib.h>
#include <string>
#include <thread>

using httplib::Request;
using httplib::Response;

void answer(std::string text);

void audit(const Request &request, const Response &) {
  // CHECK: :[[@LINE+2]]:3: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+41]]:10: note: 'httplib::Server::set_logger' registers 'audit' here; it runs for each request
  std::thread(answer, request.path).detach();
}

class Reports {
public:
  void routes(httplib::Server &server) {
    // FACTS: register httplib::Server::Get httplib.cpp:[[@LINE+1]]:12 argument 0: Reports::create_bad [this] runs: many-at-once
    server.Get("/create", std::bind(&Reports::create_bad, this, std::placeholders::_1,
                                    std::placeholders::_2));
    // FACTS: register httplib::Server::Get httplib.cpp:[[@LINE+1]]:12 argument 0: lambda in Reports::routes [this] runs: many-at-once
    server.Get("/report", [this](const Request &request, Response &response) {
      // CHECK: :[[@LINE+2]]:7: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
      // CHECK: :[[@LINE-2]]:12: note: 'httplib::Server::Get' registers 'lambda in Reports::routes' here; it runs for each request
      std::thread([this, request] { write(request.path); }).detach();
      response.set_content("later", "text/plain");
    });
    // FACTS: register httplib::Server::Get httplib.cpp:[[@LINE+1]]:12 argument 0: lambda in Reports::routes [this] runs: many-at-once
    server.Get(R"(/all/(\d+))", [this](const Request &request, Response &response) {
      // FACTS: submit httplib::Response::set_chunked_content_provider httplib.cpp:[[@LINE+1]]:16 argument 0: lambda in Reports::routes [this]
      response.set_chunked_content_provider("text/plain", [this](size_t, httplib::DataSink &) {
        write("chunk");
        return true;
      });
    });
  }

private:
  // CHECK: :[[@LINE+4]]:17: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE-21]]:12: note: 'httplib::Server::Get' registers 'Reports::create_bad' here; it runs for each request
  void create_bad(const Request &request, Response &) {
    // FACTS: spawn std::thread httplib.cpp:[[@LINE+1]]:17 handle: worker (local) entry: Reports::write [this]
    std::thread worker(&Reports::write, this, request.body);
    // FACTS: detach std::thread::detach httplib.cpp:[[@LINE+1]]:12 handle: worker (local)
    worker.detach();
  }
  void write(std::string text);
};

void callbacks(httplib::Server &server) {
  // FACTS: register httplib::Server::set_logger httplib.cpp:[[@LINE+1]]:10 argument 0: audit runs: many-at-once
  server.set_logger(audit);
  // FACTS: register httplib::Server::set_error_handler httplib.cpp:[[@LINE+1]]:10 argument 0: lambda in callbacks runs: many-at-once
  server.set_error_handler([](const Request &, Response &) { answer("error"); });
  // FACTS: register httplib::Server::set_pre_routing_handler httplib.cpp:[[@LINE+1]]:10 argument 0: lambda in callbacks runs: many-at-once
  server.set_pre_routing_handler([](const Request &, Response &) {
    return httplib::Server::HandlerResponse::Unhandled;
  });
  // FACTS: register httplib::Server::set_exception_handler httplib.cpp:[[@LINE+1]]:10 argument 0: lambda in callbacks runs: many-at-once
  server.set_exception_handler([](const Request &, Response &, std::exception_ptr) {});
}

void onPool_ok(httplib::Server &server, httplib::TaskQueue &queue) {
  // FACTS: register httplib::Server::Delete httplib.cpp:[[@LINE+1]]:10 argument 0: lambda in onPool_ok [&queue] runs: many-at-once
  server.Delete("/report", [&queue](const Request &request, Response &) {
    // FACTS: submit httplib::TaskQueue::enqueue httplib.cpp:[[@LINE+1]]:11 argument 0: lambda in onPool_ok
    queue.enqueue([path = request.path] { answer(path); });
  });
}

void startUp_ok(httplib::Server &server) {
  // FACTS: spawn std::thread httplib.cpp:[[@LINE+1]]:3 handle: temporary{{.*}} entry: lambda in startUp_ok
  std::thread([] { answer("warm"); }).detach();
  server.listen("127.0.0.1", 8080);
}
