// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Producers, workers, capacities and policies against each other: what was submitted has been run
// or discarded, whatever happens in which order.
//
#include "belay/bounded_pool.h"
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <latch>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace {

using belay::bounded_pool;
using belay::on_full;
using std::chrono::hours;
using std::chrono::seconds;

/// BELAY_SEED repeats a run, as far as the scheduler lets it.
unsigned seed() {
  const char *const given = std::getenv("BELAY_SEED");
  return given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
}

void stress(unsigned seed, std::size_t workers, std::size_t capacity, unsigned producers) {
  const auto policy = static_cast<on_full>(seed % 4);
  const auto alive = std::make_shared<int>(); // by the jobs that have not been destroyed
  std::atomic<std::uint64_t> ran = 0, taken = 0, refused = 0, reported = 0, dropped = 0;
  {
    bounded_pool pool(workers, capacity, policy);
    pool.on_error([&](std::exception_ptr) { ++reported; });
    const auto count = [&](bool was_taken) { ++(was_taken ? taken : refused); };
    const auto produce = [&](unsigned own_seed) {
      std::mt19937 random(own_seed);
      for (int i = 0; i != 40; ++i) {
        const auto task = [&, alive, kind = random() % 8] {
          ++ran;
          if (kind == 0)
            count(pool.try_submit([&, alive] { ++ran; }));
          if (kind == 1)
            count(pool.submit([&, alive] { ++ran; }));
          if (kind == 2)
            throw kind;
        };
        const auto verb = random() % 4;
        if (verb == 0)
          count(pool.submit(task));
        else if (verb == 1)
          count(pool.try_submit([task](std::stop_token) { task(); }));
        else
          count(pool.submit_for(verb == 2 ? seconds(0) : hours(1), {}, task));
      }
    };
    std::latch begin(producers + 1);
    std::vector<std::jthread> threads;
    for (unsigned each = 0; each != producers; ++each)
      threads.emplace_back([&, each] {
        begin.arrive_and_wait();
        produce(seed + each);
      });
    begin.arrive_and_wait();
    for (std::uint64_t until = seed % 40; taken + refused < until;)
      std::this_thread::yield();
    if (seed % 3 == 0)
      pool.close();
    else if (seed % 3 == 1)
      dropped = pool.shutdown_now().size();
    threads.clear();
    pool.drain();
    const auto seen = pool.counts();
    EXPECT_EQ(seen.running + seen.waiting, 0u);
    EXPECT_EQ(seen.submitted, seen.completed + seen.failed + seen.discarded);
    EXPECT_EQ(seen.submitted, taken);
    EXPECT_EQ(seen.rejected, refused);
    EXPECT_EQ(seen.completed + seen.failed, ran);
    EXPECT_EQ(seen.failed, reported);
    if (policy != on_full::discard_oldest) {
      EXPECT_EQ(seen.discarded, dropped);
    }
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(bounded_pool_stress, no_job_is_lost_and_none_runs_twice) {
  const unsigned first = seed();
  std::cout << "BELAY_SEED=" << first << std::endl;
  unsigned next = first;
  for (std::size_t workers = 1; workers != 4; ++workers)
    for (std::size_t capacity = 1; capacity != 4; ++capacity)
      for (unsigned producers = 1; producers != 4; ++producers)
        for (int policy = 0; policy != 4; ++policy)
          stress(next++ * 7919u, workers, capacity, producers);
}

} // namespace
