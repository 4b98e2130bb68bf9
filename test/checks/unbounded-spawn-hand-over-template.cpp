// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The job and what runs it are templates.
//
#include <httplib.h>
#include <thread>
#include <utility>

void deliver(std::string text);

struct Background {
  template <typename Job> void run(Job &&job) const {
    std::thread(std::forward<Job>(job)).detach(); // the mistake
  }
};

template <typename Runner> class Outbox {
public:
  explicit Outbox(Runner runner) : runner_(runner) {}

  template <typename... Parts> void send(Parts... parts) {
    runner_.run([text = (std::string() + ... + parts)] { deliver(text); }); // step 3
  }

private:
  Runner runner_;
};

void change_bad(const httplib::Request &request, httplib::Response &response) {
  Outbox outbox(Background{});
  outbox.send("changed: ", request.path); // step 2
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
// CHECK-NEXT: note: calls 'Outbox::send' here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'Background::run' here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:
