// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=unjoined-thread --min-level=note --fail-on=never %t/all.cpp -- \
// RUN:     -std=c++20 | FileCheck %t/all.cpp --implicit-check-not='{{: (warning|error): }}'
// RUN: %belay check --min-level=note %t/service.cpp -- -std=c++20 | count 0
// RUN: %belay check --min-level=note --fail-on=never %t/service.cpp %t/stop.cpp -- -std=c++20 \
// RUN:   | count 0
//
// Fields and globals: joined by nothing in all code that can touch them.

//--- all.cpp
#include <memory>
#include <string>
#include <thread>
#include <vector>

void load(std::string path);

// Every method is here, the field is private, and nothing joins it.
class Forgetful {
public:
  void start() {
    // CHECK: :[[@LINE+1]]:{{.*}}: error: thread 'worker_' is joined nowhere in the program
    worker_ = std::thread(load, "worker");
  }
  bool isRunning() const { return worker_.joinable(); }

private:
  std::thread worker_;
};

class ForgetfulPool {
public:
  explicit ForgetfulPool(int count) {
    for (int i = 0; i < count; ++i)
      // CHECK: :[[@LINE+1]]:{{.*}}: error: thread 'workers_' is joined nowhere in the program
      workers_.emplace_back(load, "worker");
  }
  void reload_ok() { load("reload"); }

private:
  std::vector<std::thread> workers_;
};

// jthreads join themselves.
class Careful {
public:
  void start_ok() { worker_ = std::jthread(load, "worker"); }

private:
  std::jthread worker_;
};

// Somebody else may join what is public, what a friend sees, and what a getter gives away.
struct Open {
  void start_ok() { worker = std::thread(load, "worker"); }
  std::thread worker;
};

class Befriended {
  friend class Reaper;

public:
  void start_ok() { worker_ = std::thread(load, "worker"); }

private:
  std::thread worker_;
};

class Giving {
public:
  void start_ok() { worker_ = std::thread(load, "worker"); }
  std::thread &worker() { return worker_; }
  std::thread take() { return std::move(other_); }
  void startOther_ok() { other_ = std::thread(load, "other"); }

private:
  std::thread worker_;
  std::thread other_;
};

// A method that is defined elsewhere may join.
class Split {
public:
  void start_ok() { worker_ = std::thread(load, "worker"); }
  ~Split();

private:
  std::thread worker_;
};

// A global that another file may declare.
std::thread background;
void startBackground_ok() { background = std::thread(load, "background"); }

//--- service.h
#include <thread>

class Service {
public:
  void start_ok();
  void stop();

private:
  std::thread worker_;
};

//--- service.cpp
#include "service.h"

void run();
void Service::start_ok() { worker_ = std::thread(run); }

//--- stop.cpp
#include "service.h"

void Service::stop() {
  if (worker_.joinable())
    worker_.join();
}
