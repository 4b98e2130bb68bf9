// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Ways through a function: returns, switches, assignments, and handles without a thread.
//
#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

void load(std::string path);
bool isReady();
enum class Mode { Off, Once, Forever };

void inBranch_bad(bool verbose) {
  if (verbose) {
    // CHECK: :[[@LINE+1]]:17: error: thread 'printer' is not joined on every path
    std::thread printer(load, "log");
    load("verbose");
    // CHECK: :[[@LINE+1]]:3: note: the scope ends here while it may be running
  }
  load("rest");
}

void oneCase_bad(Mode mode) {
  // CHECK: :[[@LINE+1]]:15: error: thread 'worker' is not joined on every path
  std::thread worker(load, "mode");
  switch (mode) {
  case Mode::Off:
  case Mode::Once:
    worker.join();
    break;
  case Mode::Forever:
    load("forever");
  }
}

void overwritten_bad() {
  // CHECK: :[[@LINE+1]]:15: error: thread 'worker' is overwritten while it runs
  std::thread worker(load, "first");
  // CHECK: :[[@LINE+1]]:12: note: another thread is assigned here
  worker = std::thread(load, "second");
  worker.join();
}

void temporary_bad() {
  // CHECK: :[[@LINE+1]]:3: error: a thread is
  std::thread(load, "nobody has it");
}

void leaked_bad() {
  // CHECK: :[[@LINE+1]]:22: error: thread 'worker' is
  auto *worker = new std::thread(load, "leaked");
  (void)worker;
}

// Started and joined under one condition.
void conditional_ok(bool verbose) {
  std::thread printer;
  if (verbose)
    printer = std::thread(load, "log");
  load("work");
  if (verbose)
    printer.join();
}

void joinable_ok(Mode mode) {
  std::thread worker;
  if (mode != Mode::Off)
    worker = std::thread(load, "mode");
  if (!worker.joinable())
    return;
  worker.join();
}

// One way joins, the other gives it up: that is another check's.
void eitherWay_ok(bool patient) {
  std::thread worker(load, "either");
  if (patient)
    worker.join();
  else
    worker.detach(); // NOLINT(belay-detached-thread): the subject of another test
}

// The process ends before the scope does.
void exits_ok() {
  std::thread worker(load, "exit");
  if (!isReady())
    std::_Exit(1);
  worker.join();
}

void emptied_ok() {
  std::thread worker(load, "moved");
  std::thread other = std::move(worker);
  other.join();
  std::thread none;
}
