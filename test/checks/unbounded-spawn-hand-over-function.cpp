// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The job passes through functions that take it as a std::function.
//
#include <functional>
#include <httplib.h>
#include <thread>

void deliver(const std::string &text);

// Runs the job for each part of the text that is not empty.
void forParts(const std::string &text, const std::function<void(std::string)> &job) {
  size_t at = text.find(',');
  if (at != 0)
    job(text.substr(0, at)); // step 4
}

void forLines(const std::string &text, std::function<void(std::string)> job) {
  for (size_t at = 0; at != std::string::npos; at = text.find('\n', at + 1))
    forParts(text.substr(at), job); // step 3
}

void import_bad(const httplib::Request &request, httplib::Response &response) {
  forLines(request.body, [](std::string part) {      // step 2
    std::thread([part] { deliver(part); }).detach(); // the mistake
  });
  response.status = 202;
}

int main() {
  httplib::Server server;
  server.Post("/import", import_bad); // step 1
  server.listen("localhost", 8080);
}

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Post' registers 'import_bad' here; it runs
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NEXT: note: passes 'lambda in import_bad' to 'forLines' here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'forParts' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'job' here
// CHECK-NEXT: // step 4
// CHECK-NEXT: ^
// CHECK-NOT: note:
