// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// The handler calls a virtual method, and one of the overriders starts the thread.
//
#include <httplib.h>
#include <memory>
#include <thread>

void deliver(std::string text);

class Channel {
public:
  virtual ~Channel() = default;
  virtual void send(const std::string &text) = 0;
};

class Direct : public Channel {
public:
  void send(const std::string &text) override { deliver(text); }
};

class Background : public Channel {
public:
  void send(const std::string &text) override {
    std::thread([text] { deliver(text); }).detach(); // the mistake
  }
};

class Service {
public:
  explicit Service(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
  void send_bad(const httplib::Request &request, httplib::Response &response) {
    channel_->send(request.body); // step 3
    response.status = 202;
  }

private:
  std::unique_ptr<Channel> channel_;
};

int main() {
  Service service(std::make_unique<Background>());
  httplib::Server server;
  server.Post("/send", [&](const auto &request, auto &response) { // step 1
    service.send_bad(request, response);                          // step 2
  });
  server.listen("localhost", 8080);
}

// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // the mistake
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'httplib::Server::Post' registers 'lambda in main' here; it runs
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'Service::send_bad' here
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NEXT: note: calls 'Channel::send', overridden by 'Background::send', here
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:
