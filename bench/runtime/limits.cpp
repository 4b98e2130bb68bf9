// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What it takes to ask a rate limiter: a bucket that grants, one that denies, and one of a million
// clients' buckets; with a clock read in each call, and with the caller's time.
#include <algorithm>
#include <atomic>
#include <belay/keyed_rate_limiter.h>
#include <belay/rate_limiter.h>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>
#include <functional>
#include <malloc.h>
#include <memory>
#include <mutex>
#include <random>
#include <unordered_map>
#include <vector>

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// The algorithm of folly::TokenBucket: the time at which the bucket was empty, in one atomic
/// double of seconds.
class atomic_double_bucket {
public:
  atomic_double_bucket(double rate, double burst) : rate_(rate), burst_(burst) {}

  bool allow() {
    const double now = std::chrono::duration<double>(clock::now().time_since_epoch()).count();
    double empty = empty_.load();
    double next = 0;
    do {
      const double tokens = std::min((now - empty) * rate_, burst_);
      if (tokens < 1)
        return false;
      next = now - (tokens - 1) / rate_;
    } while (!empty_.compare_exchange_weak(empty, next));
    return true;
  }

private:
  const double rate_;
  const double burst_;
  std::atomic<double> empty_{0};
};

/// The textbook's: tokens and the time of the last look, under a mutex.
class bucket {
public:
  bucket(double rate, double burst) : rate_(rate), burst_(burst), tokens_(burst) {}

  bool allow() { return allow_at(clock::now()); }
  bool allow_at(clock::time_point now) {
    tokens_ =
        std::min(burst_, tokens_ + std::chrono::duration<double>(now - last_).count() * rate_);
    last_ = now;
    if (tokens_ < 1)
      return false;
    tokens_ -= 1;
    return true;
  }

private:
  const double rate_;
  const double burst_;
  double tokens_;
  clock::time_point last_{};
};

class mutex_bucket {
public:
  mutex_bucket(double rate, double burst) : bucket_(rate, burst) {}
  bool allow() {
    const auto now = clock::now();
    const std::scoped_lock lock(mutex_);
    return bucket_.allow_at(now);
  }

private:
  std::mutex mutex_;
  bucket bucket_;
};

constexpr int keys = 1'000'000;

class mutex_map {
public:
  bool allow(std::uint64_t key) {
    const auto now = clock::now();
    const std::scoped_lock lock(mutex_);
    return buckets_.try_emplace(key, 1e9, 1e6).first->second.allow_at(now);
  }

  std::size_t memory() const { return memory_; }

private:
  template <class T> struct counting_allocator {
    using value_type = T;
    explicit counting_allocator(std::size_t &bytes) : bytes(bytes) {}
    template <class U>
    counting_allocator(const counting_allocator<U> &other) : bytes(other.bytes) {}
    T *allocate(std::size_t n) {
      T *memory = std::allocator<T>().allocate(n);
      bytes += malloc_usable_size(memory) + sizeof(std::size_t); // and the heap's own word
      return memory;
    }
    void deallocate(T *memory, std::size_t n) {
      bytes -= malloc_usable_size(memory) + sizeof(std::size_t);
      std::allocator<T>().deallocate(memory, n);
    }
    bool operator==(const counting_allocator &) const { return true; }
    std::size_t &bytes;
  };

  std::mutex mutex_;
  std::size_t memory_ = 0;
  std::unordered_map<std::uint64_t, bucket, std::hash<std::uint64_t>, std::equal_to<>,
                     counting_allocator<std::pair<const std::uint64_t, bucket>>>
      buckets_{counting_allocator<std::pair<const std::uint64_t, bucket>>(memory_)};
};

template <class Limiter> void ask(benchmark::State &state, Limiter &limiter, bool expected) {
  for (int i = 0; i < 2; ++i) // the one that denies is emptied by it
    limiter.allow();
  for (auto _ : state)
    if (limiter.allow() != expected)
      return state.SkipWithError("not the expected answer");
}

