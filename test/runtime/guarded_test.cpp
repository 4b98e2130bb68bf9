// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "belay/guarded.h"
#include <gtest/gtest.h>
#include <latch>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using belay::escapes;
using belay::guarded;
using words = std::vector<std::string>;

static_assert(!std::is_copy_constructible_v<guarded<int>> &&
              !std::is_move_constructible_v<guarded<int>> &&
              !std::is_copy_assignable_v<guarded<int>>);
static_assert(!std::is_constructible_v<guarded<words>, const char *>);
static_assert(std::is_move_constructible_v<guarded<int>::pointer<int>> &&
              !std::is_copy_constructible_v<guarded<int>::pointer<int>>);

// What may not leave with().
static_assert(escapes<words &, words> && escapes<const words &, words> && escapes<words &&, words>);
static_assert(escapes<std::string &, words> && escapes<int &, words>);
static_assert(escapes<words *, words> && escapes<const words *, words>);
static_assert(escapes<words::iterator, words> && escapes<words::const_iterator, words>);
// And what may.
static_assert(!escapes<void, words> && !escapes<words, words> && !escapes<std::string, words>);
static_assert(!escapes<const char *, words> && !escapes<int, int> && !escapes<int *, words>);

template <class Guarded>
concept can_read = requires(Guarded &guarded) { guarded.read([](const auto &) {}); };
template <class Guarded>
concept can_write = requires(Guarded &guarded) { guarded.write([](auto &) {}); };
using shared = guarded<int, std::shared_mutex>;
static_assert(can_read<shared> && can_write<shared> && can_read<const shared>);
static_assert(!can_read<guarded<int>> && !can_write<guarded<int>>);

template <class Pointer>
concept can_be_used_unnamed = requires(Pointer pointer) { *std::move(pointer); };
static_assert(!can_be_used_unnamed<guarded<int>::pointer<int>>);

// A mutex that tells what was done to it.
struct told {
  static inline std::string calls;
  void lock() { calls += "lock "; }
  void unlock() { calls += "unlock "; }
  bool try_lock() { return false; }
  void lock_shared() { calls += "lock_shared "; }
  void unlock_shared() { calls += "unlock_shared "; }
  static std::string taken() { return std::exchange(calls, {}); }
};

TEST(guarded, makes_its_data_of_the_arguments) {
  guarded<words> three(3, "x");
  EXPECT_EQ(three.with([](words &each) { return each.size(); }), 3U);
  guarded<std::unique_ptr<int>> owner(std::make_unique<int>(7));
  EXPECT_EQ(owner.with([](auto &each) { return *each; }), 7);
  guarded<int> nothing;
  EXPECT_EQ(nothing.with([](int each) { return each; }), 0);
  guarded<std::mutex> immovable; // stays where it was made
}

TEST(guarded, with_gives_the_result_and_lets_go_after_it_was_made) {
  struct result {
    std::string seen = told::calls;
  };
  guarded<int, told> data(1);
  EXPECT_EQ(data.with([](int &) { return result(); }).seen, "lock ");
  EXPECT_EQ(told::taken(), "lock unlock ");
  data.with([](int &each) { ++each; });
  EXPECT_EQ(std::as_const(data).with([](const int &each) { return each; }), 2);
  EXPECT_EQ(told::taken(), "lock unlock lock unlock ");
}

TEST(guarded, an_exception_passes_and_gives_the_lock_back) {
  guarded<words> data;
  EXPECT_THROW(data.with([](words &each) { each.at(0).clear(); }), std::out_of_range);
  EXPECT_EQ(data.with([](words &each) { return each.size(); }), 0U);
}

TEST(guarded, read_shares_the_lock_and_write_does_not) {
  guarded<int, told> data(1);
  EXPECT_EQ(data.read([](const int &each) { return each; }), 1);
  EXPECT_EQ(told::taken(), "lock_shared unlock_shared ");
  EXPECT_EQ(data.write([](int &each) { return ++each; }), 2);
  EXPECT_EQ(told::taken(), "lock unlock ");
}

TEST(guarded, a_read_gets_const_data) {
  shared data(1);
  data.read([](auto &each) { static_assert(std::is_same_v<decltype(each), const int &>); });
  data.write([](auto &each) { static_assert(std::is_same_v<decltype(each), int &>); });
}

TEST(guarded, a_pointer_holds_the_lock_until_its_end_and_moves_it) {
  guarded<words, told> data;
  {
    auto pointer = data.lock();
    pointer->push_back("first");
    EXPECT_EQ((*pointer).size(), 1U);
    auto moved = std::move(pointer);
    EXPECT_TRUE(moved);
    EXPECT_FALSE(pointer); // NOLINT(bugprone-use-after-move): what it promises
    EXPECT_EQ(told::taken(), "lock ");
  }
  EXPECT_EQ(told::taken(), "unlock ");
  EXPECT_EQ(std::as_const(data).lock()->size(), 1U);
  EXPECT_EQ(told::taken(), "lock unlock ");
}

TEST(guarded, two_readers_are_in_at_the_same_time) {
  shared data(1);
  std::latch both(2);
  const auto read = [&] { data.read([&](const int &) { both.arrive_and_wait(); }); };
  std::jthread other(read);
  read();
}

TEST(guarded, threads_take_turns) {
  guarded<std::map<int, int>> data;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 250; ++n) {
          data.with([&](auto &counts) { ++counts[n]; });
          ++data.lock()->at(n);
        }
      });
  }
  EXPECT_EQ(data.with([](auto &counts) { return counts.size(); }), 250U);
  EXPECT_EQ(data.with([](auto &counts) { return counts.at(249); }), 8);
}

} // namespace
