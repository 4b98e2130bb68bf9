// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "belay/keyed_rate_limiter.h"
#include <atomic>
#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;
using belay::every;
using belay::keyed_hash;
using belay::keyed_rate_limiter;
using belay::on_full_table;
using limiter_of_numbers = keyed_rate_limiter<int>;
using time_point = limiter_of_numbers::time_point;

constexpr time_point start{24h};

TEST(keyed_hash, depends_on_each_byte_the_length_and_the_secret) {
  const keyed_hash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  const std::string message("abcdefghijklmnopq");
  EXPECT_EQ(hash(message), keyed_hash(0x0706050403020100, 0x0f0e0d0c0b0a0908)(message));
  for (size_t i = 0; i < message.size(); ++i) {
    std::string other = message;
    other[i] ^= 1;
    EXPECT_NE(hash(message), hash(other)) << i;
    EXPECT_NE(hash(message), hash(message.substr(0, i))) << i;
  }
  EXPECT_NE(hash(std::string(8, '\0')), hash(std::string(9, '\0')));
  EXPECT_NE(hash(message), keyed_hash(1, 2)(message));
  EXPECT_NE(hash(message), keyed_hash()(message));
  EXPECT_NE(hash(1), hash(2));
}

// CPython's hash of bytes is SipHash-1-3 as well, under a secret of zeros with PYTHONHASHSEED=0.
TEST(keyed_hash, is_siphash_1_3) {
  const keyed_hash hash(0, 0);
  EXPECT_EQ(hash("a"), 0x407448d2b89b1813u);
  EXPECT_EQ(hash("abcdefg"), 0x6db12aae9070f506u);
  EXPECT_EQ(hash("abcdefgh"), 0x3f7b849c0b8e35eau);
  EXPECT_EQ(hash("abcdefghijklmnopq"), 0x61c47e6da27eacccu);
}

TEST(keyed_rate_limiter, each_key_has_a_bucket_of_its_own) {
  keyed_rate_limiter<std::string> limiter(10, 2, 100);
  EXPECT_TRUE(limiter.allow_n_at(start, "one", 2));
  EXPECT_FALSE(limiter.allow_at(start, "one"));
  EXPECT_TRUE(limiter.allow_at(start, "other"));
  EXPECT_FALSE(limiter.allow_at(start + 99ms, "one"));
  EXPECT_TRUE(limiter.allow_at(start + 100ms, "one"));
  EXPECT_FALSE(limiter.allow_at(start + 100ms, "one"));
  EXPECT_FALSE(limiter.allow_n_at(start, "other", 3));
  EXPECT_FALSE(limiter.allow_n_at(start, "other", 0));
  EXPECT_FALSE(limiter.allow_n_at(start, "other", -1));
}

