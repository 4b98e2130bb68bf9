// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// latch: std::latch, whose waits a stop request or a timeout can end.
//
// It may be destroyed as soon as a call has said that it is at zero, if no other call but those
// to count_down() that brought it there is under way: they notify under the lock, and every wait
// takes the lock, so that it returns after they let go of it.
//
// Counting below zero is std::logic_error and changes nothing, where std::latch has undefined
// behaviour: a latch whose work was counted wrongly is found on the spot. An arrival counts even if
// a stop is requested, so that those who wait without a token are not left behind.
//
// Decided against: counting up again (a barrier), and a fast path on an atomic, as for event.h.
//
#ifndef BELAY_LATCH_H
#define BELAY_LATCH_H

#include "belay/environment.h"
#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <stop_token>

namespace belay {

/// Any number of threads may use one latch. What precedes a count_down() or an arrival happens
/// before the return of every call that says that the latch is at zero.
template <class Environment = std_environment> class basic_latch {
public:
  using clock = typename Environment::clock;

  /// Throws std::invalid_argument, which is a std::logic_error, for a negative count.
  explicit basic_latch(std::ptrdiff_t count) : count_(count) {
    if (count < 0)
      throw std::invalid_argument("belay::latch: the count is negative");
  }
  basic_latch(const basic_latch &) = delete;
  basic_latch &operator=(const basic_latch &) = delete;

  /// Takes n off the count and wakes all who wait if that is 0 now. Throws std::logic_error, and
  /// takes nothing off, if n is negative or more than is left. Never waits.
  void count_down(std::ptrdiff_t n = 1) {
    const std::scoped_lock lock(mutex_);
    take_off(n);
  }

  /// Whether the count is 0 by now; unlike that of std::latch it is never wrong about that.
  bool try_wait() const {
    const std::scoped_lock lock(mutex_);
    return count_ == 0;
  }

  /// Waits until the count is 0.
  void wait() const {
    std::unique_lock lock(mutex_);
    zero_.wait(lock, [this] { return count_ == 0; });
  }

  /// True if the count is 0, also if a stop is requested too; false if only a stop is.
  [[nodiscard]] bool wait(std::stop_token stop) const {
    std::unique_lock lock(mutex_);
    return zero_.wait(lock, std::move(stop), [this] { return count_ == 0; });
  }

  /// True if the count is 0 within the timeout or before; a timeout of 0 or less does not wait.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::chrono::duration<Rep, Period> timeout) const {
    return wait_for({}, timeout);
  }

  /// False if the timeout is over, or a stop requested, and the count is not 0.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::stop_token stop,
                              std::chrono::duration<Rep, Period> timeout) const {
    const auto deadline = deadline_after<clock>(std::max(timeout, timeout.zero()));
    std::unique_lock lock(mutex_);
    return zero_.wait_until(lock, std::move(stop), deadline, [this] { return count_ == 0; });
  }

  /// Counts down by n and waits, as one step. Throws as count_down() does.
  void arrive_and_wait(std::ptrdiff_t n = 1) {
    std::unique_lock lock(mutex_);
    take_off(n);
    zero_.wait(lock, [this] { return count_ == 0; });
  }

  /// Counts down by n, whether or not a stop is requested, and waits as wait(stop) does.
  [[nodiscard]] bool arrive_and_wait(std::stop_token stop, std::ptrdiff_t n = 1) {
    std::unique_lock lock(mutex_);
    take_off(n);
    return zero_.wait(lock, std::move(stop), [this] { return count_ == 0; });
  }

private:
  // Under the lock.
  void take_off(std::ptrdiff_t n) {
    if (n < 0 || n > count_)
      throw std::logic_error("belay::latch: counted below zero, or up");
    count_ -= n;
    if (count_ == 0)
      zero_.notify_all();
  }

  mutable typename Environment::mutex mutex_;
  mutable typename Environment::condition_variable zero_;
  std::ptrdiff_t count_;
};

using latch = basic_latch<>;

} // namespace belay

#endif
