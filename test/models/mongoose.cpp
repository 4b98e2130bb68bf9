// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/mongoose
//
// Mongoose: the handler of a server, on its one thread. Against a stand-in for its header.
//
#include <mongoose.h>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0; // by the thread that polls

static void answer_bad(mg_connection *connection, int event, void *) {
  if (event != MG_EV_HTTP_MSG)
    return;
  ++served;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:45: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string("served")).detach();
  mg_http_reply(connection, 200, "", "ok");
}

void start(mg_mgr *manager) { mg_http_listen(manager, "http://0.0.0.0:8000", answer_bad, nullptr); }
