// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs/muduo
// RUN: %belay dump %s -- -std=c++20 -isystem %S/../Inputs/muduo \
// RUN:   | FileCheck %s --check-prefix=FACTS
//
// Muduo: a server's callbacks, event loops, threads and pools. Against a stand-in for its headers.
//
#include <functional>
#include <memory>
#include <muduo/base/CountDownLatch.h>
#include <muduo/base/Thread.h>
#include <muduo/base/ThreadPool.h>
#include <muduo/net/EventLoop.h>
#include <muduo/net/TcpServer.h>
#include <muduo/net/http/HttpServer.h>
#include <string>
#include <vector>

using namespace muduo::net;
using std::placeholders::_1;
void answer(std::string text);
void onHttp_bad(const HttpRequest &, HttpResponse *);
std::vector<std::unique_ptr<muduo::Thread>> threads;

class Server {
public:
  explicit Server(EventLoop *loop)
      : server_(loop, InetAddress(8080), "echo"), http_(loop, InetAddress(80), "http") {
    // FACTS: register muduo::net::HttpServer::setHttpCallback muduo.cpp:[[@LINE+1]]:11 argument 0: onHttp_bad runs: on-loop
    http_.setHttpCallback(onHttp_bad);
    // FACTS: register muduo::net::TcpServer::setConnectionCallback muduo.cpp:[[@LINE+1]]:13 argument 0: Server::onConnection_bad [this] runs: per-connection
    server_.setConnectionCallback(std::bind(&Server::onConnection_bad, this, _1));
    // FACTS: register muduo::net::TcpServer::setMessageCallback muduo.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::Server [this] runs: on-loop
    server_.setMessageCallback([this](const TcpConnectionPtr &, Buffer *buffer, muduo::Timestamp) {
      // FACTS: submit muduo::ThreadPool::run muduo.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::Server
      pool_.run([text = buffer->retrieveAllAsString()] { answer(text); });
    });
  }

private:
  // CHECK: :[[@LINE+4]]:24: warning: every {{request|connection}} starts a thread ('muduo::Thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE-10]]:13: note: 'muduo::net::TcpServer::setConnectionCallback' registers 'Server::onConnection_bad' here; it runs for each connection
  void onConnection_bad(const TcpConnectionPtr &connection) {
    // FACTS: spawn muduo::Thread muduo.cpp:[[@LINE+1]]:24 handle: thread (local) entry: lambda in Server::onConnection_bad destroyed: detaches
    auto *thread = new muduo::Thread([connection] { answer("hello"); }, "greeter");
    thread->start();
  }

  TcpServer server_;
  HttpServer http_;
  muduo::ThreadPool pool_;
};

// CHECK: :[[@LINE+4]]:28: warning: every request starts a thread ('muduo::Thread'){{.*}} [belay-unbounded-spawn]
// CHECK: :[[@LINE-25]]:11: note: 'muduo::net::HttpServer::setHttpCallback' registers 'onHttp_bad' here; it runs for each request
void onHttp_bad(const HttpRequest &, HttpResponse *) {
  // FACTS: spawn muduo::Thread muduo.cpp:[[@LINE+1]]:28 handle: threads (global, grows) entry: lambda in onHttp_bad destroyed: detaches
  threads.emplace_back(new muduo::Thread([] { answer("page"); }));
  threads.back()->start();
}

void joined_ok(EventLoop &loop, muduo::CountDownLatch &done) {
  // FACTS: submit muduo::net::EventLoop::runInLoop muduo.cpp:[[@LINE+1]]:8 argument 0: lambda in joined_ok
  loop.runInLoop([] { answer("now or later"); });
  // FACTS: submit muduo::net::EventLoop::runEvery muduo.cpp:[[@LINE+1]]:8 argument 0: lambda in joined_ok
  loop.runEvery(1.0, [] { answer("tick"); });
  // FACTS: spawn muduo::Thread muduo.cpp:[[@LINE+1]]:17 handle: worker (local) entry: lambda in joined_ok [&done] destroyed: detaches
  muduo::Thread worker([&done] { done.countDown(); });
  worker.start();
  // FACTS: wait muduo::CountDownLatch::wait muduo.cpp:[[@LINE+1]]:8 object: done (parameter)
  done.wait();
  worker.join(); // FACTS: join muduo::Thread::join muduo.cpp:[[@LINE]]:10 handle: worker (local)
}
