// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --checks=dropped-cancellation --fail-on=never --min-level=note \
// RUN:     %t/server.cpp %t/feed.cpp -- -std=c++20 -pthread \
// RUN:   | FileCheck %s --implicit-check-not='{{note: .* \[belay-|warning:}}'
// RUN: %belay check --checks=dropped-cancellation --fail-on=never --min-level=note \
// RUN:     %t/feed.cpp %t/server.cpp -- -std=c++20 -pthread \
// RUN:   | FileCheck %s --implicit-check-not='{{note: .* \[belay-|warning:}}'
// RUN: %belay check --checks=dropped-cancellation %t/server.cpp -- -std=c++20 -pthread | count 0
// RUN: %belay check --checks=dropped-cancellation %t/feed.cpp -- -std=c++20 -pthread | count 0
//
// The token is in one file, the loop and the wait that never ask it are in another; neither says
// enough alone.
//
// CHECK: feed.cpp:{{.*}}: warning: {{.*}} [belay-dropped-cancellation]
// CHECK-NEXT: // the loop
// CHECK: server.cpp:{{.*}}: note:
// CHECK-NEXT: // the token of the loop
// CHECK: feed.cpp:{{.*}}: {{warning|note}}: {{.*}} [belay-dropped-cancellation]
// CHECK-NEXT: // the wait
// CHECK: server.cpp:{{.*}}: note:
// CHECK-NEXT: // the token of the wait

//--- feed.h
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>

class Feed {
public:
  void follow_bad(const std::string &url);
  void followUntil_ok(const std::string &url, std::stop_token stop);
  std::string next_bad();
  std::string nextWithin_ok();
  void put(std::string line);

private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::string> lines_;
};

//--- server.cpp
#include "feed.h"
#include <thread>

class Server {
public:
  void start(const std::string &url) {
    follower_ = std::jthread([this, url](std::stop_token stop) { follow(url, stop); });
    printer_ = std::jthread([this](std::stop_token stop) { print(stop); });
    other_ = std::jthread([this, url](std::stop_token stop) { both_ok(url, stop); });
  }

private:
  void follow(const std::string &url, std::stop_token stop) { // the token of the loop
    feed_.follow_bad(url);
  }
  void print(std::stop_token stop) { // the token of the wait
    feed_.put(feed_.next_bad());
  }
  void both_ok(const std::string &url, std::stop_token stop) {
    feed_.followUntil_ok(url, stop);
    feed_.put(feed_.nextWithin_ok());
  }
  Feed feed_;
  std::jthread follower_, printer_, other_;
};

void serve(const std::string &url) {
  Server server;
  server.start(url);
}

//--- feed.cpp
#include "feed.h"
#include <chrono>

std::string readLine(const std::string &url);

void Feed::put(std::string line) {
  std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
  filled_.notify_one();
}

void Feed::follow_bad(const std::string &url) {
  for (;;) // the loop
    put(readLine(url));
}

void Feed::followUntil_ok(const std::string &url, std::stop_token stop) {
  while (!stop.stop_requested())
    put(readLine(url));
}

std::string Feed::next_bad() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return !lines_.empty(); }); // the wait
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

std::string Feed::nextWithin_ok() {
  std::unique_lock lock(mutex_);
  if (!filled_.wait_for(lock, std::chrono::seconds(1), [this] { return !lines_.empty(); }))
    return {};
  return lines_.front();
}
