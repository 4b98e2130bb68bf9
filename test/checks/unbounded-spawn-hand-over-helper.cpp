// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The handler calls a function that calls a function that starts the thread.
//
#include <httplib.h>
#include <thread>

void deliver(std::string text);

void startDelivery(const std::string &text) { // called by several handlers
  std::thread sender(deliver, text);          // the mistake
  sender.detach();
}

void notifyOwner(const std::string &path) {
  if (!path.empty())
    startDelivery("changed: " + path); // step 3
}

void change_bad(const httplib::Request &request, httplib::Response &response) {
  notifyOwner(request.path); // step 2
  response.status = 204;
}

int main() {
  httplib::Server server;
  server.Put("/item", change_bad); // step 1
  server.listen("localhost", 8080);
}

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Put' registers 'change_bad' here; it runs
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'notifyOwner' here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'startDelivery' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:
