// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/folly
//
// Folly: executors, event bases, locks and cancellation. Against a stand-in for its headers.
//
#include <folly/folly.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>

void store(const std::string &line);
void fill(const std::string &name, folly::CancellationToken token);
void fill(const std::string &name);

folly::CPUThreadPoolExecutor pool(8);
folly::Synchronized<std::map<std::string, int>> visits;

[[clang::annotate("belay::handler")]] void visit_ok(const std::string &page) {
  visits.withWLock([&](auto &map) { ++map[page]; });
  pool.add([page] { store(page); });
}
[[clang::annotate("belay::handler")]] void visit_bad(const std::string &page) {
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:40: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread([page] { store(page); }).detach();
}

class Cache {
public:
  void set_ok(std::string text) {
    std::unique_lock lock(mutex_);
    text_ = std::move(text);
  }
  void clear_ok() {
    std::unique_lock lock(mutex_);
    text_.clear();
  }
  void drop_bad() {
    // CHECK: [[#@LINE+1]]:11: note: 'text_' is read without 'mutex_', which 2 of its 4 uses hold; {{.*}} [belay-inconsistent-guard]
    store(text_);
    text_ = "";
  }

private:
  folly::SharedMutex mutex_;
  std::string text_;
};

// What runs on one event base never runs at once.
class Session {
public:
  explicit Session(folly::EventBase &base) : base_(base) {}
  void receive_ok(std::string line) {
    base_.runInEventBaseThread([this, line] { lines_ += line; });
  }
  void close_ok() {
    base_.runInEventBaseThread([this] { lines_.clear(); });
  }

private:
  folly::EventBase &base_;
  std::string lines_;
};

void warm_bad(folly::CancellationToken token) {
  if (!token.isCancellationRequested())
    // CHECK: [[#@LINE+1]]:5: warning: 'fill' takes a token and is called without, so that 'token' cannot stop it; {{.*}} [belay-dropped-cancellation]
    fill("rooms");
}
void warm_ok(folly::CancellationToken token) { fill("rooms", token); }
