// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a scope promises about the threads it owns: none is lost, none outlives join.
//
#include "belay/scope.h"
#include "until_stopped.h"
#include <atomic>
#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using belay::scope;

TEST(scope, join_waits_for_every_thread) {
  scope threads;
  std::latch begin(1);
  int ran[8] = {};
  for (int &each : ran)
    EXPECT_TRUE(threads.spawn([&] {
      begin.wait();
      each = 1;
    }));
  EXPECT_EQ(threads.live(), 8u);
  begin.count_down();
  threads.join();
  EXPECT_EQ(threads.live(), 0u);
  for (int each : ran)
    EXPECT_EQ(each, 1);
}

TEST(scope, nothing_is_spawned_after_close) {
  scope threads;
  EXPECT_TRUE(threads.spawn([] {}));
  threads.close();
  EXPECT_FALSE(threads.spawn([] { ADD_FAILURE(); }));
  threads.join();
  EXPECT_FALSE(threads.spawn([] { ADD_FAILURE(); }));
  threads.join();
}

TEST(scope, request_stop_reaches_the_threads) {
  scope threads;
  threads.spawn(until_stopped);
  threads.spawn([](const std::stop_token &stop) { until_stopped(stop); });
  EXPECT_TRUE(threads.request_stop());
  EXPECT_FALSE(threads.request_stop());
  threads.join();
  EXPECT_TRUE(threads.token().stop_requested());
}

TEST(scope, join_rethrows_an_exception_once) {
  scope threads;
  threads.spawn([] { throw std::runtime_error("only"); });
  threads.spawn(until_stopped); // goes on: an exception stops nobody else
  std::stop_source hurry;
  hurry.request_stop();
  EXPECT_FALSE(threads.join(hurry.get_token()));
  threads.request_stop();
  try {
    threads.join();
    FAIL();
  } catch (const std::runtime_error &error) {
    EXPECT_STREQ(error.what(), "only");
  }
  EXPECT_NO_THROW(threads.join());
}

TEST(scope, join_gives_up_on_stop_and_can_be_repeated) {
  scope threads;
  threads.spawn(until_stopped);
  std::stop_source give_up;
  std::jthread other([&] { give_up.request_stop(); });
  EXPECT_FALSE(threads.join(give_up.get_token()));
  EXPECT_FALSE(threads.spawn([] {}));
  EXPECT_EQ(threads.live(), 1u);
  threads.request_stop();
  EXPECT_TRUE(threads.join(std::stop_token()));
}

TEST(scope, join_in_a_thread_of_its_own_throws) {
  scope threads;
  std::promise<std::error_code> code;
  threads.spawn([&] {
    try {
      threads.join();
    } catch (const std::system_error &error) {
      code.set_value(error.code());
    }
  });
  EXPECT_EQ(code.get_future().get(), std::errc::resource_deadlock_would_occur);
  EXPECT_TRUE(threads.spawn([] {})); // it was not closed
  threads.join();
}

TEST(scope, a_thread_may_spawn_until_the_scope_is_closed) {
  scope threads;
  std::atomic<int> ran = 0;
  std::latch spawned(1);
  threads.spawn([&] {
    threads.spawn([&] { ++ran; });
    spawned.count_down();
  });
  spawned.wait();
  threads.join();
  EXPECT_EQ(ran, 1);
}

TEST(scope, a_function_is_destroyed_before_join_returns) {
  scope threads;
  auto owned = std::make_unique<int>(1);
  auto shared = std::make_shared<int>(1);
  threads.spawn([owned = std::move(owned), shared] {});
  threads.join();
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(scope, several_threads_may_join) {
  scope threads;
  std::atomic<int> ran = 0;
  for (int i = 0; i != 4; ++i)
    threads.spawn([&](std::stop_token stop) {
      until_stopped(stop);
      ++ran;
    });
  {
    std::vector<std::jthread> joiners;
    for (int i = 0; i != 3; ++i)
      joiners.emplace_back([&] {
        threads.join();
        EXPECT_EQ(ran, 4);
      });
    threads.request_stop();
  }
}

TEST(scope, spawn_races_with_close) {
  for (int round = 0; round != 50; ++round) {
    scope threads;
    std::atomic<int> ran = 0;
    std::atomic<int> accepted = 0;
    std::latch begin(3);
    std::jthread one([&] {
      begin.arrive_and_wait();
      while (threads.spawn([&] { ++ran; }))
        ++accepted;
    });
    std::jthread other([&] {
      begin.arrive_and_wait();
      threads.close();
    });
    begin.arrive_and_wait();
    threads.join();
    one.join();
    EXPECT_EQ(ran, accepted);
  }
}

#ifdef __linux__
TEST(scope, threads_are_named) {
  std::string name;
  {
    scope threads("a name of 20 bytes..");
    threads.spawn([&] {
      char found[16] = {};
      pthread_getname_np(pthread_self(), found, sizeof found);
      name = found;
    });
    threads.join();
  }
  EXPECT_EQ(name, "a name of 20 by");
}

/// Address space in pages: a thread that nobody has joined keeps its stack.
long pages() {
  long count = 0;
  std::ifstream("/proc/self/statm") >> count;
  return count;
}

TEST(scope, finished_threads_do_not_pile_up) {
  scope threads;
  const auto spawn_one = [&] {
    std::promise<void> done;
    const std::future<void> is_done = done.get_future();
    threads.spawn([done = std::move(done)]() mutable { done.set_value(); });
    is_done.wait();
  };
  for (int i = 0; i != 20; ++i) // what the allocators and the stack cache take
    spawn_one();
  const long before = pages();
  for (int i = 0; i != 200; ++i)
    spawn_one();
  const long stack = 8l << 20 >> 12;
  EXPECT_LT(pages() - before, 100 * stack);
  threads.join();
}
#endif

TEST(scope_death, destroyed_unjoined_terminates) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        scope threads;
        threads.spawn(until_stopped);
      },
      "");
  EXPECT_DEATH(
      {
        scope threads;
        threads.spawn([] {});
      },
      "");
  scope unused;
}

TEST(scope_death, it_does_so_with_every_thread_joined_by_a_spawn) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        scope threads;
        threads.spawn([] {});
        while (threads.live() != 0)
          std::this_thread::yield();
        threads.close();
        threads.spawn([] {}); // joins the first, and starts none
      },
      "");
}

} // namespace
