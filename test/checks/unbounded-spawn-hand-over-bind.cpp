// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The handler and what it calls are bound with std::bind.
//
#include <functional>
#include <httplib.h>
#include <thread>

using httplib::Request;
using httplib::Response;

void deliver(std::string text);

class Service {
public:
  explicit Service(httplib::Server &server) {
    using namespace std::placeholders;
    server.Put("/item", std::bind(&Service::change_bad, this, _1, _2)); // step 1
    announce_ = std::bind(&Service::start_bad, this, _1);               // step 3
  }

private:
  void change_bad(const Request &request, Response &response) {
    announce_(request.path); // step 2
    response.status = 204;
  }
  void start_bad(std::string text) {
    std::thread(std::bind(deliver, std::move(text))).detach(); // the mistake
  }

  std::function<void(std::string)> announce_;
};

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Put' registers 'Service::change_bad' here; it runs
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'announce_' here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'announce_' is set to 'Service::start_bad' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:
