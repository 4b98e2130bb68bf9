// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// relacy_environment: what the primitives are made of when Relacy runs them. Each thread is a fiber
// on the one thread of the test, and each operation here is a place at which another may go on.
// Relaxed loads may see the value before the last one, weak exchanges fail though they need not,
// and notify_one() wakes any of those who wait.
//
// What it does not see: fields that are no atomics (that a mutex guards them is ThreadSanitizer's
// to find), and std::shared_ptr, std::stop_source and std::this_thread::yield(), which are the real
// ones. An exception must not be caught around an operation here, since the C++ runtime keeps those
// that are being handled per thread of the system.
//
// Threads are a part of the environment, as the clock is. Decided against: a function of the pool
// that runs the loop of a worker, to be called by a model's threads, which would be there for tests
// only and leave the pool's own starting and joining out of the model.
//
#ifndef BELAY_MODELS_RELACY_ENVIRONMENT_H
#define BELAY_MODELS_RELACY_ENVIRONMENT_H

#include "relacy.h"
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <source_location>
#include <stop_token>
#include <utility>
#include <vector>

namespace models {

/// In the history of an execution that fails: where in the primitive, or the model.
using place = std::source_location;
inline rl::debug_info line_of(const place &at) { return {"", at.file_name(), at.line()}; }

/// Ends the execution, and with it the search, unless `holds`.
inline void check(bool holds, const char *what, const place &at = place::current()) {
  if (!holds)
    rl::ctx().fail_test(what, rl::test_result_user_assert_failed, line_of(at));
}

/// Which atomics are written after their construction, numbered in the order of that. A load of
/// one that never is commutes with everything, so that it need not be a place at which another
/// thread goes on, which would make a full search a thousand times as large. Some executions find
/// out which those are; if such a one is written after all, the model fails.
struct written_atomics {
  static inline std::vector<bool> seen;
  static inline bool complete = false;
  static inline std::size_t made = 0; // in this execution

  static void note(std::size_t number, const place &at) {
    if (!complete && seen.size() <= number)
      seen.resize(number + 1);
    if (!complete)
      seen[number] = true;
    check(is(number), "an atomic that was never written before is written", at);
  }
  static bool is(std::size_t number) { return !complete || (number < seen.size() && seen[number]); }
};

template <class T> class atomic {
public:
  using order = std::memory_order;

  atomic(T value) : value_(value) {}
  T load(order o = order::seq_cst, const place &at = place::current()) const {
    if (!written_atomics::is(number_))
      return value_.debug_value();
    return value_.load(of(o), line_of(at));
  }
  void store(T value, order o = order::seq_cst, const place &at = place::current()) {
    written_atomics::note(number_, at);
    value_.store(value, of(o), line_of(at));
  }
  bool compare_exchange_weak(T &expected, T desired, order o = order::seq_cst,
                             const place &at = place::current()) {
    written_atomics::note(number_, at);
    return value_.compare_exchange_weak(expected, desired, of(o), line_of(at));
  }
  bool compare_exchange_weak(T &expected, T desired, order success, order failure,
                             const place &at = place::current()) {
    written_atomics::note(number_, at);
    const rl::debug_info line = line_of(at);
    return value_.compare_exchange_weak(expected, desired, of(success), line, of(failure), line);
  }

private:
  static rl::memory_order of(order o) {
    switch (o) {
    case order::relaxed:
      return rl::mo_relaxed;
    case order::consume:
      return rl::mo_consume;
    case order::acquire:
      return rl::mo_acquire;
    case order::release:
      return rl::mo_release;
    case order::acq_rel:
      return rl::mo_acq_rel;
    default:
      return rl::mo_seq_cst;
    }
  }

  rl::atomic<T> value_;
  std::size_t number_ = written_atomics::made++;
};

/// A variable that is no atomic, of which Relacy reports accesses that nothing orders.
template <class T> class plain {
public:
  explicit plain(T value) : value_(value) {}
  T get(const place &at = place::current()) const { return value_(line_of(at)).load(); }
  void set(T value, const place &at = place::current()) { value_(line_of(at)).store(value); }

private:
  rl::var<T> value_;
};

class mutex {
public:
  void lock() { real_.lock(RL_INFO); }
  bool try_lock() { return real_.try_lock(RL_INFO); }
  void unlock() { real_.unlock(RL_INFO); }
  rl::mutex &real() { return real_; }

private:
  rl::mutex real_;
};

/// Has the interface of std::condition_variable_any. A wait with a time may end at any moment. A
/// token must be one that never stops: a real one's callbacks would run on a fiber that it takes
/// for the thread that waits for them.
class condition_variable {
public:
  using lock_type = std::unique_lock<mutex>;

  void notify_one(const place &at = place::current()) { real_.notify_one(line_of(at)); }
  void notify_all(const place &at = place::current()) { real_.notify_all(line_of(at)); }

  void wait(lock_type &lock, const place &at = place::current()) {
    ++sleepers;
    real_.wait(lock.mutex()->real(), line_of(at));
    --sleepers;
  }
  template <class Ready>
  void wait(lock_type &lock, Ready ready, const place &at = place::current()) {
    while (!ready())
      wait(lock, at);
  }
  template <class Ready>
  bool wait(lock_type &lock, std::stop_token stop, Ready ready,
            const place &at = place::current()) {
    check(!stop.stop_possible(), "a token that may stop is not modelled", at);
    wait(lock, std::move(ready), at);
    return true;
  }
  template <class Clock, class Duration, class Ready>
  bool wait_until(lock_type &lock, std::stop_token stop,
                  std::chrono::time_point<Clock, Duration> deadline, Ready ready,
                  const place &at = place::current()) {
    if (deadline == deadline.max())
      return wait(lock, std::move(stop), std::move(ready), at);
    check(!stop.stop_possible(), "a token that may stop is not modelled", at);
    while (!ready()) {
      ++sleepers;
      const bool in_time = real_.wait_for(lock.mutex()->real(), deadline, line_of(at));
      --sleepers;
      if (!in_time)
        return ready();
    }
    return true;
  }

  /// How many threads are in a wait: they sleep as soon as the lock is free.
  static inline int sleepers = 0;

private:
  rl::condition_variable_any real_;
};

/// Says what the model sets.
struct clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<clock>;
  static constexpr bool is_steady = false;
  static time_point now() { return time; }
  static inline time_point time{};
};

/// One of those that the model says it starts, see exploration.h.
class thread {
public:
  template <class F>
  explicit thread(F f) : running_(rl::ctx().create_thread(run<F>, new F(std::move(f)))) {}
  thread(thread &&other) noexcept : running_(std::exchange(other.running_, nullptr)) {}
  ~thread() {
    if (running_)
      running_->wait(false, false, RL_INFO);
  }

private:
  template <class F> static void *run(void *f) {
    F mine = std::move(*static_cast<F *>(f));
    delete static_cast<F *>(f);
    mine();
    return nullptr;
  }

  rl::win_waitable_object *running_;
};

inline std::size_t execution = 0; // counts them

/// With `Yields` of 0, threads do not try again before they sleep, which adds many executions.
template <int Yields = 0> struct relacy_environment {
  template <class T> using atomic = models::atomic<T>;
  using mutex = models::mutex;
  using condition_variable = models::condition_variable;
  using clock = models::clock;
  using thread = models::thread;

  template <class T> static T *&own() {
    static std::array<T *, 8> pointers; // fibers share what is thread_local
    static std::size_t used_in = 0;
    if (std::exchange(used_in, execution) != execution)
      pointers.fill(nullptr); // an execution that failed has left something
    return pointers.at(rl::thread_index());
  }

  static constexpr int pauses = 0;
  static constexpr int yields = Yields;
};

} // namespace models

#endif
