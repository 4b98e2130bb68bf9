// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The job is a lambda in a variable, which another lambda calls.
//
#include <httplib.h>
#include <thread>

void deliver(std::string text);

void registerAll(httplib::Server &server) {
  auto inBackground = [](const std::string &text) {
    std::thread sender([text] { deliver(text); }); // the mistake
    sender.detach();
  };
  auto announce = [inBackground](const std::string &path) {
    inBackground("changed: " + path); // step 3
  };
  auto change = [&announce](const httplib::Request &request, httplib::Response &response) {
    announce(request.path); // step 2
    response.status = 204;
  };
  server.Put("/item", change); // step 1
}

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Put' registers 'lambda in registerAll' here; it runs
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'lambda in registerAll' here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'lambda in registerAll' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:
