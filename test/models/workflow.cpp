// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/workflow
//
// Workflow: a server's process function and its tasks. Against a stand-in for its headers.
//
#include <string>
#include <thread>
#include <workflow/WFHttpServer.h>

void store(const std::string &line);
static int served = 0;

int main() {
  WFHttpServer bad([](WFHttpTask *task) {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'served' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++served;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:47: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, std::string("served")).detach();
    task->append_output_body("ok");
  });
  WFHttpServer ok([](WFHttpTask *task) {
    WFTaskFactory::create_go_task("store", [] { store("served"); })->start();
    task->append_output_body("ok");
  });
  return bad.start(8080) + ok.start(8081);
}
