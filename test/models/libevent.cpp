// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// libevent: handlers of its HTTP server, and of events. Against its headers.
//
#include <event2/event.h>
#include <event2/http.h>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0; // on the one loop

static void answer_bad(evhttp_request *request, void *) {
  ++served;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:68: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string(evhttp_request_get_uri(request))).detach();
  evhttp_send_reply(request, 200, "OK", nullptr);
}
static void tick_ok(evutil_socket_t, short, void *) { ++served; }

void start(event_base *base, evhttp *http) {
  evhttp_set_gencb(http, answer_bad, nullptr);
  event_add(event_new(base, -1, EV_PERSIST, tick_ok, nullptr), nullptr);
}
