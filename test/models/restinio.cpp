// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// RESTinio: handlers of its routers, of a server and of a WebSocket. Against its headers.
//
#include <chrono>
#include <memory>
#include <mutex>
#include <restinio/all.hpp>
#include <restinio/router/easy_parser_router.hpp>
#include <restinio/websocket/websocket.hpp>
#include <string>
#include <thread>
#include <utility>

namespace epr = restinio::router::easy_parser_router;
using Router = restinio::router::express_router_t<>;
struct Traits : restinio::default_single_thread_traits_t {
  using request_handler_t = Router;
};
void store(const std::string &line);
static int served = 0; // on the server's one thread

class Rooms {
public:
  void routes(Router &router) {
    router.http_get("/rooms", [this](auto request, auto) {
      ++served;
      return list_ok(request);
    });
    router.http_post("/rooms", [this](const restinio::request_handle_t &request, auto) {
      {
        std::lock_guard lock(mutex_);
        ++posted_;
      }
      // CHECK: [[#@LINE+2]]:7: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
      // CHECK: [[#@LINE+1]]:43: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
      std::thread(store, request->body()).detach();
      return request->create_response().set_body("stored").done();
    });
    router.non_matched_request_handler([](auto request) {
      // CHECK: [[#@LINE+1]]:7: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      return request->create_response(restinio::status_not_found()).done();
    });
  }
  int take_ok() {
    std::lock_guard lock(mutex_);
    return std::exchange(posted_, 0);
  }
  bool full_bad() {
    // CHECK: [[#@LINE+1]]:12: note: 'posted_' is read without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    return posted_ > 100;
  }

private:
  restinio::request_handling_status_t list_ok(const restinio::request_handle_t &request) {
    ++listed_;
    return request->create_response().done();
  }
  std::mutex mutex_;
  int posted_ = 0;
  int listed_ = 0;
};

void easyRoutes(restinio::router::easy_parser_router_t &router) {
  router.http_get(epr::path_to_params("/rooms/", epr::non_negative_decimal_number_p<int>()),
                  [](const restinio::request_handle_t &request, int) {
                    ++served;
                    // CHECK: [[#@LINE+1]]:21: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
                    std::this_thread::sleep_for(std::chrono::seconds(1));
                    return request->create_response().done();
                  });
}

void run(Rooms &rooms) {
  auto router = std::make_unique<Router>();
  rooms.routes(*router);
  restinio::run(restinio::on_this_thread<Traits>().port(8080).request_handler(std::move(router)));
}

void runOne() {
  restinio::run(restinio::on_this_thread<>().port(8080).request_handler([](auto request) {
    namespace ws = restinio::websocket::basic;
    ws::upgrade<restinio::default_single_thread_traits_t>(
        *request, ws::activation_t::immediate, [](ws::ws_handle_t, ws::message_handle_t message) {
          ++served;
          // CHECK: [[#@LINE+2]]:11: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
          // CHECK: [[#@LINE+1]]:50: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
          std::thread(store, message->payload()).detach();
        });
    return restinio::request_accepted();
  }));
}
