// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a bounded_pool promises: no job is lost, none runs twice, nobody waits for ever.
//
#include "belay/bounded_pool.h"
#include "until_stopped.h"
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using belay::bounded_pool;
using belay::job_discarded;
using belay::on_full;
using std::chrono::hours;
using std::chrono::seconds;

/// Counts the calls that wait for room or for the end; a worker waits without a predicate. They
/// hold the pool's lock until they do wait, so that whoever uses the pool later finds them waiting.
struct watched_condition : std::condition_variable_any {
  static inline std::atomic<int> waits;
  using std::condition_variable_any::wait;
  template <class Lock, class Predicate> void wait(Lock &lock, Predicate ended) {
    if (!ended()) {
      ++waits;
      waits.notify_all();
    }
    std::condition_variable_any::wait(lock, ended);
  }
  static void until(int count) {
    for (int seen = waits; seen < count; seen = waits)
      waits.wait(seen);
  }
};

struct watched : belay::std_environment {
  using condition_variable = watched_condition;
};
using watched_pool = belay::basic_bounded_pool<watched>;

/// A pool of one worker, which is busy until release.
struct busy_pool {
  explicit busy_pool(std::size_t capacity, on_full policy = on_full::block)
      : pool(std::make_unique<watched_pool>(1, capacity, policy)) {
    watched_condition::waits = 0;
    std::promise<void> started;
    pool->submit([&started, done = release.get_future()]() mutable {
      started.set_value();
      done.wait();
    });
    started.get_future().wait();
  }
  std::promise<void> release;
  std::unique_ptr<watched_pool> pool;
};

template <class Counters> void expect_conserved(const Counters &seen) {
  EXPECT_EQ(seen.running, 0u);
  EXPECT_EQ(seen.waiting, 0u);
  EXPECT_EQ(seen.submitted, seen.completed + seen.failed + seen.discarded);
}

TEST(bounded_pool, refuses_to_be_useless) {
  EXPECT_THROW(bounded_pool(0, 1), std::invalid_argument);
  EXPECT_THROW(bounded_pool(1, 0), std::invalid_argument);
}

TEST(bounded_pool, runs_jobs_of_every_kind_in_order) {
  bounded_pool pool(1, 8);
  std::vector<int> ran;
  pool.submit([&] { ran.push_back(1); });
  pool.submit([&](std::stop_token stop) { ran.push_back(stop.stop_possible() ? 2 : 0); });
  pool.submit([&, owned = std::make_unique<int>(3)] { ran.push_back(*owned); });
  pool.submit([&, big = std::array<int, 100>{4}] { ran.push_back(big[0]); });
  int five = 5;
  EXPECT_EQ(&pool.async([&]() -> int & { return five; }).get(), &five);
  EXPECT_EQ(*pool.async([] { return std::make_unique<int>(6); }).get(), 6);
  pool.drain();
  EXPECT_EQ(ran, (std::vector{1, 2, 3, 4}));
  EXPECT_EQ(pool.counts().completed, 6u);
}

TEST(bounded_pool, the_queue_is_bounded) {
  busy_pool busy(2);
  EXPECT_TRUE(busy.pool->try_submit([] {}));
  EXPECT_TRUE(busy.pool->try_submit([] {}));
  EXPECT_FALSE(busy.pool->try_submit([] { ADD_FAILURE(); }));
  EXPECT_FALSE(busy.pool->submit_for(seconds(0), {}, [] { ADD_FAILURE(); }));
  const auto seen = busy.pool->counts();
  EXPECT_EQ(seen.running, 1u);
  EXPECT_EQ(seen.waiting, 2u);
  EXPECT_EQ(seen.submitted, 3u);
  EXPECT_EQ(seen.rejected, 2u);
  busy.release.set_value();
}

TEST(bounded_pool, block_waits_for_room) {
  busy_pool busy(1);
  busy.pool->submit([] {});
  std::jthread submitter([&] { EXPECT_TRUE(busy.pool->submit([] {})); });
  watched_condition::until(1);
  EXPECT_EQ(busy.pool->counts().waiting, 1u);
  busy.release.set_value();
}

TEST(bounded_pool, reject_returns_false) {
  busy_pool busy(1, on_full::reject);
  EXPECT_TRUE(busy.pool->submit([] {}));
  EXPECT_FALSE(busy.pool->submit([] { ADD_FAILURE(); }));
  EXPECT_THROW(static_cast<void>(busy.pool->async([] { return 1; }).get()), job_discarded);
  busy.release.set_value();
}

TEST(bounded_pool, caller_runs_runs_it_here) {
  busy_pool busy(1, on_full::caller_runs);
  EXPECT_TRUE(busy.pool->submit([] {}));
  EXPECT_EQ(busy.pool->async([] { return std::this_thread::get_id(); }).get(),
            std::this_thread::get_id());
  EXPECT_TRUE(busy.pool->submit([] { throw 1; })); // it does not throw here
  EXPECT_EQ(busy.pool->counts().failed, 1u);
  busy.pool->submit([&] { EXPECT_THROW(busy.pool->drain(), std::system_error); });
  busy.release.set_value();
}

