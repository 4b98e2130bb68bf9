// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Apache Thrift: its locks, its pool and its processors. Against its headers.
//
#include <memory>
#include <string>
#include <thread>
#include <thrift/TProcessor.h>
#include <thrift/concurrency/Monitor.h>
#include <thrift/concurrency/Mutex.h>
#include <thrift/concurrency/ThreadManager.h>

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
