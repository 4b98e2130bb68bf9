// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// When the next run is due is a table without threads; the rest runs under a clock that the test
// moves.
//
#include "belay/periodic_task.h"
#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::missed;

/// A clock that is moved by hand. Everything made of this environment shares one lock and one
/// condition, so that no waiter can miss that it moved.
struct by_hand {
  static inline std::mutex world;
  static inline std::condition_variable_any changed;

  struct clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<clock>;
    static inline std::atomic<rep> time{0};
    static time_point now() { return time_point(duration(time.load())); }
  };
  struct mutex {
    void lock() { world.lock(); }
    void unlock() { world.unlock(); }
  };
  static inline clock::time_point due; // what somebody waits for, if anybody does
  struct condition_variable {
    void notify_all() { changed.notify_all(); }
    template <class Lock, class Predicate>
    bool wait(Lock &lock, std::stop_token stop, Predicate done) {
      return changed.wait(lock, stop, done);
    }
    template <class Lock, class Predicate>
    bool wait_until(Lock &lock, std::stop_token stop, clock::time_point time, Predicate done) {
      due = time;
      changed.notify_all();
      changed.wait(lock, stop, [&] { return done() || clock::now() >= time; });
      due = {};
      return done();
    }
  };

  static void start_at(clock::duration time) { clock::time = time.count(); }

  /// Waits until the task waits for `time`, and lets it come.
  static void let_come(clock::duration time) {
    std::unique_lock lock(world);
    changed.wait(lock, [&] { return due == clock::time_point(time); });
    clock::time = time.count();
    changed.notify_all();
  }
  static void await_wait_for(clock::duration time) {
    std::unique_lock lock(world);
    changed.wait(lock, [&] { return due == clock::time_point(time); });
  }
};

using periodic = belay::basic_periodic_task<by_hand>;
using time_point = by_hand::clock::time_point;

TEST(next_tick, is_a_function_of_the_times) {
  struct row {
    std::chrono::nanoseconds last, now, skip, burst, delay;
  };
  const row rows[] = {
      // start 100, interval 10
      {100ns, 100ns, 110ns, 110ns, 110ns}, // the first
      {110ns, 112ns, 120ns, 120ns, 122ns}, // in time
      {110ns, 120ns, 120ns, 120ns, 130ns}, // just in time
      {110ns, 121ns, 130ns, 120ns, 131ns}, // one missed
      {110ns, 155ns, 160ns, 120ns, 165ns}, // four missed
      {120ns, 155ns, 160ns, 130ns, 165ns}, // one of them made up for
      {120ns, 115ns, 130ns, 130ns, 125ns}, // a clock that ran backwards
      {120ns, 50ns, 130ns, 130ns, 60ns},   // to before the start
  };
  const auto next = [](const row &each, missed policy) {
    return belay::next_tick(time_point(100ns), by_hand::clock::duration(10), time_point(each.now),
                            time_point(each.last), policy)
        .time_since_epoch();
  };
  for (const row &each : rows) {
    EXPECT_EQ(next(each, missed::skip), each.skip) << each.now.count();
    EXPECT_EQ(next(each, missed::burst), each.burst) << each.now.count();
    EXPECT_EQ(next(each, missed::delay), each.delay) << each.now.count();
  }
}

TEST(next_tick, never_overflows) {
  const time_point start(1s);
  for (missed policy : {missed::skip, missed::burst, missed::delay})
    for (time_point now : {start, start + 1s})
      EXPECT_EQ(belay::next_tick(start, by_hand::clock::duration::max(), now, start, policy),
                time_point::max());
}

