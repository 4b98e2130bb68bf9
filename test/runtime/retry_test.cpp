// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Time jumps to the end of each sleep, and the random source is a list, so that a test is a table
// of delays.
//
#include "belay/retry.h"
#include "jumping.h"
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::again;
using belay::attempt;
using belay::done;
using belay::longest_backoff;
using belay::retry;
using belay::retry_delay;
using belay::retry_policy;
using std::chrono::nanoseconds;
using delays = std::vector<nanoseconds>;

constexpr nanoseconds longest = nanoseconds::max();

struct retry_by_table : testing::Test {
  retry_by_table() { jumping::slept.clear(); }
  delays taken() { return std::exchange(jumping::slept, {}); }
};

struct budget_of {
  int left;
  int asked = 0;
  bool allow() { return ++asked <= left; }
};

constexpr auto all = [] { return 1.0; };

// Pure, and so at compile time.
constexpr retry_policy policy{.max_attempts = 5, .base = 100ms, .cap = 1s};
static_assert(longest_backoff(policy, 0) == 100ms);
static_assert(longest_backoff(policy, 3) == 800ms);
static_assert(longest_backoff(policy, 4) == 1s);
static_assert(longest_backoff(policy, 1'000'000) == 1s);
static_assert(longest_backoff(policy, -1) == 100ms);
static_assert(longest_backoff({.base = 1ns, .cap = longest}, 62) == nanoseconds(INT64_C(1) << 62));
static_assert(longest_backoff({.base = 2ns, .cap = longest}, 62) == longest);
static_assert(longest_backoff({.base = longest, .cap = longest}, 1) == longest);
static_assert(longest_backoff({.base = 3s, .cap = 1s}, 0) == 1s);
static_assert(longest_backoff({.base = 0s, .cap = 1s}, 9) == 0s);
static_assert(longest_backoff({.base = -1s, .cap = 1s}, 9) == 0s);
static_assert(longest_backoff({.base = 1s, .cap = -1s}, 9) == 0s);
static_assert(retry_delay(policy, 1, 0) == 0s);
static_assert(retry_delay(policy, 1, 0.5) == 100ms);
static_assert(retry_delay(policy, 1, 1) == 200ms);
static_assert(retry_delay(policy, 1, 7) == 200ms && retry_delay(policy, 1, -7) == 0s);
static_assert(retry_delay(policy, 1, 0.5, 3s) == 3'100ms);
static_assert(retry_delay(policy, 1, 0.5, -3s) == 100ms);
static_assert(retry_delay(policy, 1, 1, longest) == longest);
static_assert(retry_delay({.base = longest, .cap = longest}, 0, 0.9999999999999999) < longest);

TEST_F(retry_by_table, backs_off_between_attempts_and_gives_up_with_the_last_failure) {
  int calls = 0;
  const auto last = retry<jumping>(
      policy, {}, [&] { return again("failure " + std::to_string(++calls)); }, belay::unlimited(),
      all);
  EXPECT_EQ(last.value, "failure 5");
  EXPECT_TRUE(last.again);
  EXPECT_EQ(taken(), (delays{100ms, 200ms, 400ms, 800ms}));
}

TEST_F(retry_by_table, the_jitter_is_the_random_sources) {
  std::vector<double> fractions{0.25, 0.5, 0.75, 0.125}; // from the back
  const auto random = [&] {
    const double next = fractions.back();
    fractions.pop_back();
    return next;
  };
  (void)retry<jumping>(policy, {}, [] { return again(0); }, belay::unlimited(), random);
  EXPECT_EQ(taken(), (delays{12'500us, 150ms, 200ms, 200ms}));
}

TEST_F(retry_by_table, ends_with_a_success_or_a_failure_for_good) {
  int calls = 0;
  const auto flaky = [&] { return ++calls < 3 ? again(calls) : done(calls); };
  const attempt<int> last = retry<jumping>(policy, {}, flaky, belay::unlimited(), all);
  EXPECT_EQ(last.value, 3);
  EXPECT_FALSE(last.again);
  EXPECT_EQ(taken(), (delays{100ms, 200ms}));
}

TEST_F(retry_by_table, is_never_earlier_than_the_server_asked_for) {
  int calls = 0;
  const auto busy = [&] { return again(429, ++calls == 2 ? 30s : 0s); };
  const auto last = retry<jumping>(policy, {}, busy, belay::unlimited(), all);
  EXPECT_EQ(last.value, 429);
  EXPECT_EQ(taken(), (delays{100ms, 30'200ms, 400ms, 800ms}));
}

TEST_F(retry_by_table, the_budget_is_asked_before_each_retry_and_not_for_the_first_attempt) {
  budget_of budget{2};
  int calls = 0;
  auto last = retry<jumping>(policy, {}, [&] { return again(++calls); }, budget, all);
  EXPECT_EQ(last.value, 3);
  EXPECT_EQ(budget.asked, 3);
  EXPECT_EQ(taken(), (delays{100ms, 200ms}));
  last = retry<jumping>(policy, {}, [&] { return done(7); }, budget, all);
  EXPECT_EQ(last.value, 7);
  EXPECT_EQ(budget.asked, 3);
}

TEST_F(retry_by_table, one_attempt_is_made_in_any_case) {
  for (int most : {1, 0, -1}) {
    budget_of budget{9};
    int calls = 0;
    (void)retry<jumping>({.max_attempts = most}, {}, [&] { return again(++calls); }, budget);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(budget.asked, 0);
  }
  EXPECT_EQ(taken(), delays{});
}

TEST_F(retry_by_table, after_a_stop_there_is_no_other_attempt) {
  std::stop_source source;
  int calls = 0;
  budget_of budget{9};
  const auto last = retry<jumping>(
      policy, source.get_token(),
      [&](std::stop_token stop) {
        EXPECT_EQ(stop, source.get_token());
        if (++calls == 2)
          source.request_stop();
        return again(calls);
      },
      budget, all);
  EXPECT_EQ(last.value, 2);
  EXPECT_EQ(budget.asked, 1);
  EXPECT_EQ(taken(), delays{100ms});
}

TEST_F(retry_by_table, what_the_function_throws_passes) {
  int calls = 0;
  const auto broken = [&]() -> attempt<int> { throw std::runtime_error(std::to_string(++calls)); };
  EXPECT_THROW((void)retry<jumping>(policy, {}, broken), std::runtime_error);
  EXPECT_EQ(calls, 1);
}

TEST(retry, results_are_moved) {
  const auto last = retry({}, {}, [] { return done(std::make_unique<int>(1)); });
  EXPECT_EQ(*last.value, 1);
}

TEST(retry, a_stop_ends_the_back_off_at_once) {
  std::stop_source source;
  std::latch failed(1);
  int result = 0;
  std::jthread client([&] {
    const retry_policy patient{.max_attempts = 2, .base = longest, .cap = longest};
    const auto fail = [&] {
      failed.count_down();
      return again(503, longest);
    };
    result = retry(patient, source.get_token(), fail).value;
  });
  failed.wait();
  source.request_stop();
  client.join();
  EXPECT_EQ(result, 503);
}

TEST(retry, the_fractions_are_between_0_and_1_and_differ) {
  belay::random_fraction random;
  double low = 1;
  double high = 0;
  for (int i = 0; i < 1'000; ++i) {
    const double next = random();
    low = std::min(low, next);
    high = std::max(high, next);
  }
  EXPECT_GE(low, 0);
  EXPECT_LT(low, 0.1);
  EXPECT_GT(high, 0.9);
  EXPECT_LE(high, 1);
}

} // namespace
