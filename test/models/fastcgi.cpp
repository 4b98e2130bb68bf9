// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// FastCGI: the loop that takes requests. Against its headers.
//
#include <fcgiapp.h>
#include <string>
#include <thread>

void answer(std::string path);

void serve_bad(FCGX_Request *request) {
  while (FCGX_Accept_r(request) == 0)
    // CHECK: [[#@LINE+2]]:5: warning: every connection starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:81: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(answer, std::string(FCGX_GetParam("PATH_INFO", request->envp))).detach();
}
void serve_ok(FCGX_Request *request) {
  while (FCGX_Accept_r(request) == 0)
    answer(FCGX_GetParam("PATH_INFO", request->envp));
}
