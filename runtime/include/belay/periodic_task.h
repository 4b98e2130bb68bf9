// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// periodic_task: calls a function at each tick of an interval, on a thread of its own, until it is
// stopped or destroyed, which ends a wait for the next tick at once.
//
// Ticks are whole intervals from the start, so that they do not drift by the time that the function
// takes; the first is one interval after the start. What becomes of ticks that pass while the
// function runs is the caller's choice (missed), and a pure function, next_tick.
//
// An exception ends the task, and stop rethrows it: a function that has failed once is not called
// again without somebody having decided so. A function that is to go on catches its own exceptions.
//
// Decided against: a handler for errors (it would be the function's own catch in another place),
// and several tasks on one thread, where one that takes long makes the others late.
//
#ifndef BELAY_PERIODIC_TASK_H
#define BELAY_PERIODIC_TASK_H

#include "belay/environment.h"
#include "belay/runnable.h"
#include <chrono>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

namespace belay {

/// What becomes of the ticks that have passed when a run ends.
enum class missed {
  skip,  ///< They are dropped: the next run is at the next tick from now on.
  burst, ///< They are made up for, one run right after the other.
  delay, ///< There are none: the next tick is an interval after the end of the run.
};

/// When to run again, of ticks at `start` + k * `interval`, at `now`, after the tick at `last`
/// (`start` if there was none). The last point in time where it would be past that. It is after
/// `last` whatever `now` is, except for delay, which only looks at `now`. `interval` is positive.
template <class Clock, class Duration>
constexpr std::chrono::time_point<Clock, Duration>
next_tick(std::chrono::time_point<Clock, Duration> start, Duration interval,
          std::chrono::time_point<Clock, Duration> now,
          std::chrono::time_point<Clock, Duration> last, missed policy) {
  using time_point = std::chrono::time_point<Clock, Duration>;
  const auto plus = [](time_point time, Duration wait) {
    return time > time_point::max() - wait ? time_point::max() : time + wait;
  };
  if (policy == missed::delay)
    return plus(now, interval);
  if (policy == missed::burst || now <= last)
    return plus(last, interval);
  const Duration into = (now - start) % interval;
  return into == Duration::zero() ? now : plus(now, interval - into);
}

template <class Environment = std_environment> class basic_periodic_task {
public:
  using clock = typename Environment::clock;
  using time_point = typename clock::time_point;
  using duration = typename clock::duration;

  /// Calls `f`, with a stop_token if it takes one, each `interval`, from one interval after now.
  /// Throws std::invalid_argument if that is not positive, std::system_error if the system has no
  /// thread left. The construction happens before f, and each run before the next.
  template <class Rep, class Period, class F>
  basic_periodic_task(std::chrono::duration<Rep, Period> interval, F f,
                      missed missed_tick = missed::skip) {
    if (!(interval > interval.zero()))
      throw std::invalid_argument("periodic_task: an interval that is not positive");
    const duration whole = whole_of(interval);
    const time_point start = clock::now();
    std::lock_guard lock(mutex_); // f finds thread_ complete
    thread_ = std::jthread([=, this, f = std::move(f)](std::stop_token stop) mutable {
      run(std::move(stop), start, whole, missed_tick, f);
    });
  }

  basic_periodic_task(const basic_periodic_task &) = delete;
  basic_periodic_task &operator=(const basic_periodic_task &) = delete;

  /// Requests stop and waits for a run that is under way. An exception that no stop has taken is
  /// dropped: a destructor cannot throw it.
  ~basic_periodic_task() = default;

  /// No run begins after the one that is under way, which sees it by its stop_token. It does not
  /// wait, so that f may call it.
  void request_stop() { thread_.request_stop(); }

  /// Requests stop, waits until f has returned and has been destroyed, which happens before stop
  /// returns, and rethrows the exception that ended the task; that happens once, so that a second
  /// stop returns. Throws std::system_error (resource_deadlock_would_occur) if called by f, which
  /// would wait for itself; stop is requested nevertheless.
  void stop() { stop(std::stop_token()); }

  /// The same, but waits until `give_up` at most: false if a run was still under way then.
  bool stop(std::stop_token give_up) {
    request_stop();
    std::unique_lock lock(mutex_);
    if (!ended_ && thread_.get_id() == std::this_thread::get_id())
      throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
    if (!changed_.wait(lock, std::move(give_up), [this] { return ended_; }))
      return false;
    const std::exception_ptr error = std::exchange(error_, nullptr);
    lock.unlock();
    if (error)
      std::rethrow_exception(error);
    return true;
  }

  /// Whether there may be another run: not after an exception or once a stop has come through. It
  /// orders nothing that the caller could rely on.
  bool running() const {
    std::lock_guard lock(mutex_);
    return !ended_;
  }

private:
  template <class Rep, class Period>
  static duration whole_of(std::chrono::duration<Rep, Period> interval) {
    using seconds = std::chrono::duration<double>;
    return seconds(interval) >= seconds(duration::max()) ? duration::max()
                                                         : std::chrono::ceil<duration>(interval);
  }

  template <class F>
  void run(std::stop_token stop, time_point start, duration interval, missed policy, F &function) {
    std::exception_ptr error;
    try {
      F f = std::move(function); // destroyed before the task counts as ended
      time_point tick = start;
      time_point now = start;
      while (true) {
        tick = next_tick(start, interval, now, tick, policy);
        if (!wait_until(tick, stop))
          break;
        run_with(f, stop);
        now = clock::now();
      }
    } catch (...) {
      error = std::current_exception();
    }
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
    ended_ = true;
    changed_.notify_all();
  }

  /// False if it was stopped.
  bool wait_until(time_point tick, const std::stop_token &stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, stop, tick, [] { return false; });
    return !stop.stop_requested();
  }

  mutable typename Environment::mutex mutex_;
  typename Environment::condition_variable changed_;
  std::exception_ptr error_;
  bool ended_ = false;
  std::jthread thread_; // the last, so that it is joined while the others are there
};

using periodic_task = basic_periodic_task<>;

} // namespace belay

#endif