TEST(keyed_rate_limiter, without_a_limit_all_is_granted) {
  keyed_rate_limiter<int> limiter(belay::inf, 1, 1);
  for (int key = 0; key < 1'000; ++key)
    EXPECT_TRUE(limiter.allow_n_at(start, key, 9));
}

TEST(keyed_rate_limiter, time_that_runs_backwards_adds_no_tokens) {
  keyed_rate_limiter<int> limiter(10'000, 10, 10);
  int granted = 0;
  for (int i = 0; i < 100'000; ++i)
    granted += limiter.allow_at(i % 2 ? start : start - 1ms, 7);
  EXPECT_LE(granted, 20);
}

// An attacker with many keys gets past no bucket, and costs no memory.
TEST(keyed_rate_limiter, a_full_table_refuses_new_keys_and_forgives_no_debt) {
  keyed_rate_limiter<int> limiter(every(1h), 1, 100);
  const size_t memory = limiter.memory();
  ASSERT_TRUE(limiter.allow_at(start, -1));
  int granted = 0;
  for (int key = 0; key < 10'000; ++key)
    granted += limiter.allow_at(start, key);
  EXPECT_GE(granted, 100);
  EXPECT_LE(granted, 7 * 32); // the slots there are
  EXPECT_EQ(limiter.live_at(start), size_t(granted) + 1);
  EXPECT_FALSE(limiter.allow_at(start, -1));
  EXPECT_EQ(limiter.memory(), memory);

  // An hour later all buckets are full, and their slots free.
  EXPECT_EQ(limiter.live_at(start + 1h), 0u);
  EXPECT_TRUE(limiter.allow_at(start + 1h, 100'000));
}

TEST(keyed_rate_limiter, a_full_table_admits_where_it_is_told_to) {
  keyed_rate_limiter<int> limiter(every(1h), 1, 1, on_full_table::admit);
  for (int key = 0; key < 1'000; ++key)
    EXPECT_TRUE(limiter.allow_at(start, key)) << key;
}

TEST(keyed_rate_limiter, holds_as_many_keys_as_it_says_in_forty_bytes_each) {
  constexpr int keys = 100'000;
  keyed_rate_limiter<int> limiter(every(1h), 1, keys);
  int refused = 0;
  for (int key = 0; key < keys; ++key)
    refused += !limiter.allow_at(start, key);
  EXPECT_LE(refused, 20);
  EXPECT_LE(limiter.memory(), 40u * keys);
}

TEST(keyed_rate_limiter, says_how_long_until_a_key_gets_what_it_asked_for) {
  using namespace std::chrono;
  keyed_rate_limiter<int> limiter(10, 3, 100);
  struct {
    milliseconds at;
    int n;
    bool ok;
    nanoseconds after;
  } calls[] = {
      {0ms, 2, true, 0ns},
      {0ms, 2, false, 100ms},
      {0ms, 3, false, 200ms},
      {0ms, 1, true, 0ns},
      {0ms, 1, false, 100ms}, // as before: what was refused has cost nothing
      {40ms, 1, false, 60ms},
      {99ms, 1, false, 1ms},
      {100ms, 1, true, 0ns},
      {50ms, 1, false, 150ms}, // time ran backwards
      {100ms, 4, false, nanoseconds::max()},
      {100ms, 0, false, nanoseconds::max()},
      {100ms, -1, false, nanoseconds::max()},
  };
  for (const auto &call : calls) {
    const auto got = limiter.take_n_at(start + call.at, 7, call.n);
    EXPECT_EQ(got.ok, call.ok) << call.at.count();
    EXPECT_EQ(bool(got), call.ok);
    EXPECT_FALSE(got.full_table);
    EXPECT_EQ(got.after, call.after) << call.at.count();
  }
  EXPECT_TRUE(limiter.take_at(start, 8));
  EXPECT_TRUE(limiter.take(9));
  EXPECT_TRUE(limiter.take_n(9, 2));
  EXPECT_FALSE(limiter.take_n(9, 3));
}

TEST(keyed_rate_limiter, a_full_table_says_when_it_has_a_slot) {
  keyed_rate_limiter<int> limiter(every(1s), 4, 1); // the one group of 32 slots
  for (int key = 0; key < 32; ++key)
    ASSERT_TRUE(limiter.take_n_at(start, key, key == 17 ? 2 : 3));
  const auto refused = limiter.take_at(start + 500ms, 100);
  EXPECT_FALSE(refused);
  EXPECT_TRUE(refused.full_table);
  EXPECT_EQ(refused.after, 1'500ms); // when 17 is full again
  EXPECT_TRUE(limiter.take_at(start + 500ms, 17));
  EXPECT_TRUE(limiter.take_at(start + 3s, 100));
}

TEST(keyed_rate_limiter, threads_share_each_bucket) {
  keyed_rate_limiter<int> limiter(every(1h), 10, 1'000);
  std::atomic<int> granted = 0;
  {
    std::deque<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 2'000; ++n)
          granted += limiter.allow_at(start, n % 50);
      });
  }
  EXPECT_EQ(granted, 500);
}

TEST(keyed_rate_limiter, refuses_to_be_made_of_nothing) {
  EXPECT_THROW(limiter_of_numbers(1, 0, 1), std::invalid_argument);
  EXPECT_THROW(limiter_of_numbers(1, 1, 0), std::invalid_argument);
}

} // namespace
