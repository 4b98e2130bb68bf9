// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Tokens that are at hand and not passed on, and loops that never look at theirs.
//
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

std::string fetch(const std::string &url);
std::string fetch(const std::string &url, std::stop_token stop);
void store(const std::string &page, std::stop_token stop = {});
void index(std::stop_token stop, const std::string &page);
void step();
bool more();

std::string overload_bad(const std::string &url, std::stop_token stop) {
  if (stop.stop_requested())
    return {};
  return fetch(url);
  // CHECK: [[#@LINE-1]]:10: warning: 'fetch' takes a token and is called without, so that 'stop' cannot stop it; pass 'stop' [belay-dropped-cancellation]
  // CHECK: [[#@LINE-5]]:66: note: 'stop' comes from here
}

void leftOut_bad(const std::string &page, std::stop_token stop) {
  index(stop, page);
  store(page);
  // CHECK: [[#@LINE-1]]:3: warning: 'store' takes a token and is called without, so that 'stop' cannot stop it
}

void fresh_bad(const std::string &page, std::stop_token stop) {
  if (!stop.stop_requested())
    index(std::stop_token{}, page);
  // CHECK: [[#@LINE-1]]:5: warning: 'index' is given a new token, so that 'stop' cannot stop it; pass 'stop'
}

void ownSource_bad(const std::string &page, std::stop_token stop) {
  std::stop_source source;
  index(source.get_token(), page);
  // CHECK: [[#@LINE-1]]:3: warning: 'index' is given a new token, so that 'stop' cannot stop it
  store(page, stop);
}

void linkedSource_ok(const std::string &page, std::stop_token stop) {
  std::stop_source source;
  std::stop_callback link(stop, [&source] { source.request_stop(); });
  index(source.get_token(), page);
}

void passed_ok(const std::string &url, std::stop_token stop) {
  std::string page = fetch(url, stop);
  store(page, stop);
  index(stop, page);
}

// After the stop, the clean-up must not be stopped.
void cleanUp_ok(const std::string &page, std::stop_token stop) {
  while (!stop.stop_requested())
    step();
  store(page);
}

void ignored_bad(std::stop_token stop) {
  for (;;)
    step();
  // CHECK: [[#@LINE-2]]:3: warning: this loop never looks at 'stop', so that nobody can stop it; ask it in the loop's condition
}

void voided_bad(std::stop_token stop) {
  (void)stop;
  while (more())
    step();
  // CHECK: [[#@LINE-2]]:3: warning: this loop never looks at 'stop'
}

void asked_ok(std::stop_token stop) {
  while (!stop.stop_requested() && more())
    step();
}

class Worker {
public:
  Worker() : thread_([this](std::stop_token) { FN_run(); }) {}
  void start_bad() {
    thread_ = std::jthread([](std::stop_token) {
      for (;;)
        step();
      // CHECK: [[#@LINE-2]]:7: warning: this loop never looks at its stop token, so that nobody can stop it
    });
  }
  void start_ok() {
    thread_ = std::jthread([this](std::stop_token stop) { run_ok(stop); });
  }

private:
  // What the callee answers may end the loop, so that it is not judged for its caller's token.
  void FN_run() {
    while (more())
      step();
  }
  void run_ok(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !jobs_.empty(); }))
      jobs_.pop_back();
  }
  // Whoever asks to stop may notify as well.
  void predicate_ok(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop.stop_requested() || !jobs_.empty(); });
  }
  // That a callback of the token wakes what waits is taken for granted.
  void FN_wokenByNobody(std::stop_token stop) {
    std::stop_callback stopped(stop, [] { step(); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !jobs_.empty(); });
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<int> jobs_;
  std::jthread thread_;
};

template <class Page> void template_bad(const Page &page, std::stop_token stop) {
  if (!stop.stop_requested())
    store(page);
  // CHECK: [[#@LINE-1]]:5: warning: 'store' takes a token and is called without
}
template void template_bad(const std::string &, std::stop_token);

void lambda_bad(std::stop_token stop, std::function<void(std::function<void()>)> run) {
  run([stop] {
    if (!stop.stop_requested())
      store("page");
    // CHECK: [[#@LINE-1]]:7: warning: 'store' takes a token and is called without, so that 'stop' cannot stop it
  });
}

// One overload is made of the other.
std::string fetch(const std::string &url, std::stop_token stop) {
  return stop.stop_requested() ? std::string() : fetch(url);
}
