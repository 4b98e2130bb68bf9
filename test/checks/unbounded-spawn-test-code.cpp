// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: mkdir %t/tests %t/benchmark
// RUN: cp %t/src/server.cpp %t/tests/server.cpp
// RUN: cp %t/src/server.cpp %t/benchmark/server.cpp
// RUN: cp %t/src/server.cpp %t/src/server_test.cpp
// RUN: %belay check %t/src/server.cpp --checks=unbounded-spawn --fail-on=never -- -std=c++20 \
// RUN:   | FileCheck %s --check-prefix=SERVER
// RUN: %belay check %t/tests/server.cpp %t/benchmark/server.cpp %t/src/server_test.cpp \
// RUN:     --checks=unbounded-spawn --fail-on=never --min-level=note -- -std=c++20 \
// RUN:   | FileCheck %s --check-prefix=TESTS --implicit-check-not=warning:
// RUN: %belay check %t/tests/server.cpp --checks=unbounded-spawn -- -std=c++20 | count 0
//
// The same code in tests and benchmarks is one level lower, which is not shown by default.
//
// SERVER: src/server.cpp:{{.*}}: warning: every connection starts a thread
// TESTS: benchmark/server.cpp:{{.*}}: note: every connection starts a thread
// TESTS: src/server_test.cpp:{{.*}}: note: every connection starts a thread
// TESTS: tests/server.cpp:{{.*}}: note: every connection starts a thread

//--- src/server.cpp
#include <sys/socket.h>
#include <thread>

static void serve(int connection);

static void run_bad(int listener) {
  while (true) {
    int connection = accept(listener, nullptr, nullptr);
    std::thread(serve, connection).detach();
  }
}

int main() { run_bad(3); }
