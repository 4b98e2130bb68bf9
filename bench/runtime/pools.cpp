// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What it takes to submit and run a task that does nothing, with W workers and P producers; and to
// end a pool that is idle. Every peer runs the same number of tasks to the end.
#include <belay/bounded_pool.h>
#include <benchmark/benchmark.h>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <oneapi/tbb/concurrent_queue.h>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>
#ifdef HAVE_BS_THREAD_POOL
#include <BS_thread_pool.hpp>
#endif

namespace {

constexpr std::size_t capacity = 1024;
constexpr std::size_t tasks = 100'000;

struct belay_pool {
  explicit belay_pool(std::size_t workers) : pool(workers, capacity) {}
  template <class F> void submit(F f) { pool.submit(f); }
  void drain() { pool.drain(); }
  belay::bounded_pool pool;
};

struct asio_pool {
  explicit asio_pool(std::size_t workers) : pool(workers) {}
  template <class F> void submit(F f) { boost::asio::post(pool, f); }
  void drain() { pool.join(); }
  boost::asio::thread_pool pool;
};

#ifdef HAVE_BS_THREAD_POOL
struct bs_pool {
  explicit bs_pool(std::size_t workers) : pool(workers) {}
  template <class F> void submit(F f) { pool.detach_task(f); }
  void drain() { pool.wait(); }
  BS::thread_pool<> pool;
};
#endif

// As one would build a pool on the queue: an empty function ends a worker.
struct tbb_pool {
  explicit tbb_pool(std::size_t workers) {
    queue.set_capacity(capacity);
    for (std::size_t i = 0; i < workers; ++i)
      threads.emplace_back([this] {
        std::function<void()> task;
        for (queue.pop(task); task; queue.pop(task))
          task();
      });
  }
  ~tbb_pool() { drain(); }
  template <class F> void submit(F f) { queue.push(std::function<void()>(f)); }
  void drain() {
    for (std::size_t i = 0; i < threads.size(); ++i)
      queue.push(std::function<void()>());
    threads.clear();
  }
  oneapi::tbb::concurrent_bounded_queue<std::function<void()>> queue;
  std::vector<std::jthread> threads;
};

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

template <class Pool>
void submit_and_run(benchmark::State &state, std::size_t workers, std::size_t producers) {
  for (auto _ : state) {
    Pool pool(workers);
    const auto produce = [&] {
      for (std::size_t i = 0; i < tasks / producers; ++i)
        pool.submit([] {});
    };
    const auto start = clock::now();
    {
      std::vector<std::jthread> others;
      for (std::size_t i = 1; i < producers; ++i)
        others.emplace_back(produce);
      produce();
    }
    pool.drain();
    state.SetIterationTime(seconds_since(start) / tasks);
  }
}

void thread_per_task(benchmark::State &state) {
  for (auto _ : state)
    std::thread([] {}).join();
}

template <class Pool> void shut_down(benchmark::State &state) {
  for (auto _ : state) {
    std::optional<Pool> pool(2);
    pool->submit([] {});
    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // its workers are asleep after that
    const auto start = clock::now();
    pool.reset();
    state.SetIterationTime(seconds_since(start));
  }
}

template <class Pool> bool add(const std::string &name) {
  for (const auto &[workers, producers] : {std::pair(1, 1), {2, 1}, {2, 2}})
    benchmark::RegisterBenchmark(
        ("submit/" + name + "/" + std::to_string(workers) + "w" + std::to_string(producers) + "p")
            .c_str(),
        submit_and_run<Pool>, workers, producers)
        ->Iterations(1)
        ->UseManualTime();
  benchmark::RegisterBenchmark(("shutdown/" + name).c_str(), shut_down<Pool>)
      ->Iterations(20)
      ->UseManualTime();
  return true;
}

const bool added[] = {
    add<belay_pool>("belay"),
    add<asio_pool>("asio"),
    add<tbb_pool>("tbb"),
#ifdef HAVE_BS_THREAD_POOL
    add<bs_pool>("bs"),
#endif
    benchmark::RegisterBenchmark("submit/thread-per-task", thread_per_task)->Iterations(300) !=
        nullptr,
};

} // namespace
