// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=racy-flag %s
//
// What `volatile` is for: flags that a signal sets, and registers of devices. Between threads it
// orders nothing, whatever the type is called.
//
#include <atomic>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>

void send(const std::string &text);
bool poll(int timeout);

// The loop of the thread that the signal interrupts.
static volatile std::sig_atomic_t interrupted = 0;
static void onSignal(int) { interrupted = 1; }
void serve_ok() {
  std::signal(SIGTERM, onSignal);
  while (!interrupted)
    poll(100);
}

// In the loop of a thread. A signal's function is no callback that may come from another thread.
// CHECK: [[#@LINE+2]]:35: note: a thread's loop reads 'reloading' and a callback writes it, which the loop may never see if it comes from another thread; make it std::atomic [belay-racy-flag]
// CHECK: [[#@LINE+1]]:50: note: a thread's loop reads 'rotating' and a callback writes it, which the loop may never see if it comes from another thread; make it std::atomic [belay-racy-flag]
static volatile std::sig_atomic_t reloading = 0, rotating = 0;
static void FP_onReload_ok(int) { reloading = 1; }
static void FP_onRotate_ok(int) { rotating = 1; }
void install_ok() {
  struct sigaction action = {};
  action.sa_handler = FP_onReload_ok;
  sigaction(SIGHUP, &action, nullptr);
  std::signal(SIGUSR1, FP_onRotate_ok);
}
void reload_ok() {
  std::jthread worker([] {
    while (!reloading && !rotating)
      poll(100);
  });
}

// No signal sets it, but another thread.
// CHECK: [[#@LINE+1]]:35: warning: a thread's loop reads 'cancelled' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
static volatile std::sig_atomic_t cancelled = 0;
static void copy_bad() {
  while (!cancelled && poll(10))
    send("part");
}
void copyFor(int seconds) {
  std::thread worker(copy_bad);
  poll(seconds * 1000);
  cancelled = 1;
  worker.join();
}

// An atomic that is free of locks may be set by both.
static std::atomic<bool> stopping{false};
static void onStop(int) { stopping = true; }
void stream_ok() {
  std::signal(SIGINT, onStop);
  std::jthread worker([] {
    while (!stopping && poll(10))
      send("block");
  });
  poll(1000);
  stopping = true;
}

// A device says when it is ready, and is told that it may go on.
struct Device {
  // CHECK: [[#@LINE+1]]:26: warning: a thread's loop reads 'status' while another thread writes it, so it may never see the change; make it std::atomic [belay-racy-flag]
  volatile std::uint32_t status;
};
static Device *const device = reinterpret_cast<Device *>(0x40001000);
void FP_restart_ok() { device->status = 0; } // no other thread's memory lies there
void transmit_ok() {
  std::jthread worker([] {
    while ((device->status & 1) == 0)
      poll(1);
  });
}
