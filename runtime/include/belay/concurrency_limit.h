// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// concurrency_limit: how many may be at it at the same time. A counting semaphore whose permits
// are objects, so that none is lost by an early return or an exception, and none is given back
// twice.
//
// A limit is not a queue: whoever comes when a permit is free gets it, even past those who wait,
// so that a permit is never idle while its next holder wakes up. Whoever was told to stop before
// the call gets none, free or not, since the work it is for would be in vain.
//
// Decided against: several permits at once (two callers with half each block each other), changing
// the number of permits, and an acquire() without a token: pass `belay::detached("why")`.
//
#ifndef BELAY_CONCURRENCY_LIMIT_H
#define BELAY_CONCURRENCY_LIMIT_H

#include "belay/environment.h"
#include <cassert>
#include <cstddef>
#include <stdexcept>
#include <stop_token>
#include <utility>

namespace belay {

/// Any number of threads may use one limit. It has to outlive its permits. The release of a permit
/// happens before the return of the call that gets it next.
template <class Environment = std_environment> class basic_concurrency_limit {
public:
  using clock = typename Environment::clock;

  /// The right to go on, or nothing. One thread at a time may use it, not always the same.
  class [[nodiscard]] permit {
  public:
    permit() = default;
    permit(permit &&other) noexcept : limit_(std::exchange(other.limit_, nullptr)) {}
    /// Gives back what was held before.
    permit &operator=(permit &&other) noexcept {
      permit taken(std::move(other));
      std::swap(limit_, taken.limit_);
      return *this;
    }
    ~permit() { release(); }

    /// Whether it is one.
    explicit operator bool() const { return limit_ != nullptr; }

    /// Gives it back before its end; it is empty then. Does nothing on an empty one.
    void release() {
      if (basic_concurrency_limit *limit = std::exchange(limit_, nullptr))
        limit->give_back();
    }

  private:
    friend basic_concurrency_limit;
    explicit permit(basic_concurrency_limit *limit) : limit_(limit) {}

    basic_concurrency_limit *limit_ = nullptr;
  };

  /// Throws std::invalid_argument for 0, with which every acquire() would hang.
  explicit basic_concurrency_limit(std::size_t permits) : permits_(permits), free_(permits) {
    if (permits == 0)
      throw std::invalid_argument("belay::concurrency_limit: no permits");
  }
  basic_concurrency_limit(const basic_concurrency_limit &) = delete;
  basic_concurrency_limit &operator=(const basic_concurrency_limit &) = delete;
  ~basic_concurrency_limit() { assert(free_ == permits_ && "a permit outlives its limit"); }

  /// A permit if one is free now. Never waits.
  permit try_acquire() {
    const std::scoped_lock lock(mutex_);
    return taken(free_ > 0);
  }

  /// Waits for a permit. Empty if a stop is requested before there is one.
  permit acquire(std::stop_token stop) {
    if (stop.stop_requested())
      return {};
    std::unique_lock lock(mutex_);
    return taken(released_.wait(lock, std::move(stop), [this] { return free_ > 0; }));
  }

  /// As acquire(), and empty if none is free within the timeout; one of 0 or less does not wait.
  template <class Rep, class Period>
  permit acquire_for(std::chrono::duration<Rep, Period> timeout, std::stop_token stop) {
    if (stop.stop_requested())
      return {};
    const auto deadline = deadline_after<clock>(timeout);
    std::unique_lock lock(mutex_);
    return taken(
        released_.wait_until(lock, std::move(stop), deadline, [this] { return free_ > 0; }));
  }

  /// How many permits are free: for counters and logs, since it may have changed on return.
  std::size_t available() const {
    const std::scoped_lock lock(mutex_);
    return free_;
  }

private:
  // Under the lock.
  permit taken(bool is_free) {
    if (!is_free)
      return {};
    --free_;
    return permit(this);
  }

  void give_back() {
    const std::scoped_lock lock(mutex_);
    ++free_;
    released_.notify_one(); // who is woken and finds none left is woken by the next release
  }

  mutable typename Environment::mutex mutex_;
  typename Environment::condition_variable released_;
  const std::size_t permits_;
  std::size_t free_;
};

using concurrency_limit = basic_concurrency_limit<>;

} // namespace belay

#endif
