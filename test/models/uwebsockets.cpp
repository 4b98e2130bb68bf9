// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/uwebsockets
//
// uWebSockets: the handlers of an app on its loop. Against a stand-in for its header.
//
#include <App.h>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0; // on the loop

int main() {
  uWS::App()
      .get("/bad",
           [](auto *response, auto *request) {
             ++served;
             // CHECK: [[#@LINE+2]]:14: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
             // CHECK: [[#@LINE+1]]:65: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
             std::thread(store, std::string(request->getUrl())).detach();
             response->end("ok");
           })
      .get("/ok",
           [](auto *response, auto *) {
             response->onAborted([] { ++served; });
             uWS::Loop::get()->defer([] { ++served; });
             response->end("ok");
           })
      .run();
}
