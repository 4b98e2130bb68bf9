// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits that a test expects to end otherwise than by their timeout have an endless one.
//
#include "belay/latch.h"
#include <atomic>
#include <cstdint>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::latch;

TEST(latch, is_open_once_the_count_is_zero) {
  latch done(3);
  EXPECT_FALSE(done.try_wait());
  done.count_down();
  EXPECT_FALSE(done.wait_for(0s));
  done.count_down(0);
  EXPECT_FALSE(done.try_wait());
  done.count_down(2);
  EXPECT_TRUE(done.try_wait());
  done.wait();
  EXPECT_TRUE(done.wait(std::stop_token()));
  EXPECT_TRUE(done.wait_for(0s));
  EXPECT_TRUE(latch(0).try_wait());
}

TEST(latch, counting_below_zero_is_an_error_and_changes_nothing) {
  EXPECT_THROW(latch(-1), std::logic_error);
  latch done(2);
  EXPECT_THROW(done.count_down(3), std::logic_error);
  EXPECT_THROW(done.count_down(-1), std::logic_error);
  EXPECT_THROW(done.count_down(PTRDIFF_MIN), std::logic_error);
  EXPECT_THROW(done.arrive_and_wait(3), std::logic_error);
  EXPECT_THROW((void)done.arrive_and_wait(std::stop_token(), 3), std::logic_error);
  EXPECT_FALSE(done.try_wait());
  done.count_down(2);
  EXPECT_TRUE(done.try_wait());
  EXPECT_THROW(done.count_down(), std::logic_error);
  EXPECT_THROW(done.arrive_and_wait(), std::logic_error);
  EXPECT_TRUE(done.try_wait());
}

TEST(latch, a_timeout_ends_a_wait) {
  const latch done(1);
  EXPECT_FALSE(done.wait_for(1ms));
  EXPECT_FALSE(done.wait_for({}, 1ms));
  EXPECT_FALSE(done.wait_for(std::chrono::hours::min()));
}

TEST(latch, an_arrival_counts_even_if_a_stop_is_requested) {
  latch done(2);
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(done.wait(source.get_token()));
  EXPECT_FALSE(done.wait_for(source.get_token(), std::chrono::hours::max()));
  EXPECT_FALSE(done.arrive_and_wait(source.get_token()));
  EXPECT_TRUE(done.arrive_and_wait(source.get_token()));
  EXPECT_TRUE(done.wait(source.get_token()));
}

TEST(latch, a_stop_wakes_its_waiters) {
  latch done(3);
  std::stop_source source;
  std::latch started(3);
  std::atomic<int> stopped = 0;
  std::vector<std::jthread> waiters;
  waiters.emplace_back([&] {
    started.count_down();
    stopped += !done.wait(source.get_token());
  });
  waiters.emplace_back([&] {
    started.count_down();
    stopped += !done.wait_for(source.get_token(), std::chrono::nanoseconds::max());
  });
  waiters.emplace_back([&] {
    started.count_down();
    stopped += !done.arrive_and_wait(source.get_token());
  });
  started.wait();
  source.request_stop();
  waiters.clear();
  EXPECT_EQ(stopped, 3);
  done.count_down(2);
  EXPECT_TRUE(done.try_wait());
}

TEST(latch, shows_all_what_precedes_each_count) {
  constexpr int threads = 4;
  latch done(threads);
  int written[threads] = {};
  std::atomic<int> sum = 0;
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i)
    workers.emplace_back([&, i] {
      written[i] = 1;
      if (i % 2 == 0)
        done.arrive_and_wait();
      else
        EXPECT_TRUE(done.arrive_and_wait(std::stop_token()));
      for (int each : written)
        sum += each;
    });
  done.wait();
  for (int each : written)
    sum += each;
  workers.clear();
  EXPECT_EQ(sum, (threads + 1) * threads);
}

// Named regression: destruction while count_down() is under way. ASan and TSan see it if it still
// uses the latch after a wait has returned.
TEST(latch, may_be_destroyed_as_soon_as_a_wait_has_returned) {
  std::atomic<latch *> shared[2] = {};
  const auto count = [&](std::stop_token stop, int number) {
    while (!stop.stop_requested())
      if (latch *taken = shared[number].exchange(nullptr))
        taken->count_down();
      else
        std::this_thread::yield();
  };
  std::jthread first(count, 0);
  std::jthread second(count, 1);
  for (int i = 0; i < 1'000; ++i) {
    auto done = std::make_unique<latch>(3);
    shared[0] = done.get();
    shared[1] = done.get();
    if (i % 3 == 0) {
      done->arrive_and_wait();
    } else if (i % 3 == 1) {
      done->count_down();
      EXPECT_TRUE(done->wait(first.get_stop_token()));
    } else {
      done->count_down();
      while (!done->try_wait())
        std::this_thread::yield();
    }
  }
}

} // namespace
