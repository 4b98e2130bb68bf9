// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where time matters it is one that jumps to the end of a wait; where a stop matters the sleep
// would last for ever, so that a test that ends has passed.
//
#include "belay/sleep.h"
#include "jumping.h"
#include <gtest/gtest.h>
#include <latch>
#include <limits>
#include <thread>

namespace {

using namespace std::chrono_literals;
using belay::sleep_for;
using belay::sleep_until;

struct sleep_by_table : testing::Test {
  sleep_by_table() {
    jumping::clock::time = jumping::clock::time_point(start);
    jumping::slept.clear();
  }
  template <class Duration> std::chrono::nanoseconds slept(Duration duration) {
    jumping::clock::time = jumping::clock::time_point(start);
    const bool over = sleep_for<jumping>({}, duration);
    EXPECT_NE(over, jumping::waited_for_ever());
    return jumping::clock::now().time_since_epoch() - start;
  }
  static constexpr std::chrono::nanoseconds start = 24h;
};

TEST_F(sleep_by_table, lasts_as_long_as_it_says_rounded_up) {
  EXPECT_EQ(slept(1ns), 1ns);
  EXPECT_EQ(slept(3h), 3h);
  EXPECT_EQ(slept(std::chrono::duration<double>(0.25)), 250ms);
  EXPECT_EQ(slept(std::chrono::duration<std::int64_t, std::pico>(1'001)), 2ns);
  EXPECT_EQ(jumping::waits(), 4u);
}

TEST_F(sleep_by_table, what_is_past_does_not_wait) {
  EXPECT_EQ(slept(0s), 0s);
  EXPECT_EQ(slept(-1ns), 0s);
  EXPECT_EQ(slept(std::chrono::nanoseconds::min()), 0s);
  EXPECT_EQ(slept(std::chrono::hours::min()), 0s);
  EXPECT_EQ(slept(std::chrono::duration<double>(-1e300)), 0s);
  EXPECT_TRUE(sleep_until<jumping>({}, jumping::clock::time));
  EXPECT_TRUE(sleep_until<jumping>({}, jumping::clock::time_point::min()));
  using hours = std::chrono::time_point<jumping::clock, std::chrono::hours>;
  EXPECT_TRUE(sleep_until<jumping>({}, hours::min()));
  EXPECT_EQ(jumping::waits(), 0u);
}

TEST_F(sleep_by_table, what_no_clock_reaches_waits_for_the_stop_only) {
  using hours = std::chrono::time_point<jumping::clock, std::chrono::hours>;
  const auto for_ever = [](auto sleep) {
    jumping::slept.clear();
    return !sleep() && jumping::waited_for_ever() && jumping::waits() == 0;
  };
  EXPECT_TRUE(for_ever([] { return sleep_for<jumping>({}, std::chrono::nanoseconds::max()); }));
  EXPECT_TRUE(for_ever([] { return sleep_for<jumping>({}, std::chrono::hours::max()); }));
  EXPECT_TRUE(
      for_ever([] { return sleep_for<jumping>({}, std::chrono::duration<double>(1e300)); }));
  EXPECT_TRUE(for_ever([] { return sleep_until<jumping>({}, hours::max()); }));
  EXPECT_EQ(jumping::waits(), 0u);
}

TEST(sleep, a_stop_before_gives_false_whatever_the_time_is) {
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(sleep_for(source.get_token(), 1h));
  EXPECT_FALSE(sleep_for(source.get_token(), 0s));
  EXPECT_FALSE(sleep_for(source.get_token(), -1s));
  EXPECT_FALSE(sleep_for(source.get_token(), std::chrono::hours::max()));
  EXPECT_FALSE(sleep_until(source.get_token(), std::chrono::steady_clock::time_point::min()));
  EXPECT_FALSE(sleep_until(source.get_token(), std::chrono::system_clock::now()));
}

template <class Sleep> bool ends_by_a_stop(Sleep sleep) {
  std::stop_source source;
  std::latch started(1);
  bool over = true;
  std::jthread sleeper([&] {
    started.count_down();
    over = sleep(source.get_token());
  });
  started.wait();
  source.request_stop();
  sleeper.join();
  return !over;
}

TEST(sleep, a_stop_wakes_at_once) {
  using namespace std::chrono;
  EXPECT_TRUE(ends_by_a_stop([](std::stop_token stop) { return sleep_for(stop, 1h); }));
  EXPECT_TRUE(ends_by_a_stop([](auto stop) { return sleep_for(stop, nanoseconds::max()); }));
  EXPECT_TRUE(ends_by_a_stop([](auto stop) { return sleep_for(stop, hours::max()); }));
  EXPECT_TRUE(
      ends_by_a_stop([](auto stop) { return sleep_for(stop, nanoseconds::max() - days(1'000)); }));
  EXPECT_TRUE(
      ends_by_a_stop([](auto stop) { return sleep_until(stop, system_clock::now() + 1h); }));
}

TEST(sleep, is_never_short) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(sleep_for({}, 2ms));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 2ms);
}

TEST(sleep, a_loop_over_it_ends_with_the_stop) {
  std::stop_source source;
  int rounds = 0;
  while (sleep_for(source.get_token(), 0s))
    if (++rounds == 3)
      source.request_stop();
  EXPECT_EQ(rounds, 3);
}

} // namespace
