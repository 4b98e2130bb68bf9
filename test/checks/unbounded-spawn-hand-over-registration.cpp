// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// A function of the project's own registers what it is given, wrapped.
//
#include <httplib.h>
#include <mutex>
#include <thread>

using httplib::Request;
using httplib::Response;
using Action = std::function<int(const std::string &)>;

void deliver(std::string text);

// Registers the action with what all actions need.
void route(httplib::Server &server, const std::string &path, Action action) {
  server.Post(path, [action](const Request &request, Response &response) { // step 2
    response.status = request.body.empty() ? 400 : action(request.body);   // step 3
  });
}

int change_bad(const std::string &body) {
  std::thread(deliver, body).detach(); // the mistake
  return 204;
}

int show_ok(const std::string &body) {
  std::jthread sender(deliver, body);
  return 200;
}

int main() {
  httplib::Server server;
  route(server, "/change", change_bad); // step 1
  route(server, "/show", show_ok);
  server.listen("localhost", 8080);
}

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: passes 'change_bad' to 'route' here
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Post' registers 'lambda in route' as a handler here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'action' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:
