// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=detached-thread --min-level=note --fail-on=never %t/src/a.cpp -- \
// RUN:     -std=c++20 -isystem %S/../Inputs \
// RUN:   | FileCheck %t/src/a.cpp --implicit-check-not='{{: (note|warning|error): detached}}'
// RUN: mkdir %t/tests %t/benchmarks
// RUN: cp %t/src/a.cpp %t/tests/a.cpp
// RUN: cp %t/src/a.cpp %t/benchmarks/a.cpp
// RUN: cp %t/src/a.cpp %t/src/a_test.cpp
// RUN: %belay check --checks=detached-thread --min-level=note --fail-on=never %t/tests/a.cpp -- \
// RUN:     -std=c++20 -isystem %S/../Inputs | FileCheck %s --check-prefix=TESTS
// RUN: %belay check --checks=detached-thread --min-level=note --fail-on=never \
// RUN:     %t/benchmarks/a.cpp -- -std=c++20 -isystem %S/../Inputs \
// RUN:   | FileCheck %s --check-prefix=TESTS
// RUN: %belay check --checks=detached-thread --min-level=note --fail-on=never %t/src/a_test.cpp \
// RUN:     -- -std=c++20 -isystem %S/../Inputs | FileCheck %s --check-prefix=TESTS
//
// How bad it is depends on what the thread holds on to, and on where it starts. In tests and
// benchmarks everything is one level lower:
//
// TESTS-NOT: : error: detached
// TESTS: : warning: detached thread uses 'this'
// TESTS: : warning: detached thread refers to 'lines'
// TESTS: : note: detached thread can be neither stopped nor waited for
// TESTS: : note: detached thread refers to 'server'

//--- src/a.cpp
#include <functional>
#include <httplib.h>
#include <memory>
#include <thread>

void work(std::string text);
void count(std::string &lines);

class Cache : public std::enable_shared_from_this<Cache> {
public:
  void byThis_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread uses 'this'
    std::thread([this] { text_.clear(); }).detach();
  }
  void byDefault_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread uses 'this'
    std::thread([=] { text_.clear(); }).detach();
  }
  void byMethod_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread uses 'this'
    std::thread(&Cache::clear, this).detach();
  }
  void byBind_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread uses 'this'
    std::thread(std::bind(&Cache::clear, this)).detach();
  }
  void byField_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread uses 'this'
    std::thread(count, std::ref(text_)).detach();
  }
  // The object lives as long as its thread: what is left is that nobody can stop it.
  void byOwner_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
    std::thread([this, self = shared_from_this()] { text_.clear(); }).detach();
  }
  void byCopy_bad() {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
    std::thread([*this] { work(text_); }).detach();
  }
  void byWeak_bad() {
    std::thread([weak = weak_from_this()] {
      if (auto self = weak.lock())
        self->clear();
      // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
    }).detach();
  }

private:
  void clear() { text_.clear(); }
  std::string text_;
};

void byReference_bad(std::string lines) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread refers to 'lines'
  std::thread([&] { count(lines); }).detach();
}
void byRef_bad(std::string lines) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread refers to 'lines'
  std::thread(count, std::ref(lines)).detach();
}
void byPointer_bad() {
  std::string lines;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread refers to 'lines'
  std::thread([](std::string *text) { count(*text); }, &lines).detach();
}

// A static is there until the end of the process.
std::string log;
void byStatic_bad() {
  static std::string lines;
  std::string &alias = log;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
  std::thread(count, std::ref(lines)).detach();
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
  std::thread([&alias] { count(alias); }).detach();
}

// By value, for each request.
void byValue_bad(const httplib::Request &request, httplib::Response &) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: detached thread can be neither stopped nor waited for
  std::thread(work, request.body).detach();
}

// Nothing is known of what runs.
void unknown_bad(std::thread thread) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: detached thread can be neither stopped nor waited for
  thread.detach();
}

int main() {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
  std::thread(work, "start-up").detach();
  httplib::Server server;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: detached thread refers to 'server'
  std::thread([&server] { server.stop(); }).detach();
  server.Get("/", byValue_bad);
  // Of what a callback's thread refers to, main's locals are there nearly to the end.
  int sent = 0;
  server.Post("/main", [&](const httplib::Request &request, httplib::Response &) {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: detached thread refers to 'sent'
    std::thread([&sent] { ++sent; }).detach();
    std::string own = request.body;
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: detached thread refers to 'own'
    std::thread([&own, &sent] { sent += own.size(); }).detach();
  });
  server.listen("localhost", 8080);
}
