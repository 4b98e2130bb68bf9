// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --min-level=note --fail-on=never %t/watchdog.cpp -- -std=c++20 \
// RUN:   | FileCheck %t/watchdog.cpp --implicit-check-not='{{: (note|warning|error): detached}}'
// RUN: %belay check --min-level=note --fail-on=never %t/endless.cpp -- -std=c++20 \
// RUN:   | FileCheck %t/endless.cpp --implicit-check-not='{{: (note|warning|error): detached}}'
// RUN: %belay check --min-level=note --fail-on=never %t/exit.cpp -- -std=c++20 \
// RUN:   | FileCheck %t/exit.cpp --implicit-check-not='{{: (note|warning|error): detached}}'
// RUN: %belay check %t/watchdog.cpp -- -std=c++20 | count 0
//
// Threads that are meant to live as long as the process. Where they touch nothing that ends
// before it, that is a note, which nobody sees who does not ask.

//--- watchdog.cpp
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

std::atomic<long> lastBeat;

static void watch() {
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(10));
    if (lastBeat.exchange(0) == 0)
      std::abort();
  }
}

// A global whose initialiser starts it.
static const bool watching = [] {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
  std::thread(watch).detach();
  return true;
}();

void startOnce_bad() {
  static const bool started = [] {
    // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
    std::thread([] { lastBeat = 1; }).detach();
    return true;
  }();
  (void)started;
}

int main(int argc, char **) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: note: detached thread can be neither stopped nor waited for
  std::thread([argc] { lastBeat += argc; }).detach();
  startOnce_bad();
  return watching ? 0 : 1;
}

//--- endless.cpp
#include <string>
#include <thread>
#include <unistd.h>

void beat(std::string &name);

// FP: main never returns, so that its locals are there as long as the thread.
int main() {
  std::string name = "main";
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: detached thread refers to 'name'
  std::thread([&name] { beat(name); }).detach();
  for (;;)
    pause();
}

//--- exit.cpp
#include <cstdlib>
#include <string>
#include <thread>

void beat(std::string &name);
void serve();

// FP: _Exit() ends the threads with the process, before anything is destroyed.
int main() {
  std::string name = "main";
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: detached thread refers to 'name'
  std::thread([&name] { beat(name); }).detach();
  serve();
  std::_Exit(0);
}