TEST(bounded_pool, discard_oldest_makes_room_and_completes_the_future) {
  busy_pool busy(2, on_full::discard_oldest);
  auto oldest = busy.pool->async([] { return 1; });
  auto second = busy.pool->async([] { return 2; });
  auto third = busy.pool->async([] { return 3; });
  EXPECT_THROW(static_cast<void>(oldest.get()), job_discarded);
  busy.release.set_value();
  EXPECT_EQ(second.get() + third.get(), 5);
  busy.pool->drain();
  EXPECT_EQ(busy.pool->counts().discarded, 1u);
  expect_conserved(busy.pool->counts());
}

TEST(bounded_pool, submit_for_gives_up_on_stop) {
  busy_pool busy(1);
  busy.pool->submit([] {});
  std::stop_source give_up;
  std::jthread other([&] { give_up.request_stop(); });
  EXPECT_FALSE(busy.pool->submit_for(hours(1), give_up.get_token(), [] { ADD_FAILURE(); }));
  busy.release.set_value();
  EXPECT_FALSE(busy.pool->submit_for(hours(1), give_up.get_token(), [] { ADD_FAILURE(); }));
  EXPECT_TRUE(busy.pool->submit_for(hours::max(), {}, [] {}));
}

TEST(bounded_pool, a_job_that_throws_reaches_on_error) {
  bounded_pool pool(2, 4);
  pool.submit([] { throw 0; }); // counted, though nobody listens
  std::promise<std::string> message;
  while (pool.counts().failed == 0)
    std::this_thread::yield();
  pool.on_error([&](std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::runtime_error &found) {
      message.set_value(found.what());
    }
  });
  pool.submit([] { throw std::runtime_error("lost?"); });
  EXPECT_EQ(message.get_future().get(), "lost?");
  EXPECT_THROW(static_cast<void>(pool.async([]() -> int { throw std::logic_error("mine"); }).get()),
               std::logic_error);
  EXPECT_EQ(pool.async([] { return 1; }).get(), 1); // the workers have survived
  pool.drain();
  EXPECT_EQ(pool.counts().failed, 2u);
  EXPECT_EQ(pool.counts().completed, 2u);
}

TEST(bounded_pool, a_job_that_submits_to_its_own_pool_does_not_deadlock) {
  bounded_pool pool(1, 1);
  auto inner = pool.async([&] {
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_FALSE(pool.submit([] { ADD_FAILURE(); }));
    EXPECT_FALSE(pool.submit_for(hours(1), {}, [] { ADD_FAILURE(); }));
  });
  inner.get();
  bounded_pool helpful(1, 1, on_full::caller_runs);
  const int depth = helpful
                        .async([&] {
                          EXPECT_TRUE(helpful.submit([] {}));
                          return helpful.async([] { return 2; }).get();
                        })
                        .get();
  EXPECT_EQ(depth, 2);
}

TEST(bounded_pool, drain_in_a_job_of_its_own_throws) {
  bounded_pool pool(1, 1);
  EXPECT_THROW(pool.async([&] { pool.drain(); }).get(), std::system_error);
  EXPECT_TRUE(pool.submit([] {})); // it was not closed
}

TEST(bounded_pool, submit_after_close_is_refused_under_every_policy) {
  for (on_full policy :
       {on_full::block, on_full::reject, on_full::caller_runs, on_full::discard_oldest}) {
    busy_pool busy(1, policy);
    auto waiting = busy.pool->async([] { return 1; });
    busy.pool->close();
    EXPECT_FALSE(busy.pool->submit([] { ADD_FAILURE(); }));
    EXPECT_FALSE(busy.pool->try_submit([] { ADD_FAILURE(); }));
    EXPECT_FALSE(busy.pool->submit_for(hours(1), {}, [] { ADD_FAILURE(); }));
    EXPECT_THROW(static_cast<void>(busy.pool->async([] {}).get()), job_discarded);
    busy.release.set_value();
    EXPECT_EQ(waiting.get(), 1); // what was taken runs
  }
}

TEST(bounded_pool, submit_during_shutdown_wakes_up_and_is_refused) {
  for (const bool cancel : {false, true}) {
    busy_pool busy(1);
    busy.pool->submit([] {});
    std::vector<std::jthread> submitters;
    for (int i = 0; i != 2; ++i)
      submitters.emplace_back([&] { EXPECT_FALSE(busy.pool->submit([] { ADD_FAILURE(); })); });
    watched_condition::until(2);
    if (cancel)
      EXPECT_EQ(busy.pool->shutdown_now().size(), 1u);
    else
      busy.pool->close();
    submitters.clear();
    EXPECT_EQ(busy.pool->counts().rejected, 2u);
    busy.release.set_value();
  }
}

