// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The job waits in a member until something else calls it.
//
#include <functional>
#include <httplib.h>
#include <thread>

void deliver(std::string text);

class Outbox {
public:
  Outbox() {
    onFlush_ = [this] { start_bad(); }; // step 4
  }
  void flush() {
    if (onFlush_)
      onFlush_(); // step 3
  }

private:
  void start_bad() {
    std::thread(deliver, text_).detach(); // the mistake
  }

  std::string text_;
  std::function<void()> onFlush_;
};

class Service {
public:
  void registerAll(httplib::Server &server) {
    server.Post("/flush", [this](const auto &, auto &) { outbox_.flush(); }); // steps 1 and 2
  }

private:
  Outbox outbox_;
};

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Post' registers 'lambda in Service::registerAll' here
// CHECK-NEXT: // steps 1 and 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'Outbox::flush' here
// CHECK-NEXT: // steps 1 and 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'onFlush_' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'onFlush_' is set to 'lambda in Outbox::Outbox' here
// CHECK-NEXT: // step 4
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'Outbox::start_bad' here
// CHECK-NEXT: start_bad();
// CHECK-NEXT: ^
// CHECK-NOT: note:
