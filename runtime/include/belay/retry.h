// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// retry: tries again what failed for now, after exponential back-off with full jitter: a time
// between 0 and min(cap, base * 2^failures), which spreads clients best (M. Brooker, "Exponential
// Backoff And Jitter", AWS Architecture Blog, 2015).
//
// The function says in its result, an attempt, whether to try again; the result of retry() is the
// last attempt, so that the last failure is never lost. A server's Retry-After comes on top of
// that: nobody is early, and not all come at the same moment. A budget, shared by all calls,
// bounds retries when everything fails: without one, three attempts are three times the load.
//
// Decided against: to catch exceptions, since only the caller knows which of them pass with time,
// and a time limit, which the stop token is for.
//
#ifndef BELAY_RETRY_H
#define BELAY_RETRY_H

#include "belay/runnable.h"
#include "belay/sleep.h"
#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <utility>

namespace belay {

/// How often, and how long in between. Negative times are 0.
struct retry_policy {
  int max_attempts = 3; ///< with the first one, which is made in any case
  std::chrono::nanoseconds base = std::chrono::milliseconds(100); ///< at most, after one failure
  std::chrono::nanoseconds cap = std::chrono::seconds(10);        ///< at most, after many
};

/// What came of one try. `value` holds the result or the failure.
template <class T> struct attempt {
  T value;
  bool again = false;                      ///< it failed, and may succeed later
  std::chrono::nanoseconds retry_after{0}; ///< not before that; of one to be tried again
};

/// The result of a try after which there is no other: a success, or a failure for good.
template <class T> attempt<std::decay_t<T>> done(T &&value) {
  return {std::forward<T>(value), false, {}};
}

/// The result of a try that failed for now, to be made again after `retry_after` or later.
template <class T>
attempt<std::decay_t<T>> again(T &&value, std::chrono::nanoseconds retry_after = {}) {
  return {std::forward<T>(value), true, retry_after};
}

/// The longest back-off after 1 + `retries` failures: min(cap, base * 2^retries).
constexpr std::chrono::nanoseconds longest_backoff(const retry_policy &policy, int retries) {
  const std::int64_t base = std::max<std::int64_t>(policy.base.count(), 0);
  const std::int64_t cap = std::max<std::int64_t>(policy.cap.count(), 0);
  const int doublings = std::clamp(retries, 0, 62);
  return std::chrono::nanoseconds(base > cap >> doublings ? cap : base << doublings);
}

/// How long to wait after 1 + `retries` failures, the last of which asked for `retry_after`: that
/// and the `fraction`, from 0 to 1, of the longest back-off. No more than a duration holds.
constexpr std::chrono::nanoseconds retry_delay(const retry_policy &policy, int retries,
                                               double fraction,
                                               std::chrono::nanoseconds retry_after = {}) {
  const std::chrono::nanoseconds longest = longest_backoff(policy, retries);
  std::chrono::nanoseconds jitter = longest;
  if (!(fraction > 0))
    jitter = {};
  else if (fraction < 1)
    jitter = std::chrono::nanoseconds(
        static_cast<std::int64_t>(fraction * static_cast<double>(longest.count())));
  const std::chrono::nanoseconds least = std::max(retry_after, retry_after.zero());
  return least > least.max() - jitter ? least.max() : least + jitter;
}

/// A budget that never ends.
struct unlimited {
  bool allow() { return true; }
};

/// Uniform from 0 to 1, by one generator a thread: for jitter, not for secrets.
struct random_fraction {
  double operator()() const {
    thread_local std::minstd_rand generator(std::random_device{}());
    return std::uniform_real_distribution<double>()(generator);
  }
};

/// f(stop), or f() if it takes no token, until its attempt is not to be made again, and that
/// attempt. Gives up, with the attempt that failed last and whose `again` is true, after
/// policy.max_attempts, where budget.allow() is false (asked before each retry; a rate_limiter
/// will do), and at once when a stop is requested. The first attempt is made even then: f has the
/// token. What f throws passes. `random` gives fractions as retry_delay() takes them.
template <class Environment = std_environment, class F, class Budget = unlimited,
          class Random = random_fraction>
[[nodiscard]] auto retry(const retry_policy &policy, std::stop_token stop, F &&f,
                         Budget &&budget = {}, Random &&random = {}) {
  for (int retries = 0;; ++retries) {
    auto last = run_with(f, stop);
    // The stop is looked at first, as the budget is shared with those who can use it.
    if (!last.again || retries + 1 >= policy.max_attempts || stop.stop_requested() ||
        !budget.allow() ||
        !sleep_for<Environment>(stop, retry_delay(policy, retries, random(), last.retry_after)))
      return last;
  }
}

} // namespace belay

#endif
