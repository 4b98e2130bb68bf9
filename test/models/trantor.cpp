// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs/trantor
// RUN: %belay dump %s -- -std=c++20 -isystem %S/../Inputs/trantor \
// RUN:   | FileCheck %s --check-prefix=FACTS
//
// Trantor: a server's callbacks, event loops and task queues. Against a stand-in for its headers.
//
#include <string>
#include <thread>
#include <trantor/net/EventLoop.h>
#include <trantor/net/TcpServer.h>
#include <trantor/utils/ConcurrentTaskQueue.h>
#include <trantor/utils/SerialTaskQueue.h>

using trantor::TcpConnectionPtr;
void answer(std::string text);

class Server {
public:
  explicit Server(trantor::EventLoop *loop)
      : server_(loop, trantor::InetAddress(8080), "echo"), pool_(4, "work") {
    // FACTS: register trantor::TcpServer::setConnectionCallback trantor.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::Server [this] runs: per-connection
    server_.setConnectionCallback([this](const TcpConnectionPtr &peer) {
      if (peer->connected())
        peer->getLoop()->runAfter(5.0, [this, peer] { greet_bad(peer); });
    });
    // FACTS: register trantor::TcpServer::setRecvMessageCallback trantor.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::Server runs: on-loop
    server_.setRecvMessageCallback([](const TcpConnectionPtr &, trantor::MsgBuffer *buffer) {
      // CHECK: :[[@LINE+2]]:7: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
      // CHECK: :[[@LINE-2]]:13: note: 'trantor::TcpServer::setRecvMessageCallback' registers 'lambda in Server::Server' here; it runs for each request
      std::thread(answer, buffer->read(80)).detach();
    });
    // FACTS: submit trantor::TcpServer::setWriteCompleteCallback trantor.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::Server
    server_.setWriteCompleteCallback([](const TcpConnectionPtr &) { answer("written"); });
  }

  void accept_ok() {
    // FACTS: register trantor::TcpServer::setRecvMessageCallback trantor.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::accept_ok [this] runs: on-loop
    server_.setRecvMessageCallback([this](const TcpConnectionPtr &, trantor::MsgBuffer *buffer) {
      // FACTS: submit trantor::ConcurrentTaskQueue::runTaskInQueue trantor.cpp:[[@LINE+1]]:13 argument 0: lambda in Server::accept_ok
      pool_.runTaskInQueue([text = buffer->read(80)] { answer(text); });
    });
  }

private:
  // CHECK: :[[@LINE+6]]:5: warning: every {{request|connection}} starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE-24]]:13: note: 'trantor::TcpServer::setConnectionCallback' registers 'lambda in Server::Server' here; it runs for each connection
  // CHECK: :[[@LINE-23]]:26: note: hands 'lambda in Server::Server' to 'trantor::EventLoop::runAfter' here
  // CHECK: :[[@LINE-24]]:55: note: calls 'Server::greet_bad' here
  void greet_bad(const TcpConnectionPtr &peer) {
    // FACTS: spawn std::thread trantor.cpp:[[@LINE+1]]:5 handle: temporary{{.*}} entry: lambda in Server::greet_bad
    std::thread([peer] { peer->send("hello"); }).detach();
  }

  trantor::TcpServer server_;
  trantor::ConcurrentTaskQueue pool_;
};

void loops(trantor::EventLoop &loop, trantor::SerialTaskQueue &serial) {
  // FACTS: submit trantor::EventLoop::runInLoop trantor.cpp:[[@LINE+1]]:8 argument 0: lambda in loops
  loop.runInLoop([] { answer("now or later"); });
  // FACTS: submit trantor::EventLoop::queueInLoop trantor.cpp:[[@LINE+1]]:8 argument 0: lambda in loops
  loop.queueInLoop([] { answer("later"); });
  // FACTS: submit trantor::EventLoop::runEvery trantor.cpp:[[@LINE+1]]:8 argument 0: lambda in loops
  loop.runEvery(1.0, [] { answer("tick"); });
  // FACTS: submit trantor::SerialTaskQueue::runTaskInQueue trantor.cpp:[[@LINE+1]]:10 argument 0: lambda in loops
  serial.runTaskInQueue([] { answer("one by one"); });
  // FACTS: call trantor::TaskQueue::syncTaskInQueue trantor.cpp:[[@LINE+1]]:10 argument 0: lambda in loops now
  serial.syncTaskInQueue([] { answer("and wait"); });
  // FACTS: wait trantor::SerialTaskQueue::waitAllTasksFinished trantor.cpp:[[@LINE+1]]:10 object: serial (parameter)
  serial.waitAllTasksFinished();
}
