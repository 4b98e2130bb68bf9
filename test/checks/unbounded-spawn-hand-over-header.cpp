// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=unbounded-spawn --fail-on=never %t/main.cpp %t/service.cpp -- \
// RUN:     -std=c++20 -isystem %S/../Inputs \
// RUN:   | FileCheck %s --implicit-check-not='{{(warning|note):}}'
// RUN: %belay check --checks=unbounded-spawn --fail-on=never %t/service.cpp %t/main.cpp -- \
// RUN:     -std=c++20 -isystem %S/../Inputs \
// RUN:   | FileCheck %s --implicit-check-not='{{(warning|note):}}'
//
// The handler and what starts the thread meet in an inline function of a header that both files
// include. It is one function, and the mistake is told once.
//
// CHECK: service.cpp:{{.*}}: warning: every request starts a thread ('std::thread') and nobody
// CHECK-NEXT: // the mistake
// CHECK: main.cpp:{{.*}}: note: 'httplib::Server::Put' registers 'change' here; it runs
// CHECK-NEXT: // step 1
// CHECK: main.cpp:{{.*}}: note: calls 'Service::announce' here
// CHECK-NEXT: // step 2
// CHECK: service.h:{{.*}}: note: calls 'Service::start_bad' here
// CHECK-NEXT: // step 3

//--- service.h
#ifndef SERVICE_H
#define SERVICE_H
#include <string>

class Service {
public:
  void announce(const std::string &path) {
    ++announced_;
    start_bad("changed: " + path); // step 3
  }

private:
  void start_bad(std::string text);
  int announced_ = 0;
};

inline Service &service() {
  static Service only;
  return only;
}
#endif

//--- main.cpp
#include "service.h"
#include <httplib.h>

static void change(const httplib::Request &request, httplib::Response &response) {
  service().announce(request.path); // step 2
  response.status = 204;
}

int main() {
  httplib::Server server;
  server.Put("/item", change); // step 1
  server.listen("localhost", 8080);
}

//--- service.cpp
#include "service.h"
#include <thread>

void deliver(std::string text);

void Service::start_bad(std::string text) {
  std::thread(deliver, std::move(text)).detach(); // the mistake
}

// Nothing here leads from a request to it.
void change() { service().announce("at start-up"); }
