// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// Work that a function with a token starts on threads and pools and that loops on: with the token
// of its starter, with another one, or with none.
//
#include <BS_thread_pool.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

using namespace std::chrono_literals;
using Pool = BS::thread_pool<>;

std::optional<std::string> nextJob(int queue);
void run(const std::string &job);
void runAll(int queue, std::stop_token stop);
bool heartbeat();

// The request is gone, its workers take jobs for ever.
void fanOut_bad(Pool &pool, std::stop_token stop) {
  for (int queue = 0; queue < 4 && !stop.stop_requested(); ++queue)
    pool.detach_task([queue] {
      // CHECK: [[#@LINE-1]]:10: warning: the work that starts here loops on after 'stop' has asked it to stop
      for (;;)
        if (auto job = nextJob(queue))
          run(*job);
    });
}

// The own token of a jthread would do, but nothing takes it.
void helper_bad(std::stop_token stop) {
  std::jthread beats([] {
    // CHECK: [[#@LINE-1]]:16: warning: the work that starts here loops on after 'stop' has asked it to stop; capture the token and ask it in the loop [belay-dropped-cancellation]
    while (heartbeat())
      std::this_thread::sleep_for(1s);
  });
  runAll(0, stop);
}

int drain_bad(std::stop_token stop) {
  std::future<int> drained = std::async(std::launch::async, [] {
    // CHECK: [[#@LINE-1]]:30: warning: the work that starts here loops on after 'stop' has asked it to stop
    int jobs = 0;
    while (auto job = nextJob(0)) {
      run(*job);
      ++jobs;
    }
    return jobs;
  });
  runAll(1, stop);
  return drained.get();
}

// The outer lambda has the token, the inner one that runs elsewhere has not.
void nested_bad(Pool &pool, std::stop_token stop) {
  pool.detach_task([&pool, stop] {
    runAll(0, stop);
    pool.detach_task([] {
      // CHECK: [[#@LINE-1]]:10: warning: the work that starts here loops on after 'stop' has asked it to stop
      while (auto job = nextJob(1))
        run(*job);
    });
  });
}

void copied_ok(Pool &pool, std::stop_token stop) {
  for (int queue = 0; queue < 4; ++queue)
    pool.detach_task([queue, stop] {
      while (!stop.stop_requested())
        if (auto job = nextJob(queue))
          run(*job);
    });
}
void renamed_ok(Pool &pool, std::stop_token stop) {
  auto ended = pool.submit_task([token = std::move(stop)] {
    while (auto job = nextJob(0)) {
      if (token.stop_requested())
        break;
      run(*job);
    }
  });
  ended.wait();
}
void byReference_ok(const std::stop_token &stop) {
  std::thread worker([&] {
    while (!stop.stop_requested() && heartbeat())
      run("beat");
  });
  worker.join();
}
void argument_ok(std::stop_token stop) {
  std::jthread worker(
      [](int queue, const std::stop_token &token) {
        while (!token.stop_requested())
          run(nextJob(queue).value_or("idle"));
      },
      2, stop);
  std::thread other(runAll, 3, stop);
  other.join();
}
void bound_ok(Pool &pool, std::stop_token stop) {
  pool.detach_task(std::bind(runAll, 0, stop));
  pool.detach_task(std::bind_front(runAll, 1, stop));
}

// The token stops the thread, and the thread has one of its own.
void ownToken_ok(std::stop_token stop) {
  std::jthread worker([](std::stop_token own) { runAll(0, own); });
  std::stop_callback link(stop, [&worker] { worker.request_stop(); });
  heartbeat();
}

// All of the state of a request goes along, and the token is in it.
struct Request {
  std::string user;
  std::stop_token stop;
};
void inState_ok(Pool &pool, std::stop_token stop) {
  auto request = std::make_shared<Request>(Request{"ann", std::move(stop)});
  pool.detach_task([request] {
    while (!request->stop.stop_requested())
      run(request->user);
  });
}

// Work that ends soon needs no token.
void bounded_ok(Pool &pool, std::stop_token stop) {
  pool.detach_task([] {
    for (int queue = 0; queue < 4; ++queue)
      if (auto job = nextJob(queue))
        run(*job);
  });
  runAll(0, stop);
}
