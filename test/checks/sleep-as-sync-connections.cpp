// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/brpc -isystem %S/../Inputs/muduo \
// RUN:     -isystem %S/../Inputs/restbed
//
// Sleeps of handlers that have a thread of their own, share an event loop, or are no threads.
//
#include <Poco/File.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Thread.h>
#include <atomic>
#include <bthread/bthread.h>
#include <chrono>
#include <muduo/base/ThreadPool.h>
#include <muduo/net/EventLoop.h>
#include <muduo/net/TcpServer.h>
#include <restbed>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using Poco::Net::HTTPServerRequest, Poco::Net::HTTPServerResponse;

std::string quote(const std::string &share);
bool isBlocked(const std::string &address);

static std::atomic<int> exports{0};
void beginExport() { ++exports; }
void endExport() { --exports; }

// POCO: a request waits until fewer others run.
class Export : public Poco::Net::HTTPRequestHandler {
  void handleRequest(HTTPServerRequest &, HTTPServerResponse &response) override {
    enter_bad();
    response.send();
  }
  void enter_bad() {
    while (exports.load() >= 4)
      Poco::Thread::sleep(25);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'exports'
  }
};

class Reject : public Poco::Net::HTTPRequestHandler {
  void handleRequest(HTTPServerRequest &request, HTTPServerResponse &response) override {
    if (isBlocked(request.getHost()))
      tarpit_bad();
    response.setStatus(HTTPServerResponse::HTTP_FORBIDDEN);
    response.send();
  }
  void tarpit_bad() {
    Poco::Thread::sleep(5000);
    // CHECK: [[#@LINE-1]]:5: warning: a request holds its thread while it sleeps
  }
};

class Download : public Poco::Net::HTTPRequestHandler {
  void handleRequest(HTTPServerRequest &request, HTTPServerResponse &response) override {
    untilSpooled_bad(Poco::File("/spool" + request.getURI()));
    response.send();
  }
  void untilSpooled_bad(const Poco::File &file) {
    while (!file.exists()) // it waits for no thread, but holds its own
      Poco::Thread::sleep(50);
    // CHECK: [[#@LINE-1]]:7: warning: a request holds its thread while it sleeps
  }
};

// A connection that is open for hours has a thread of its own, which sends a quote each second.
class Ticker : public Poco::Net::TCPServerConnection {
public:
  using TCPServerConnection::TCPServerConnection;
  void run() override { stream_ok(); }

private:
  void stream_ok() {
    for (bool open = true; open;) {
      const std::string line = quote("ACME");
      open = socket().sendBytes(line.data(), int(line.size())) > 0;
      Poco::Thread::sleep(1000);
    }
  }
};

// Muduo: all connections of a loop wait while one message sleeps.
class Gateway {
public:
  Gateway(muduo::net::EventLoop *loop, muduo::ThreadPool &pool)
      : server_(loop, muduo::net::InetAddress(7000), "gateway"), pool_(pool) {
    server_.setMessageCallback([this](const auto &connection, auto *buffer, muduo::Timestamp) {
      if (connection->connected())
        throttle_bad();
      else
        later_ok(connection, buffer->retrieveAllAsString());
    });
  }

private:
  void throttle_bad() {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    // CHECK: [[#@LINE-1]]:5: warning: a request holds its thread while it sleeps
  }
  void later_ok(const muduo::net::TcpConnectionPtr &connection, std::string line) {
    connection->getLoop()->runAfter(0.01, [line] { quote(line); });
    pool_.run([line] {
      std::this_thread::sleep_for(1s); // on the pool, where it may
      quote(line);
    });
  }

  muduo::net::TcpServer server_;
  muduo::ThreadPool &pool_;
};

// Restbed: a limit that a request waits for on its own.
class Quotes {
public:
  void publish(restbed::Resource &resource) {
    resource.set_path("/quote");
    resource.set_method_handler("GET", [this](const std::shared_ptr<restbed::Session> &session) {
      pause_bad();
      session->close(200, quote("ACME"));
    });
    warmUp_ok();
  }

private:
  void pause_bad() {
    std::this_thread::sleep_for(std::chrono::microseconds(pause_.load()));
    // CHECK: [[#@LINE-1]]:5: warning: a request holds its thread while it sleeps
  }
  void warmUp_ok() { // before the first request
    for (int tries = 0; tries < 10 && quote("ACME").empty(); ++tries)
      std::this_thread::sleep_for(1s);
  }
  std::atomic<long> pause_{500};
};

// brpc: a bthread that sleeps gives its thread to others.
[[clang::annotate("belay::handler")]] void quoteLater_ok(const std::string &share) {
  bthread_usleep(20 * 1000);
  quote(share);
}
