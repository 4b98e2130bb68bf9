// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// latch: std::latch, whose waits a stop request or a timeout can end.
//
// It is a count and an event that is set at zero, and may be destroyed as soon as a call has said
// that it is at zero, if no other call but those to count_down() that brought it there is under
// way: all but the last are done with it once they have counted, and the last ends as event's set()
// does.
//
// Counting below zero is std::logic_error and changes nothing, where std::latch has undefined
// behaviour: a latch whose work was counted wrongly is found on the spot. An arrival counts even if
// a stop is requested, so that those who wait without a token are not left behind.
//
// Decided against: counting up again (a barrier), and a fast path, as for event.h.
//
#ifndef BELAY_LATCH_H
#define BELAY_LATCH_H

#include "belay/environment.h"
#include "belay/event.h"
#include <cstddef>
#include <stdexcept>
#include <stop_token>

namespace belay {

/// Any number of threads may use one latch. What precedes a count_down() or an arrival happens
/// before the return of every call that says that the latch is at zero.
template <class Environment = std_environment> class basic_latch {
public:
  /// Throws std::invalid_argument, which is a std::logic_error, for a negative count.
  explicit basic_latch(std::ptrdiff_t count) : count_(count) {
    if (count < 0)
      throw std::invalid_argument("belay::latch: the count is negative");
    if (count == 0)
      zero_.set();
  }
  basic_latch(const basic_latch &) = delete;
  basic_latch &operator=(const basic_latch &) = delete;

  /// Takes n off the count and wakes all who wait if that is 0 now. Throws std::logic_error, and
  /// takes nothing off, if n is negative or more than is left. Never waits.
  void count_down(std::ptrdiff_t n = 1) {
    std::ptrdiff_t left = count_.load(std::memory_order_relaxed);
    do {
      if (n < 0 || n > left)
        throw std::logic_error("belay::latch: counted below zero, or up");
    } while (!count_.compare_exchange_weak(left, left - n, std::memory_order_acq_rel,
                                           std::memory_order_relaxed));
    if (left == n && n != 0)
      zero_.set();
  }

  /// Whether the count is 0 by now; unlike that of std::latch it is never wrong about that.
  bool try_wait() const { return zero_.is_set(); }

  /// Waits until the count is 0.
  void wait() const { zero_.wait(); }

  /// True if the count is 0, also if a stop is requested too; false if only a stop is.
  [[nodiscard]] bool wait(std::stop_token stop) const { return zero_.wait(std::move(stop)); }

  /// True if the count is 0 within the timeout or before; a timeout of 0 or less does not wait.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::chrono::duration<Rep, Period> timeout) const {
    return zero_.wait_for(timeout);
  }

  /// False if the timeout is over, or a stop requested, and the count is not 0.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::stop_token stop,
                              std::chrono::duration<Rep, Period> timeout) const {
    return zero_.wait_for(std::move(stop), timeout);
  }

  /// Counts down by n and waits. Throws as count_down() does.
  void arrive_and_wait(std::ptrdiff_t n = 1) {
    count_down(n);
    wait();
  }

  /// Counts down by n, whether or not a stop is requested, and waits as wait(stop) does.
  [[nodiscard]] bool arrive_and_wait(std::stop_token stop, std::ptrdiff_t n = 1) {
    count_down(n);
    return wait(std::move(stop));
  }

private:
  typename Environment::template atomic<std::ptrdiff_t> count_;
  basic_event<Environment> zero_;
};

using latch = basic_latch<>;

} // namespace belay

#endif
