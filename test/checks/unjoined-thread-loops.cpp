// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Threads that start in a loop: every turn has to join its own.
//
#include <string>
#include <thread>

void load(std::string path);
bool isReady();

void leavesLoop_bad(int turns) {
  for (int turn = 0; turn < turns; ++turn) {
    // CHECK: :[[@LINE+1]]:17: error: thread 'worker' is not joined on every path
    std::thread worker(load, "turn");
    if (isReady())
      break;
    worker.join();
  }
}

void continues_bad(int turns) {
  while (turns-- > 0) {
    // CHECK: :[[@LINE+1]]:17: error: thread 'worker' is not joined on every path
    std::thread worker(load, "turn");
    if (!isReady())
      continue;
    worker.join();
  }
}

// FN: on the first turn the handle is empty, so that it may be.
void FN_inLoop() {
  std::thread worker;
  while (isReady())
    worker = std::thread(load, "next");
  if (worker.joinable())
    worker.join();
}

// Fine: each turn joins what it started, or the thread before.
void eachTurn_ok(int turns) {
  for (int turn = 0; turn < turns; ++turn) {
    std::thread worker(load, "turn");
    if (!isReady()) {
      worker.join();
      break;
    }
    worker.join();
  }
}

void replaced_ok() {
  std::thread worker;
  while (isReady()) {
    if (worker.joinable())
      worker.join();
    worker = std::thread(load, "next");
  }
  if (worker.joinable())
    worker.join();
}

// Never to be seen: the loop has no end.
void endless_ok() {
  std::thread worker(load, "endless");
  for (;;)
    load("more");
}