TEST(bounded_pool, drain_waits_for_every_job_and_for_what_it_owns) {
  bounded_pool pool(3, 64);
  const auto shared = std::make_shared<int>();
  for (int i = 0; i != 64; ++i)
    pool.submit([shared] {});
  pool.drain();
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_EQ(pool.counts().completed, 64u);
  EXPECT_TRUE(pool.drain(seconds(0)));
}

TEST(bounded_pool, drain_gives_up_and_can_be_repeated) {
  busy_pool busy(1);
  EXPECT_FALSE(busy.pool->drain(seconds(0)));
  std::stop_source give_up;
  std::jthread other([&] { give_up.request_stop(); });
  EXPECT_FALSE(busy.pool->drain(hours(1), give_up.get_token()));
  busy.release.set_value();
  EXPECT_TRUE(busy.pool->drain(hours::max()));
}

TEST(bounded_pool, cancel_with_queued_jobs) {
  bounded_pool pool(2, 8);
  std::latch started(2);
  for (int i = 0; i != 2; ++i)
    pool.submit([&](std::stop_token stop) {
      started.count_down();
      until_stopped(stop);
    });
  started.wait();
  auto run = pool.async([] { return 1; });
  auto dropped = pool.async([] { return 2; });
  {
    auto left = pool.shutdown_now();
    ASSERT_EQ(left.size(), 2u);
    left[0]({}); // the caller may run what is left
    EXPECT_EQ(run.get(), 1);
  }
  EXPECT_THROW(static_cast<void>(dropped.get()), job_discarded);
  EXPECT_TRUE(pool.shutdown_now().empty());
  pool.drain();
  EXPECT_EQ(pool.counts().completed, 2u);
  EXPECT_EQ(pool.counts().discarded, 2u);
}

TEST(bounded_pool, shutdown_now_ends_a_drain) {
  bounded_pool pool(1, 1);
  pool.submit(until_stopped);
  std::jthread drain([&] { pool.drain(); });
  std::jthread cancel([&] { pool.shutdown_now(); });
}

TEST(bounded_pool, a_future_is_ready_after_what_the_job_owns_is_gone) {
  bounded_pool pool(1, 1);
  for (int i = 0; i != 100; ++i) {
    const auto shared = std::make_shared<int>();
    EXPECT_EQ(pool.async([shared] { return 1; }).get(), 1);
    EXPECT_EQ(shared.use_count(), 1);
  }
}

TEST(bounded_pool, destruction_runs_what_waits) {
  std::atomic<int> ran = 0;
  {
    bounded_pool pool(2, 100);
    for (int i = 0; i != 100; ++i)
      pool.submit([&] { ++ran; });
  }
  EXPECT_EQ(ran, 100);
}

TEST(bounded_pool, destruction_while_a_submitter_waits) {
  for (int round = 0; round != 50; ++round) {
    busy_pool busy(1);
    busy.pool->submit([] {});
    watched_pool &pool = *busy.pool;
    std::jthread submitters[3];
    for (auto &each : submitters)
      each = std::jthread([&] { EXPECT_FALSE(pool.submit([] { ADD_FAILURE(); })); });
    std::jthread release([&] {
      watched_condition::until(4);
      busy.release.set_value();
    });
    watched_condition::until(3);
    busy.pool.reset();
  }
}

/// A job that owns something which looks at the pool when it goes.
struct looks_at_the_pool {
  explicit looks_at_the_pool(bounded_pool &seen) : pool(&seen) {}
  looks_at_the_pool(looks_at_the_pool &&other) noexcept
      : pool(std::exchange(other.pool, nullptr)) {}
  ~looks_at_the_pool() {
    if (pool)
      static_cast<void>(pool->counts());
  }
  void operator()() const {}

  bounded_pool *pool;
};

TEST(bounded_pool, jobs_are_destroyed_without_the_lock) {
  for (const on_full policy : {on_full::reject, on_full::caller_runs, on_full::discard_oldest}) {
    bounded_pool pool(1, 1, policy);
    std::promise<void> release;
    pool.submit([released = release.get_future()]() mutable { released.wait(); });
    while (pool.counts().waiting != 0)
      std::this_thread::yield();
    for (int i = 0; i != 3; ++i) // one waits, and the others meet a full queue
      pool.submit(looks_at_the_pool(pool));
    static_cast<void>(pool.async(looks_at_the_pool(pool)));
    pool.shutdown_now();
    EXPECT_FALSE(pool.submit(looks_at_the_pool(pool)));
    release.set_value();
  }
}

TEST(bounded_pool, destruction_while_a_drain_waits) {
  busy_pool busy(1);
  watched_pool &pool = *busy.pool;
  std::jthread drain([&] { pool.drain(); });
  std::jthread release([&] {
    watched_condition::until(2);
    busy.release.set_value();
  });
  watched_condition::until(1);
  busy.pool.reset();
}

TEST(bounded_pool, destruction_in_a_job_of_its_own_terminates) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        auto pool = std::make_unique<bounded_pool>(1, 1);
        pool->submit([&] { pool.reset(); });
        std::promise<void>().get_future().wait();
      },
      "");
}

} // namespace
