// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits that a test expects to end otherwise than by their timeout have an endless one.
//
#include "belay/event.h"
#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::event;

TEST(event, is_set_for_good_once_it_is_set) {
  event happened;
  EXPECT_FALSE(happened.is_set());
  EXPECT_FALSE(happened.wait_for(0s));
  happened.set();
  happened.set();
  EXPECT_TRUE(happened.is_set());
  happened.wait();
  happened.wait();
  EXPECT_TRUE(happened.wait(std::stop_token()));
  EXPECT_TRUE(happened.wait_for(0s));
}

TEST(event, a_timeout_ends_a_wait) {
  const event happened;
  EXPECT_FALSE(happened.wait_for(1ms));
  EXPECT_FALSE(happened.wait_for({}, 1ms));
  EXPECT_FALSE(happened.wait_for(-1ms));
  EXPECT_FALSE(happened.wait_for(std::chrono::nanoseconds::min()));
  EXPECT_FALSE(happened.wait_for(std::chrono::hours::min()));
}

TEST(event, a_stop_before_ends_waits_and_a_set_event_is_set_all_the_same) {
  event happened;
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(happened.wait(source.get_token()));
  EXPECT_FALSE(happened.wait_for(source.get_token(), std::chrono::hours::max()));
  happened.set();
  EXPECT_TRUE(happened.wait(source.get_token()));
  EXPECT_TRUE(happened.wait_for(source.get_token(), 0s));
}

TEST(event, a_stop_wakes_all_of_its_waiters_and_no_others) {
  event happened;
  std::stop_source source;
  std::latch started(3);
  std::atomic<int> stopped = 0;
  std::atomic<int> set = 0;
  std::jthread first([&] {
    started.count_down();
    ++(happened.wait(source.get_token()) ? set : stopped);
  });
  std::jthread second([&] {
    started.count_down();
    ++(happened.wait_for(source.get_token(), std::chrono::hours::max()) ? set : stopped);
  });
  std::jthread other([&] {
    started.count_down();
    ++(happened.wait_for(std::chrono::nanoseconds::max()) ? set : stopped);
  });
  started.wait();
  source.request_stop();
  first.join();
  second.join();
  EXPECT_EQ(stopped, 2);
  happened.set();
  other.join();
  EXPECT_EQ(set, 1);
}

TEST(event, a_set_wakes_all_and_shows_what_precedes_it) {
  event happened;
  int written = 0;
  std::atomic<int> seen = 0;
  std::vector<std::jthread> waiters;
  for (int i = 0; i < 4; ++i)
    waiters.emplace_back([&] {
      happened.wait();
      seen += written;
    });
  written = 1;
  happened.set();
  waiters.clear();
  EXPECT_EQ(seen, 4);
}

TEST(event, a_set_and_a_stop_at_the_same_time_end_the_wait_and_leave_it_set) {
  for (int i = 0; i < 200; ++i) {
    event happened;
    std::stop_source source;
    std::latch together(3);
    std::jthread waiter([&] {
      together.arrive_and_wait();
      if (!happened.wait(source.get_token())) {
        EXPECT_TRUE(source.stop_requested());
      }
    });
    std::jthread setter([&] {
      together.arrive_and_wait();
      happened.set();
    });
    together.arrive_and_wait();
    source.request_stop();
    waiter.join();
    setter.join();
    EXPECT_TRUE(happened.is_set());
  }
}

// Named regression: destruction while set() is under way. ASan and TSan see it if set() still uses
// the event after a wait has returned.
TEST(event, may_be_destroyed_as_soon_as_a_wait_has_returned) {
  std::atomic<event *> shared = nullptr;
  std::jthread setter([&](std::stop_token stop) {
    while (!stop.stop_requested())
      if (event *taken = shared.exchange(nullptr))
        taken->set();
      else
        std::this_thread::yield();
  });
  for (int i = 0; i < 1'000; ++i) {
    auto happened = std::make_unique<event>();
    shared = happened.get();
    switch (i % 4) {
    case 0:
      happened->wait();
      break;
    case 1:
      EXPECT_TRUE(happened->wait(setter.get_stop_token()));
      break;
    case 2:
      EXPECT_TRUE(happened->wait_for(std::chrono::hours::max()));
      break;
    default:
      while (!happened->is_set())
        std::this_thread::yield();
    }
  }
}

} // namespace
