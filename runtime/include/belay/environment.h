// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// environment: what the primitives are made of. Each is a template over it, so that the same source
// runs with the standard library, under a model checker, and under a clock that a test moves.
//
#ifndef BELAY_ENVIRONMENT_H
#define BELAY_ENVIRONMENT_H

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace belay {

/// The standard library's. Another environment has the same members with the same meaning.
struct std_environment {
  template <class T> using atomic = std::atomic<T>;
  using mutex = std::mutex;
  using condition_variable = std::condition_variable_any; // its waits take a stop_token
  using clock = std::chrono::steady_clock;
  using thread = std::jthread; // started with a function without arguments, and joined at its end

  /// A pointer that each thread has for itself, null at first; another one for another T. Not just
  /// thread_local where it is used, since a model checker runs its threads on one of the system's.
  template <class T> static T *&own() {
    static thread_local T *pointer = nullptr;
    return pointer;
  }

  // How long threads wait before they sleep, see backoff.h: found by measuring a pool whose jobs do
  // nothing. A model checker has no use for either.
  static constexpr int pauses = 1024;
  static constexpr int yields = 20;
};

/// `now + wait`, now for what is negative, or the last point in time where that is past it, so that
/// "for ever" is a duration.
template <class Clock, class Rep, class Period>
typename Clock::time_point deadline_after(std::chrono::duration<Rep, Period> wait) {
  using time_point = typename Clock::time_point;
  const time_point now = Clock::now();
  if (!(wait > wait.zero()))
    return now;
  const std::chrono::duration<double> left = time_point::max() - now;
  if (std::chrono::duration<double>(wait) >= left)
    return time_point::max();
  return now + std::chrono::ceil<typename Clock::duration>(wait);
}

/// Whole nanoseconds from the clock's epoch to `time`.
template <class Clock, class Duration>
constexpr std::int64_t nanoseconds_of(std::chrono::time_point<Clock, Duration> time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

} // namespace belay

#endif
