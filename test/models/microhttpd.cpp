// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// GNU libmicrohttpd: its access handler. Against its header.
//
#include <microhttpd.h>
#include <string>
#include <thread>

void store(const std::string &line);
static int served = 0; // by the one thread of the daemon

static MHD_Result answer_bad(void *, MHD_Connection *, const char *url, const char *, const char *,
                             const char *, size_t *, void **) {
  ++served;
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:40: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread(store, std::string(url)).detach();
  return MHD_YES;
}

MHD_Daemon *start() {
  return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 8080, nullptr, nullptr, &answer_bad,
                          nullptr, MHD_OPTION_END);
}