void ask_at(benchmark::State &state, belay::rate_limiter &limiter, bool expected) {
  // Time goes on by a token's worth, so that a grant finds one; for a denial it stands still.
  clock::time_point now = clock::now();
  const clock::duration step = expected ? 1ns : 0ns;
  limiter.allow_at(now);
  for (auto _ : state)
    if (limiter.allow_at(now += step) != expected)
      return state.SkipWithError("not the expected answer");
}

/// A million clients' limiter, all of whom have been there before.
template <class Limiter> Limiter &filled() {
  static Limiter limiter;
  static const bool once = [] {
    for (std::uint64_t key = 0; key < keys; ++key)
      limiter.allow(key);
    return true;
  }();
  static_cast<void>(once);
  return limiter;
}

template <class Limiter> void ask_keyed(benchmark::State &state) {
  static const std::vector<std::uint64_t> clients = [] {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> some(1 << 20);
    for (auto &each : some)
      each = random() % keys;
    return some;
  }();
  static std::size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(filled<Limiter>().allow(clients[i++ % clients.size()]));
}

/// What a million clients take of the heap.
template <class Limiter> void bytes(benchmark::State &state) {
  for (auto _ : state)
    state.counters["value"] = double(filled<Limiter>().memory()) / keys;
}

void read_clock(benchmark::State &state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(clock::now());
}

void compare_and_swap(benchmark::State &state) {
  std::atomic<std::int64_t> value{0};
  std::int64_t seen = 0;
  for (auto _ : state)
    value.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed);
}

bool add_free(const char *name, void (*body)(benchmark::State &)) {
  return benchmark::RegisterBenchmark(name, body)->MinTime(0.02);
}

/// Runs `body` on a limiter of its own, made when it is first needed.
template <class Limiter, class Body, class... Args>
bool add(const char *name, Body body, Args... args) {
  return benchmark::RegisterBenchmark(name,
                                      [=](benchmark::State &state) {
                                        static Limiter limiter(args...);
                                        body(state, limiter);
                                      })
      ->MinTime(0.02);
}

// So fast that there is always a token, so slow that there never is one.
constexpr double fast = 1e9;
constexpr double slow = 1e-3;

template <class Limiter>
const auto grant = [](auto &state, Limiter &limiter) { ask(state, limiter, true); };
template <class Limiter>
const auto deny = [](auto &state, Limiter &limiter) { ask(state, limiter, false); };

using belay::limit;
using belay::rate_limiter;

struct keyed : belay::keyed_rate_limiter<std::uint64_t> {
  keyed() : basic_keyed_rate_limiter(limit(fast), 1'000'000, keys) {}
};

const bool added[] = {
    add<rate_limiter>("grant/belay", grant<rate_limiter>, limit(fast), 1'000'000),
    add<rate_limiter>("deny/belay", deny<rate_limiter>, limit(slow), 1),
    add<atomic_double_bucket>("grant/folly", grant<atomic_double_bucket>, fast, 1e6),
    add<atomic_double_bucket>("deny/folly", deny<atomic_double_bucket>, slow, 1.),
    add<mutex_bucket>("grant/mutex", grant<mutex_bucket>, fast, 1e6),
    add<mutex_bucket>("deny/mutex", deny<mutex_bucket>, slow, 1.),
    add<rate_limiter>(
        "grant-at/belay", [](auto &state, rate_limiter &limiter) { ask_at(state, limiter, true); },
        limit(fast), 1),
    add<rate_limiter>(
        "deny-at/belay", [](auto &state, rate_limiter &limiter) { ask_at(state, limiter, false); },
        limit(slow), 1),
    add_free("keyed/belay", ask_keyed<keyed>),
    add_free("bytes/belay", bytes<keyed>),
    add_free("keyed/unordered_map", ask_keyed<mutex_map>),
    add_free("bytes/unordered_map", bytes<mutex_map>),
    add_free("floor/clock", read_clock),
    add_free("floor/compare-and-swap", compare_and_swap),
};

} // namespace