/// When runs begin, each 10 s from 100 s on, if the first takes 25 s; `waits` are the times that
/// are waited for.
std::vector<std::chrono::nanoseconds> begins(missed policy,
                                             std::vector<std::chrono::nanoseconds> waits) {
  by_hand::start_at(100s);
  std::vector<std::chrono::nanoseconds> begun;
  {
    periodic task(
        10s,
        [&] {
          begun.push_back(by_hand::clock::now().time_since_epoch());
          if (begun.size() == 1)
            by_hand::start_at(135s);
        },
        policy);
    for (std::chrono::nanoseconds each : waits)
      by_hand::let_come(each);
    by_hand::await_wait_for(waits.back() + 10s);
  }
  return begun;
}

using times = std::vector<std::chrono::nanoseconds>;

TEST(periodic_task, skip_drops_the_ticks_that_a_long_run_misses) {
  EXPECT_EQ(begins(missed::skip, {110s, 140s, 150s}), (times{110s, 140s, 150s}));
}

TEST(periodic_task, burst_makes_up_for_them) {
  EXPECT_EQ(begins(missed::burst, {110s, 140s}), (times{110s, 135s, 135s, 140s}));
}

TEST(periodic_task, delay_counts_from_the_end_of_the_run) {
  EXPECT_EQ(begins(missed::delay, {110s, 145s, 155s}), (times{110s, 145s, 155s}));
}

TEST(periodic_task, destruction_ends_a_wait_at_once) {
  belay::periodic_task never(std::chrono::hours::max(), [] { ADD_FAILURE(); });
  belay::periodic_task tomorrow(24h, [] { ADD_FAILURE(); });
  EXPECT_TRUE(tomorrow.running());
}

TEST(periodic_task, the_function_learns_of_the_stop) {
  std::promise<void> begun;
  bool stopped = false;
  belay::periodic_task task(1ns, [&](std::stop_token stop) {
    std::promise<void> asked;
    std::stop_callback callback(stop, [&] { asked.set_value(); });
    begun.set_value();
    asked.get_future().wait();
    stopped = true;
  });
  begun.get_future().wait();
  task.stop();
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(task.running());
}

TEST(periodic_task, stop_gives_up_on_stop) {
  std::promise<void> begun, go_on;
  belay::periodic_task task(1ns, [&] {
    begun.set_value();
    go_on.get_future().wait();
  });
  begun.get_future().wait();
  std::stop_source give_up;
  std::jthread other([&] { give_up.request_stop(); });
  EXPECT_FALSE(task.stop(give_up.get_token()));
  go_on.set_value();
  EXPECT_TRUE(task.stop(std::stop_token()));
}

TEST(periodic_task, an_exception_ends_it_and_stop_rethrows_it_once) {
  by_hand::start_at(100s);
  int runs = 0;
  auto captured = std::make_shared<int>();
  std::promise<void> begun;
  periodic task(10s, [&runs, &begun, captured] {
    if (++runs == 1)
      return;
    begun.set_value();
    throw std::runtime_error("second");
  });
  by_hand::let_come(110s);
  by_hand::let_come(120s);
  begun.get_future().wait(); // else stop might come before the run
  try {
    task.stop();
    ADD_FAILURE();
  } catch (const std::runtime_error &error) {
    EXPECT_STREQ(error.what(), "second");
  }
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(captured.use_count(), 1);
  EXPECT_NO_THROW(task.stop());
}

TEST(periodic_task, the_function_may_ask_to_stop_but_not_wait_for_it) {
  std::promise<periodic *> self;
  by_hand::start_at(100s);
  int runs = 0;
  std::promise<void> begun;
  periodic task(10s, [&, self = self.get_future().share()] {
    ++runs;
    begun.set_value();
    self.get()->request_stop();
    self.get()->stop();
  });
  self.set_value(&task);
  by_hand::let_come(110s);
  begun.get_future().wait();
  EXPECT_THROW(task.stop(), std::system_error);
  EXPECT_EQ(runs, 1);
}

TEST(periodic_task, an_interval_is_positive) {
  EXPECT_THROW(belay::periodic_task(0s, [] {}), std::invalid_argument);
  EXPECT_THROW(belay::periodic_task(-1s, [] {}), std::invalid_argument);
}

} // namespace
