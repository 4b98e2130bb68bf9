// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// sleep_for, sleep_until: sleeps that a stop request ends at once, where std::this_thread's go on.
//
// The result answers the one question of a loop, "go on?": false as soon as a stop is requested,
// also if the time is over as well or was never ahead, so that `while (sleep_for(stop, interval))`
// ends whatever the interval is. Durations and times of any size and type do what they say: what
// is past does not wait, and what no clock reaches waits for the stop only.
//
// Decided against: polling the token, which is late and costs wake-ups; a default for the token,
// since a sleep that nobody can end should say so: see detached.h; and the time that was left as
// the result, which nobody asked for.
//
#ifndef BELAY_SLEEP_H
#define BELAY_SLEEP_H

#include "belay/environment.h"
#include <stop_token>

namespace belay {

/// Sleeps until `Clock` says `time`. True if it does, false if a stop was requested, before or
/// meanwhile. What precedes the request_stop() happens before the return of false. Any clock of the
/// standard will do; a wait is set up only for a time that is ahead.
template <class Environment = std_environment, class Clock, class Duration>
bool sleep_until(std::stop_token stop, std::chrono::time_point<Clock, Duration> time) {
  using time_point = typename Clock::time_point;
  using seconds = std::chrono::duration<double>; // of which any other duration fits into the range
  const seconds since(time.time_since_epoch());
  const bool never = since >= seconds(time_point::max().time_since_epoch());
  const bool past = since <= seconds(time_point::min().time_since_epoch());
  if (stop.stop_requested())
    return false;
  if (past)
    return true;
  typename Environment::mutex mutex;
  typename Environment::condition_variable wake;
  std::unique_lock lock(mutex);
  if (never) {
    wake.wait(lock, stop, [] { return false; });
    return false;
  }
  const time_point deadline = std::chrono::ceil<typename Clock::duration>(time);
  if (Clock::now() < deadline)
    wake.wait_until(lock, stop, deadline, [&] { return Clock::now() >= deadline; });
  return !stop.stop_requested();
}

/// As sleep_until, for a duration from now by the environment's clock.
template <class Environment = std_environment, class Rep, class Period>
bool sleep_for(std::stop_token stop, std::chrono::duration<Rep, Period> duration) {
  return sleep_until<Environment>(std::move(stop),
                                  deadline_after<typename Environment::clock>(duration));
}

} // namespace belay

#endif
