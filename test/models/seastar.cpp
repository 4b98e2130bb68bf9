// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/seastar
//
// Seastar: handlers and continuations, all on the core's own loop. Against a stand-in for its
// headers.
//
#include <seastar/http/function_handlers.hh>
#include <string>
#include <thread>

void store(const std::string &line);

class Rooms : public seastar::httpd::handler_base {
public:
  seastar::future<> handle(const std::string &path) override {
    ++served_; // each core has a handler of its own
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:30: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, path).detach();
    return seastar::sleep(10).then([this] { ++answered_; });
  }

private:
  int served_ = 0;
  int answered_ = 0;
};

bool step();
void drain_bad(seastar::abort_source &source) {
  (void)source;
  // CHECK: [[#@LINE+1]]:3: warning: this loop never looks at 'source', so that nobody can stop it; {{.*}} [belay-dropped-cancellation]
  while (true)
    step();
}
void drain_ok(seastar::abort_source &source) {
  while (!source.abort_requested())
    step();
}
