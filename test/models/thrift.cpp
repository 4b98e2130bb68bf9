// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Apache Thrift: its locks, its pool, its processors, and a service's methods, which an annotation
// names. Against its headers; the service's interface is as Thrift's compiler writes it.
//
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <thrift/TProcessor.h>
#include <thrift/concurrency/Monitor.h>
#include <thrift/concurrency/Mutex.h>
#include <thrift/concurrency/ThreadManager.h>
#include <thrift/server/TServer.h>

using namespace apache::thrift;
void store(const std::string &line);

class Counters {
public:
  void add_ok() {
    concurrency::Guard lock(mutex_);
    ++count_;
  }
  void reset_ok() {
    concurrency::Guard lock(mutex_);
    count_ = 0;
  }
  void halve_bad() {
    // CHECK: [[#@LINE+1]]:5: warning: 'count_' is written without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    count_ /= 2;
    store("halved");
  }

private:
  concurrency::Mutex mutex_;
  int count_ = 0;
};

class Lines {
public:
  void add_ok(int line) {
    concurrency::Synchronized lock(monitor_);
    last_ = line;
    monitor_.notify();
  }
  int next_ok() {
    monitor_.lock();
    while (last_ == 0)
      monitor_.wait();
    int line = last_;
    monitor_.unlock();
    return line;
  }
  void drop_bad() {
    // CHECK: [[#@LINE+1]]:5: warning: 'last_' is written without 'monitor_', which 3 of its 4 uses hold; {{.*}} [belay-inconsistent-guard]
    last_ = 0;
    store("dropped");
  }

private:
  concurrency::Monitor monitor_;
  int last_ = 0;
};

class Store : public concurrency::Runnable {
public:
  void run() override { store("later"); }
};

class Processor : public TProcessor {
public:
  explicit Processor(concurrency::ThreadManager &pool) : pool_(pool) {}
  bool process(std::shared_ptr<protocol::TProtocol>, std::shared_ptr<protocol::TProtocol>,
               void *) override {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'processed_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++processed_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:44: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, std::string("now")).detach();
    pool_.add(std::make_shared<Store>());
    return true;
  }

private:
  concurrency::ThreadManager &pool_;
  int processed_ = 0;
};

class RoomsIf {
public:
  virtual ~RoomsIf() {}
  virtual void post(const std::string &text) = 0;
  virtual void count() = 0;
};

class Rooms : public RoomsIf {
public:
  [[clang::annotate("belay::handler")]] void post(const std::string &text) override {
    concurrency::Guard lock(mutex_);
    ++posted_;
    store(text);
  }
  [[clang::annotate("belay::handler")]] void count() override {
    // CHECK: [[#@LINE+1]]:5: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'counted_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++counted_;
  }

private:
  concurrency::Mutex mutex_;
  int posted_ = 0;
  int counted_ = 0;
};

class Connections : public server::TServerEventHandler {
public:
  void *createContext(std::shared_ptr<protocol::TProtocol>,
                      std::shared_ptr<protocol::TProtocol>) override {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'opened_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++opened_;
    return nullptr;
  }

private:
  int opened_ = 0;
};
