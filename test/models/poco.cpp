// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// POCO: a server's handlers are what overrides its classes' methods.
//
#include <Poco/Condition.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/RunnableAdapter.h>
#include <Poco/Semaphore.h>
#include <Poco/SharedPtr.h>
#include <Poco/Thread.h>
#include <Poco/ThreadPool.h>
#include <thread>
#include <vector>

using namespace Poco::Net;
void answer(int request);

class Report : public Poco::Runnable {
public:
  void run() override { answer(1); }
};

Report report;
std::vector<Poco::SharedPtr<Poco::Thread>> threads;
Poco::Semaphore seats(8);

class ReportHandler : public HTTPRequestHandler {
  // CHECK: :[[@LINE+5]]:12: warning: every request starts a thread ('Poco::Thread::start'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:8: note: 'ReportHandler::handleRequest' runs for each request
  void handleRequest(HTTPServerRequest &, HTTPServerResponse &response) override {
    Poco::Thread thread;
    // FACTS: spawn Poco::Thread::start poco.cpp:[[@LINE+1]]:12 handle: thread (local) entry: Report::run{{.*}} destroyed: detaches
    thread.start(report);
    response.send();
  }
};

class PoolHandler_ok : public HTTPRequestHandler {
  void handleRequest(HTTPServerRequest &, HTTPServerResponse &response) override {
    Poco::ThreadPool::defaultPool().start(report);
    response.send();
  }
};

// What a Runnable runs counts where it is handed over.
class Rebuild : public Poco::Runnable {
public:
  // CHECK: :[[@LINE+1]]:25: warning: every request starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
  void run() override { std::thread(answer, 6).detach(); }
} rebuild;
class RebuildHandler : public HTTPRequestHandler {
  void handleRequest(HTTPServerRequest &, HTTPServerResponse &response) override {
    Poco::ThreadPool::defaultPool().start(rebuild);
    response.send();
  }
};

class SeatHandler_ok : public HTTPRequestHandler {
  void handleRequest(HTTPServerRequest &, HTTPServerResponse &response) override {
    // FACTS: acquire Poco::Semaphore::wait poco.cpp:[[@LINE+2]]:11 object: seats (global) permit
    // FACTS: wait Poco::Semaphore::wait poco.cpp:[[@LINE+1]]:11 object: seats (global)
    seats.wait();
    Poco::Thread thread;
    // FACTS: spawn Poco::Thread::startFunc poco.cpp:[[@LINE+1]]:12 handle: thread (local) entry: lambda in SeatHandler_ok::handleRequest destroyed: detaches bounded
    thread.startFunc([] { answer(2); seats.set(); });
    response.send();
  }
};

class Factory : public HTTPRequestHandlerFactory {
  // CHECK: :[[@LINE+5]]:13: warning: every request starts a thread ('Poco::Thread::startFunc'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:23: note: 'Factory::createRequestHandler' runs for each request
  HTTPRequestHandler *createRequestHandler(const HTTPServerRequest &) override {
    auto *thread = new Poco::Thread;
    // FACTS: spawn Poco::Thread::startFunc poco.cpp:[[@LINE+1]]:13 handle: thread (local) entry: lambda in Factory::createRequestHandler destroyed: detaches
    thread->startFunc([] { answer(3); });
    return new ReportHandler;
  }
};

class Connection : public TCPServerConnection {
public:
  using TCPServerConnection::TCPServerConnection;
  // CHECK: :[[@LINE+5]]:21: warning: every {{request|connection}} starts a thread ('Poco::Thread::start'){{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:8: note: 'Connection::run' runs for each connection
  void run() override {
    threads.push_back(new Poco::Thread("one more"));
    // FACTS: spawn Poco::Thread::start poco.cpp:[[@LINE+1]]:21 handle: threads (global, grows) entry: Report::run{{.*}} destroyed: detaches
    threads.back()->start(report);
  }
};

class Echo_ok : public TCPServerConnection {
  void run() override {
    Poco::Thread writer;
    // FACTS: spawn Poco::Thread::startFunc poco.cpp:[[@LINE+1]]:12 handle: writer (local) entry: lambda in Echo_ok::run destroyed: detaches
    writer.startFunc([] { answer(4); });
    writer.join(); // FACTS: join Poco::Thread::join poco.cpp:[[@LINE]]:12 handle: writer (local)
  }
};

void acceptAll_bad(ServerSocket &listener) {
  for (;;) {
    // FACTS: accept Poco::Net::ServerSocket::acceptConnection poco.cpp:[[@LINE+1]]:34
    StreamSocket peer = listener.acceptConnection();
    auto *thread = new Poco::Thread;
    // FACTS: spawn Poco::Thread::startFunc poco.cpp:[[@LINE+3]]:13 handle: thread (local) entry: lambda in acceptAll_bad destroyed: detaches
    // CHECK: :[[@LINE+2]]:13: warning: every connection starts a thread ('Poco::Thread::startFunc'){{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-4]]:34: note: takes a connection here, in a loop
    thread->startFunc([peer] { answer(5); });
  }
}

void signals(Poco::Event &done, Poco::Condition &ready, Poco::Mutex &mutex) {
  mutex.lock(); // FACTS: acquire Poco::Mutex::lock poco.cpp:[[@LINE]]:9 object: mutex (parameter)
  // FACTS: wait Poco::Condition::wait poco.cpp:[[@LINE+1]]:9 object: ready (parameter)
  ready.wait(mutex);
  // FACTS: release Poco::Mutex::unlock poco.cpp:[[@LINE+1]]:9 object: mutex (parameter)
  mutex.unlock();
  // FACTS: acquire Poco::Semaphore::tryWait poco.cpp:[[@LINE+2]]:13 object: seats (global) permit
  // FACTS: wait Poco::Semaphore::tryWait poco.cpp:[[@LINE+1]]:13 object: seats (global) timed
  if (seats.tryWait(10))
    // FACTS: release Poco::Semaphore::set poco.cpp:[[@LINE+2]]:11 object: seats (global)
    // FACTS: notify Poco::Semaphore::set poco.cpp:[[@LINE+1]]:11 object: seats (global)
    seats.set();
  done.wait(); // FACTS: wait Poco::Event::wait poco.cpp:[[@LINE]]:8 object: done (parameter)
  done.set(); // FACTS: notify Poco::Event::set poco.cpp:[[@LINE]]:8 object: done (parameter)
}
