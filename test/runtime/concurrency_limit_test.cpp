// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits that a test expects to end otherwise than by their timeout have an endless one.
//
#include "belay/concurrency_limit.h"
#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::concurrency_limit;
using permit = concurrency_limit::permit;

static_assert(!std::is_copy_constructible_v<permit> && std::is_nothrow_move_assignable_v<permit>);
static_assert(!std::is_move_constructible_v<concurrency_limit>);

TEST(concurrency_limit, gives_no_more_than_its_permits) {
  concurrency_limit limit(2);
  EXPECT_EQ(limit.available(), 2U);
  permit first = limit.try_acquire();
  permit second = limit.acquire({});
  EXPECT_TRUE(first && second);
  EXPECT_EQ(limit.available(), 0U);
  EXPECT_FALSE(limit.try_acquire());
  EXPECT_FALSE(limit.acquire_for(0s, {}));
  EXPECT_FALSE(limit.acquire_for(1ms, {}));
  EXPECT_FALSE(limit.acquire_for(std::chrono::hours::min(), {}));
  EXPECT_EQ(limit.available(), 0U);
}

TEST(concurrency_limit, of_nothing_is_an_error) {
  EXPECT_THROW(concurrency_limit(0), std::invalid_argument);
}

TEST(concurrency_limit, a_permit_comes_back_once_at_its_end_or_before) {
  concurrency_limit limit(2);
  {
    const permit held = limit.try_acquire();
    EXPECT_EQ(limit.available(), 1U);
  }
  EXPECT_EQ(limit.available(), 2U);
  {
    permit held = limit.try_acquire();
    held.release();
    EXPECT_FALSE(held);
    EXPECT_EQ(limit.available(), 2U);
    held.release();
  }
  EXPECT_EQ(limit.available(), 2U);
  permit().release();
  try {
    const permit held = limit.acquire({});
    throw std::runtime_error("work failed");
  } catch (const std::runtime_error &) {
  }
  EXPECT_EQ(limit.available(), 2U);
}

TEST(concurrency_limit, a_move_keeps_the_permit_and_an_assignment_gives_back_the_old_one) {
  concurrency_limit limit(2);
  permit first = limit.try_acquire();
  permit moved = std::move(first);
  EXPECT_TRUE(moved);
  EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move): what it promises
  EXPECT_EQ(limit.available(), 1U);
  permit second = limit.try_acquire();
  second = std::move(moved);
  EXPECT_TRUE(second);
  EXPECT_EQ(limit.available(), 1U);
  permit &same = second;
  second = std::move(same);
  EXPECT_TRUE(second);
  EXPECT_EQ(limit.available(), 1U);
  second = {};
  EXPECT_EQ(limit.available(), 2U);
}

TEST(concurrency_limit, who_was_told_to_stop_gets_none) {
  concurrency_limit limit(1);
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(limit.acquire(source.get_token()));
  EXPECT_FALSE(limit.acquire_for(1h, source.get_token()));
  EXPECT_FALSE(limit.acquire_for(0s, source.get_token()));
  EXPECT_EQ(limit.available(), 1U);
}

TEST(concurrency_limit, a_stop_wakes_its_waiters) {
  concurrency_limit limit(1);
  permit held = limit.try_acquire();
  std::stop_source source;
  std::latch started(2);
  std::atomic<int> empty = 0;
  std::jthread first([&] {
    started.count_down();
    empty += !limit.acquire(source.get_token());
  });
  std::jthread second([&] {
    started.count_down();
    empty += !limit.acquire_for(std::chrono::hours::max(), source.get_token());
  });
  started.wait();
  source.request_stop();
  first.join();
  second.join();
  EXPECT_EQ(empty, 2);
  held.release();
  EXPECT_EQ(limit.available(), 1U);
}

TEST(concurrency_limit, a_release_wakes_who_waits_with_all_that_precedes_it) {
  concurrency_limit limit(1);
  permit held = limit.try_acquire();
  int written = 0;
  std::jthread waiter([&] {
    const permit next = limit.acquire_for(std::chrono::nanoseconds::max(), {});
    EXPECT_TRUE(next);
    EXPECT_EQ(written, 1);
  });
  written = 1;
  held.release();
}

// Each waiter is woken by one release and may give up at that moment: its wake-up must not be lost.
TEST(concurrency_limit, no_permit_is_lost_between_stops_timeouts_and_releases) {
  concurrency_limit limit(2);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> served = 0;
  std::vector<std::jthread> threads;
  for (int number = 0; number < 4; ++number)
    threads.emplace_back([&, number] {
      for (int i = 0; i < 200; ++i) {
        std::stop_source source;
        std::jthread stopper;
        if (number == 0)
          stopper = std::jthread([&] { source.request_stop(); });
        permit mine = number == 1 ? limit.acquire_for(std::chrono::microseconds(i), {})
                                  : limit.acquire(source.get_token());
        if (!mine)
          continue;
        const int now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --inside;
        served += number >= 2;
      }
    });
  threads.clear();
  EXPECT_EQ(served, 400); // who has no timeout and no stop is served in the end
  EXPECT_LE(most, 2);
  EXPECT_EQ(limit.available(), 2U);
}

} // namespace
