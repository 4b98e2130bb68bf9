// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=unbounded-spawn --fail-on=never %t/main.cpp %t/outbox.cpp -- \
// RUN:     -std=c++20 -isystem %S/../Inputs \
// RUN:   | FileCheck %s --implicit-check-not='{{(warning|note):}}'
// RUN: %belay check --checks=unbounded-spawn --fail-on=never %t/outbox.cpp %t/main.cpp -- \
// RUN:     -std=c++20 -isystem %S/../Inputs \
// RUN:   | FileCheck %s --implicit-check-not='{{(warning|note):}}'
// RUN: %belay check --checks=unbounded-spawn %t/main.cpp -- -std=c++20 -isystem %S/../Inputs \
// RUN:   | count 0
// RUN: %belay check --checks=unbounded-spawn %t/outbox.cpp -- -std=c++20 | count 0
//
// The handler is in one file, the thread in another; neither says enough alone.
//
// CHECK: outbox.cpp:{{.*}}: warning: every request starts a thread ('std::thread') and nobody
// CHECK-NEXT: // the mistake
// CHECK: main.cpp:{{.*}}: note: 'httplib::Server::Put' registers 'lambda in main' here; it runs
// CHECK-NEXT: // step 1
// CHECK: main.cpp:{{.*}}: note: calls 'sendLater' here
// CHECK-NEXT: // step 2
// CHECK: outbox.cpp:{{.*}}: note: calls 'send_bad' here
// CHECK-NEXT: // step 3

//--- main.cpp
#include <httplib.h>

void sendLater(const std::string &text);

int main() {
  httplib::Server server;
  server.Put("/item", [](const auto &request, auto &response) { // step 1
    sendLater(request.path);                                    // step 2
    response.status = 204;
  });
  server.listen("localhost", 8080);
}

//--- outbox.cpp
#include <string>
#include <thread>

void deliver(std::string text);

static void send_bad(const std::string &text) {
  std::thread(deliver, text).detach(); // the mistake
}

void sendLater(const std::string &text) {
  send_bad(text + "\n"); // step 3
}
