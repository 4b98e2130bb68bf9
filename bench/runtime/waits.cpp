// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long after a stop a thread is awake that slept; the 99th percentile of 200 stops.
#include <algorithm>
#include <atomic>
#include <belay/sleep.h>
#include <benchmark/benchmark.h>
#include <chrono>
#include <stop_token>
#include <thread>
#include <vector>

namespace {

using clock = std::chrono::steady_clock;

void stop_to_awake(benchmark::State &state) {
  for (auto _ : state) {
    std::vector<double> seconds;
    for (int i = 0; i < 200; ++i) {
      clock::time_point awake;
      clock::time_point stopped;
      {
        std::jthread sleeper([&](std::stop_token stop) {
          belay::sleep_for(stop, std::chrono::hours(1));
          awake = clock::now();
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(1)); // it is asleep after that
        stopped = clock::now();
        sleeper.request_stop();
      }
      seconds.push_back(std::chrono::duration<double>(awake - stopped).count());
    }
    const auto p99 = seconds.begin() + std::ptrdiff_t(seconds.size() * 99 / 100);
    std::nth_element(seconds.begin(), p99, seconds.end());
    state.counters["value"] = *p99 * 1e9;
  }
}

BENCHMARK(stop_to_awake)->Name("awake/belay")->Iterations(1);

} // namespace
