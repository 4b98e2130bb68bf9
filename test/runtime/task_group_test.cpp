// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a group promises: wait waits for all, no error is lost, and an error ends with its round.
//
#include "belay/task_group.h"
#include "until_stopped.h"
#include <atomic>
#include <deque>
#include <future>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <string>
#include <thread>

namespace {

using belay::task_group;

/// What wait throws; empty if nothing.
std::string error_of(task_group &group) {
  try {
    group.wait();
  } catch (const std::exception &error) {
    return error.what();
  }
  return "";
}

/// An executor that keeps what it gets until it is told what to do with it.
struct queue {
  bool submit(std::function<void()> task) {
    if (!open)
      return false;
    tasks.push_back(std::move(task));
    return true;
  }
  void run_all() {
    for (; !tasks.empty(); tasks.pop_front())
      tasks.front()();
  }
  bool open = true;
  std::deque<std::function<void()>> tasks;
};

struct inline_executor {
  bool submit(const std::function<void()> &task) {
    task();
    return true;
  }
};

TEST(task_group, wait_waits_for_all) {
  task_group group;
  std::latch begin(1);
  int ran[8] = {};
  for (int &each : ran)
    group.go([&] {
      begin.wait();
      each = 1;
    });
  begin.count_down();
  group.wait();
  for (int each : ran)
    EXPECT_EQ(each, 1);
}

TEST(task_group, the_first_exception_stops_the_rest_and_is_rethrown) {
  task_group group;
  for (int i = 0; i != 3; ++i)
    group.go([](std::stop_token stop) {
      until_stopped(stop);
      throw std::runtime_error("later");
    });
  group.go([] { throw std::runtime_error("first"); });
  EXPECT_EQ(error_of(group), "first");
}

TEST(task_group, an_error_does_not_outlive_its_wait) {
  task_group group;
  const std::stop_token before = group.token();
  group.go([] { throw std::runtime_error("once"); });
  EXPECT_EQ(error_of(group), "once");
  EXPECT_TRUE(before.stop_requested());
  EXPECT_FALSE(group.token().stop_requested());
  bool stopped = true;
  group.go([&](std::stop_token stop) { stopped = stop.stop_requested(); });
  EXPECT_EQ(error_of(group), "");
  EXPECT_FALSE(stopped);
}

TEST(task_group, request_stop_is_no_error) {
  task_group group;
  group.go(until_stopped);
  group.request_stop();
  EXPECT_EQ(error_of(group), "");
  EXPECT_FALSE(group.token().stop_requested());
}

TEST(task_group, wait_gives_up_on_stop) {
  task_group group;
  group.go(until_stopped);
  std::stop_source give_up;
  std::jthread other([&] { give_up.request_stop(); });
  EXPECT_FALSE(group.wait(give_up.get_token()));
  group.request_stop();
  EXPECT_TRUE(group.wait(std::stop_token()));
}

TEST(task_group, never_more_than_the_limit_run) {
  task_group group;
  group.set_limit(2);
  std::atomic<int> running = 0;
  std::atomic<int> ran = 0;
  for (int i = 0; i != 50; ++i)
    group.go([&] {
      EXPECT_LE(++running, 2);
      ++ran;
      --running;
    });
  group.wait();
  EXPECT_EQ(ran, 50);
}

TEST(task_group, try_go_and_a_go_that_gives_up_refuse_at_the_limit) {
  task_group group;
  group.set_limit(1);
  EXPECT_TRUE(group.try_go(until_stopped));
  EXPECT_FALSE(group.try_go([] { ADD_FAILURE(); }));
  std::stop_source give_up;
  std::jthread other([&] { give_up.request_stop(); });
  EXPECT_FALSE(group.go(give_up.get_token(), [] { ADD_FAILURE(); }));
  EXPECT_THROW(group.set_limit(2), std::logic_error);
  group.request_stop();
  group.wait();
  EXPECT_THROW(group.set_limit(0), std::invalid_argument);
  group.set_limit(2);
  EXPECT_TRUE(group.try_go([] {}));
  group.wait();
}

TEST(task_group, a_task_that_waits_for_itself_gets_an_error) {
  task_group group;
  group.set_limit(2);
  group.go([&] { group.wait(); });
  EXPECT_NE(error_of(group), "");
  std::atomic<int> refused = 0;
  std::latch both(2);
  for (int i = 0; i != 2; ++i)
    group.go([&] {
      both.arrive_and_wait(); // from here on both run until one of them gives up
      try {
        group.go([] {});
      } catch (const std::system_error &error) {
        EXPECT_EQ(error.code(), std::errc::resource_deadlock_would_occur);
        ++refused;
      }
    });
  group.wait();
  EXPECT_EQ(refused, 1);
}

TEST(task_group, the_destructor_stops_the_tasks_and_waits) {
  bool ended = false;
  {
    task_group group;
    group.go([&](std::stop_token stop) {
      until_stopped(stop);
      ended = true;
      throw std::runtime_error("dropped");
    });
  }
  EXPECT_TRUE(ended);
}

TEST(task_group, runs_on_an_executor) {
  queue executor;
  task_group group(executor);
  auto owned = std::make_unique<int>(7);
  int seen = 0;
  group.go([&seen, owned = std::move(owned)] { seen = *owned; });
  std::jthread worker([&] { executor.run_all(); });
  group.wait();
  EXPECT_EQ(seen, 7);
}

TEST(task_group, what_the_executor_refuses_or_drops_has_failed) {
  queue executor;
  task_group group(executor);
  group.go([] { ADD_FAILURE(); });
  executor.tasks.clear();
  EXPECT_EQ(error_of(group), "task_group: task not run");
  executor.open = false;
  group.go([] { ADD_FAILURE(); });
  EXPECT_EQ(error_of(group), "task_group: task refused");
}

TEST(task_group, an_executor_may_run_the_task_in_go) {
  inline_executor executor;
  task_group group(executor);
  group.set_limit(1);
  int ran = 0;
  group.go([&] {
    EXPECT_THROW(group.go([] {}), std::system_error); // it would wait for its caller
    ++ran;
  });
  group.go([&] { ++ran; });
  group.wait();
  EXPECT_EQ(ran, 2);
}

TEST(task_group, may_be_destroyed_as_soon_as_wait_returns) {
  for (int round = 0; round != 200; ++round) {
    auto group = std::make_unique<task_group>();
    std::atomic<int> ran = 0;
    group->go([&, inner = group.get()] { inner->go([&] { ++ran; }); });
    group->wait();
    group.reset();
    EXPECT_EQ(ran, 1);
  }
}

} // namespace
