// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Time is a parameter, so that each test is a table of calls at times and what they give.
//
#include "belay/rate_limiter.h"
#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <latch>
#include <random>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::every;
using belay::inf;
using belay::rate_limiter;
using time_point = rate_limiter::time_point;

constexpr time_point start{24h};

struct call {
  std::chrono::nanoseconds at;
  std::int64_t n;
  bool granted;
};

void run(rate_limiter &limiter, std::initializer_list<call> calls) {
  int number = 0;
  for (const call &each : calls)
    EXPECT_EQ(limiter.allow_n_at(start + each.at, each.n), each.granted) << "call " << number++;
}

TEST(limit, is_whole_nanoseconds_rounded_up) {
  EXPECT_EQ(belay::limit(10).interval(), 100'000'000);
  EXPECT_EQ(belay::limit(3).interval(), 333'333'334);
  EXPECT_EQ(belay::limit(1e12).interval(), 1);
  EXPECT_EQ(every(2s).interval(), 2'000'000'000);
  EXPECT_EQ(belay::limit(0), belay::limit(-1));
  EXPECT_EQ(belay::limit(0).interval(), belay::limit::never);
  EXPECT_EQ(inf.interval(), 0);
}

TEST(rate_limiter, starts_full_and_fills_with_time) {
  rate_limiter limiter(10, 2); // a token each 100 ms
  run(limiter, {{0ms, 1, true},
                {0ms, 1, true},
                {0ms, 1, false},
                {99ms, 1, false},
                {100ms, 1, true},
                {100ms, 1, false},
                {1s, 2, true},
                {1s, 1, false}});
}

TEST(rate_limiter, a_refusal_takes_nothing) {
  rate_limiter limiter(10, 3);
  run(limiter, {{0ms, 2, true}, {0ms, 2, false}, {0ms, 1, true}, {0ms, 1, false}});
}

TEST(rate_limiter, more_than_the_burst_and_less_than_one_fail_at_once) {
  rate_limiter limiter(10, 3);
  run(limiter, {{1h, 4, false}, {1h, 0, false}, {1h, -1, false}, {1h, 3, true}});
  EXPECT_FALSE(limiter.reserve_n_at(start, 4).ok());
  EXPECT_FALSE(limiter.wait_n({}, time_point::max(), 4));
}

TEST(rate_limiter, without_a_limit_all_is_granted) {
  rate_limiter limiter(inf, 0);
  run(limiter, {{0ms, 1'000'000, true}, {0ms, 1, true}, {-1h, 1, true}});
  EXPECT_EQ(limiter.reserve_n_at(start, 7).delay_from(start), 0ns);
}

TEST(rate_limiter, a_limit_of_never_gives_the_burst_only) {
  rate_limiter limiter(0, 2);
  run(limiter, {{0ms, 1, true}, {0ms, 1, true}, {0ms, 1, false}, {24h * 365, 1, false}});
  EXPECT_FALSE(limiter.reserve_n_at(start, 1).ok());
  EXPECT_FALSE(limiter.wait());
  limiter.set_burst_at(start, 1); // which it is not to forget
  EXPECT_FALSE(limiter.reserve_n_at(start, 1).ok());
}

TEST(rate_limiter, small_rates_lose_no_token) {
  rate_limiter limiter(every(24h * 30), 1);
  run(limiter, {{0ms, 1, true}, {24h * 30 - 1ns, 1, false}, {24h * 30, 1, true}});
}

// golang.org/x/time/rate admits all 100,000.
TEST(rate_limiter, time_that_runs_backwards_adds_no_tokens) {
  rate_limiter limiter(10'000, 10);
  int granted = 0;
  for (int i = 0; i < 100'000; ++i)
    granted += limiter.allow_at(i % 2 ? start : start - 1ms);
  EXPECT_GE(granted, 10);
  EXPECT_LE(granted, 20);
}

TEST(rate_limiter, admits_no_more_than_burst_and_rate_in_any_window) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    const std::int64_t burst = 1 + random() % 20;
    const auto interval = std::chrono::microseconds(1 + random() % 500);
    rate_limiter limiter(every(interval), burst);
    std::vector<time_point> granted;
    time_point now = start;
    for (int i = 0; i < 2'000; ++i) {
      now += std::chrono::microseconds(random() % 300) - 100us; // at times backwards
      if (limiter.allow_at(now))
        granted.push_back(now);
    }
    std::sort(granted.begin(), granted.end());
    for (size_t first = 0; first < granted.size(); first += 7)
      for (size_t last = first; last < granted.size(); last += 5) {
        const auto window = granted[last] - granted[first];
        ASSERT_LE(std::int64_t(last - first + 1), burst + window / interval + 1);
      }
  }
}

TEST(rate_limiter, a_reservation_says_how_long_to_wait) {
  rate_limiter limiter(10, 2);
  EXPECT_EQ(limiter.reserve_n_at(start, 2).delay_from(start), 0ms);
  EXPECT_EQ(limiter.reserve_n_at(start, 1).delay_from(start), 100ms);
  EXPECT_EQ(limiter.reserve_n_at(start, 2).delay_from(start), 300ms);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), -3);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start + 450ms), 1.5);
}

TEST(rate_limiter, cancel_gives_back_once_and_not_what_was_reserved_after) {
  rate_limiter limiter(10, 2);
  auto first = limiter.reserve_n_at(start, 2);
  auto second = limiter.reserve_n_at(start, 2);
  auto third = limiter.reserve_n_at(start, 1);
  second.cancel_at(start); // two, one of which the third has been promised
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), -2);
  second.cancel_at(start);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), -2);
  third.cancel_at(start + 1s); // its time is past
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), -2);
  (void)first;
}

TEST(rate_limiter, cancels_out_of_order_leave_room_for_what_is_still_reserved) {
  rate_limiter limiter(10, 3);
  EXPECT_TRUE(limiter.allow_n_at(start, 3));
  auto first = limiter.reserve_n_at(start, 3);
  auto second = limiter.reserve_n_at(start, 3);
  auto third = limiter.reserve_n_at(start, 1); // stays, for 700 ms
  second.cancel_at(start);
  first.cancel_at(start); // the third would be one too many at once if this gave back more
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), -5);
  auto fourth = limiter.reserve_n_at(start, 2);
  EXPECT_EQ(fourth.delay_from(start), third.delay_from(start));
  fourth.cancel_at(start); // nothing was reserved after it
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), -5);
}

TEST(rate_limiter, cancels_from_the_last_to_the_first_give_all_back) {
  rate_limiter limiter(10, 3);
  EXPECT_TRUE(limiter.allow_n_at(start, 3));
  std::vector<rate_limiter::reservation> taken;
  for (const std::int64_t n : {3, 2, 1, 3})
    taken.push_back(limiter.reserve_n_at(start, n));
  for (; !taken.empty(); taken.pop_back())
    taken.back().cancel_at(start);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), 0);
}

TEST(rate_limiter, what_would_come_after_the_deadline_takes_nothing) {
  rate_limiter limiter(10, 1);
  EXPECT_TRUE(limiter.allow_at(start));
  EXPECT_FALSE(limiter.reserve_n_by(start, start + 99ms, 1).ok());
  EXPECT_FALSE(limiter.reserve_n_by(start, start - 1ms, 1).ok());
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), 0);
  EXPECT_TRUE(limiter.reserve_n_by(start, start + 100ms, 1).ok());
}

TEST(rate_limiter, a_new_limit_or_burst_adds_no_tokens) {
  rate_limiter limiter(10, 4);
  EXPECT_TRUE(limiter.allow_n_at(start, 3));
  limiter.set_limit_at(start, 1'000);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), 1);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start + 1ms), 2);
  limiter.set_burst_at(start, 10);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), 1);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start + 1s), 10);
  limiter.set_burst_at(start, 1);
  EXPECT_DOUBLE_EQ(limiter.tokens_at(start), 1);
  limiter.set_limit_at(start, 1);
  run(limiter, {{0ms, 1, true}, {0ms, 1, false}});
  for (int i = 0; i < 1'000; ++i) // nor by rounding
    limiter.set_limit_at(start, i % 2 ? 3 : 7);
  EXPECT_LE(limiter.tokens_at(start), 0);
  EXPECT_THROW(limiter.set_burst(-1), std::invalid_argument);
  EXPECT_THROW(rate_limiter(1, -1), std::invalid_argument);
}

TEST(rate_limiter, far_more_than_anybody_waits_for_is_refused_and_does_not_wrap) {
  rate_limiter limiter(every(24h * 365 * 10), 7);
  int reserved = 0;
  for (int i = 0; i < 100; ++i)
    reserved += limiter.reserve_n_at(start, 7).ok();
  EXPECT_LT(reserved, 5);
  EXPECT_FALSE(limiter.allow_at(start));
}

TEST(rate_limiter, a_stopped_wait_gives_its_tokens_back) {
  rate_limiter limiter(every(1h), 1);
  ASSERT_TRUE(limiter.allow());
  std::stop_source source;
  std::latch waiting(1);
  bool granted = true;
  std::jthread waiter([&] {
    waiting.count_down();
    granted = limiter.wait(source.get_token());
  });
  waiting.wait();
  source.request_stop();
  waiter.join();
  EXPECT_FALSE(granted);
  EXPECT_GT(limiter.tokens(), -0.5);
  EXPECT_FALSE(limiter.wait(source.get_token()));
}

TEST(rate_limiter, a_wait_ends_with_its_tokens) {
  rate_limiter limiter(every(1ms), 1);
  const auto before = rate_limiter::clock::now();
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(limiter.wait());
  EXPECT_GE(rate_limiter::clock::now() - before, 3ms);
}

TEST(rate_limiter, threads_share_one_bucket) {
  rate_limiter limiter(every(1h), 1'000);
  std::atomic<int> granted = 0;
  {
    std::deque<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 1'000; ++n)
          granted += limiter.allow();
      });
  }
  EXPECT_EQ(granted, 1'000);
}

} // namespace
