// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=inconsistent-guard --fail-on=never %t/main.cpp %t/store.cpp \
// RUN:     %t/pruning.cpp -- -std=c++20 -pthread -I%t \
// RUN:   | FileCheck %s --implicit-check-not='{{(error|warning|note):}}'
// RUN: %belay check --checks=inconsistent-guard --fail-on=never %t/pruning.cpp %t/store.cpp \
// RUN:     %t/main.cpp -- -std=c++20 -pthread -I%t \
// RUN:   | FileCheck %s --implicit-check-not='{{(error|warning|note):}}'
// RUN: %belay check --checks=inconsistent-guard --fail-on=never %t/pruning.cpp -- -std=c++20 -I%t \
// RUN:   | count 0
//
// The class is in a header, the lock is taken in one file, a helper is in another, and who calls
// it without the lock in a third. No file says enough alone.
//
// CHECK: pruning.cpp:6:3: error: 'entries_' is written without 'mutex_', which 3 of its 4 uses hold
// CHECK-NEXT: // the mistake
// CHECK: main.cpp:{{.*}}: note: starts a thread that runs 'lambda in main' here
// CHECK-NEXT: // step 1
// CHECK: main.cpp:{{.*}}: note: calls 'Store::prune_bad' here
// CHECK-NEXT: // step 2
// CHECK: pruning.cpp:{{.*}}: note: calls 'Store::drop' here
// CHECK-NEXT: // step 3
// CHECK: pruning.cpp:6:3: note: writes 'entries_' here
// CHECK: main.cpp:{{.*}}: note: calls 'Store::size_ok' here
// CHECK: store.h:{{.*}}: note: calls 'Store::countLocked' here
// CHECK: pruning.cpp:{{.*}}: note: reads 'entries_' here, holding 'mutex_'

//--- store.h
#ifndef STORE_H
#define STORE_H
#include <map>
#include <mutex>
#include <string>

class Store {
public:
  void put_ok(const std::string &key, const std::string &value);
  std::string get_ok(const std::string &key);
  void prune_bad();
  int size_ok() {
    std::lock_guard lock(mutex_);
    return countLocked();
  }

private:
  void drop(const std::string &key);
  void dropWeak();
  int countLocked();
  std::mutex mutex_;
  std::map<std::string, std::string> entries_;
  std::map<std::string, int> weak_;
};
#endif

//--- store.cpp
#include "store.h"

void Store::put_ok(const std::string &key, const std::string &value) {
  std::lock_guard lock(mutex_);
  entries_[key] = value;
  ++weak_[key];
  drop("old");
}
std::string Store::get_ok(const std::string &key) {
  std::lock_guard lock(mutex_);
  dropWeak();
  return entries_[key];
}

//--- pruning.cpp
#include "store.h"

void log(const std::string &text);

void Store::drop(const std::string &key) {
  entries_.erase(key); // the mistake
}
void Store::dropWeak() { weak_.clear(); } // all of its callers hold the lock
int Store::countLocked() { return entries_.size() + weak_.size(); }
void Store::prune_bad() {
  log("prune");
  drop("oldest"); // step 3
}

//--- main.cpp
#include "store.h"
#include <thread>

int main() {
  static Store store;
  std::jthread pruning([] { // step 1
    for (;;)
      store.prune_bad(); // step 2
  });
  store.put_ok("key", "value");
  return store.get_ok("key").size() + store.size_ok();
}
