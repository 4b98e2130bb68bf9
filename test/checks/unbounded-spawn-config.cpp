// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=unbounded-spawn --fail-on=never %t/src/server.cpp -- -std=c++20 \
// RUN:   | FileCheck %s --implicit-check-not='{{(warning|note):}}'
// RUN: %belay check --checks=unbounded-spawn %t/other/server.cpp -- -std=c++20 | count 0
//
// A project names its handlers, its framework and its limiter in a .belay.yaml above its sources.
//
// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // first
// CHECK: note: 'shop::on_order_bad' runs for each request, many at once: it is a handler by
// CHECK-NEXT: // step 1
// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // second
// CHECK: note: 'shop::Router::route' registers 'refund_bad' here; it runs for each request, many
// CHECK-NEXT: // step 2
//
// clang-format off

//--- src/.belay.yaml
handlers:
  - shop::on_*
models:
  shop::Router::route: {handler: arg1}
  shop::Room: {is: semaphore}
  shop::Room::tryEnter: {acquire: this}

//--- src/server.cpp
// clang-format on
#include <string>
#include <thread>

void work(std::string body);

namespace shop {

struct Room {
  bool tryEnter();
  void leave();
} room;

struct Router {
  template <typename Action> void route(const char *path, Action action);
};

void on_order_bad(const std::string &body) { // step 1
  std::thread(work, body).detach();          // first
}

void on_return_ok(const std::string &body) {
  if (!room.tryEnter())
    return;
  std::thread([body] {
    work(body);
    room.leave();
  }).detach();
}

void order_ok(const std::string &body) { std::thread(work, body).detach(); }

} // namespace shop

void refund_bad(const std::string &body) {
  std::thread(work, body).detach(); // second
}

void start(shop::Router &router) {
  router.route("/refund", refund_bad); // step 2
}

//--- other/server.cpp
#include <string>
#include <thread>

void work(std::string body);

namespace shop {
void on_order_ok(const std::string &body) { std::thread(work, body).detach(); }
} // namespace shop
