// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=sleep-as-sync --fail-on=never %t/main.cpp %t/gateway.cpp -- \
// RUN:     -std=c++20 -pthread \
// RUN:   | FileCheck %s --implicit-check-not='warning:'
// RUN: %belay check --checks=sleep-as-sync --fail-on=never %t/gateway.cpp %t/main.cpp -- \
// RUN:     -std=c++20 -pthread \
// RUN:   | FileCheck %s --implicit-check-not='warning:'
// RUN: %belay check --checks=sleep-as-sync %t/main.cpp -- -std=c++20 -pthread | count 0
// RUN: %belay check --checks=sleep-as-sync %t/gateway.cpp -- -std=c++20 -pthread | count 0
//
// The loop is in one file, and what it waits for changes in the other; neither says enough alone.
//
// CHECK: main.cpp:{{.*}}: warning: sleeps and looks again until 'running_'
// CHECK-NEXT: // until it runs
// CHECK: main.cpp:{{.*}}: warning: sleeps and looks again until 'openSessions'
// CHECK-NEXT: // until all have left
// CHECK: gateway.cpp:{{.*}}: note: 'serve' changes it here

//--- gateway.h
#include <atomic>
#include <string>
#include <thread>

extern std::atomic<int> openSessions;

class Gateway {
public:
  explicit Gateway(std::string health) : health_(std::move(health)) {}
  void start();
  void stop();
  bool isRunning() const;
  bool isHealthy() const;

private:
  void run();
  const std::string health_;
  std::atomic<bool> running_{false};
  std::atomic<bool> stopped_{false};
  std::jthread thread_;
};

//--- main.cpp
#include "gateway.h"
#include <chrono>

using namespace std::chrono_literals;

static void start_bad(Gateway &gateway) {
  gateway.start();
  while (!gateway.isRunning())
    std::this_thread::sleep_for(20ms); // until it runs
}

static void untilHealthy_ok(const Gateway &gateway) {
  while (!gateway.isHealthy())
    std::this_thread::sleep_for(1s);
}

static bool stop_bad(Gateway &gateway) {
  gateway.stop();
  for (auto end = std::chrono::steady_clock::now() + 5s; openSessions.load() > 0;) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(50ms); // until all have left
  }
  return true;
}

int main() {
  Gateway gateway("/run/gateway.up");
  start_bad(gateway);
  untilHealthy_ok(gateway);
  return stop_bad(gateway) ? 0 : 1;
}

//--- gateway.cpp
#include "gateway.h"
#include <filesystem>

bool acceptSession();
void serveSession();

std::atomic<int> openSessions{0};

static void serve() {
  ++openSessions;
  serveSession();
  --openSessions;
}

void Gateway::start() {
  thread_ = std::jthread([this] { run(); });
}
void Gateway::stop() { stopped_ = true; }
bool Gateway::isRunning() const { return running_; }
bool Gateway::isHealthy() const { return std::filesystem::exists(health_); }

void Gateway::run() {
  running_ = true;
  while (!stopped_ && acceptSession())
    serve();
  running_ = false;
}
