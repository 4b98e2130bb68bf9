// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// event: something that happens once, and threads that wait for it. Instead of a flag and a sleep.
//
// It may be destroyed as soon as a call has said that it is set, if no other call but the set()
// that made it so is under way: set() notifies under the lock, and waits and is_set() take the
// lock in any case, so that they return after set() let go of it. A local event, set by a thread
// that outlives it, is therefore fine.
//
// Decided against: a reset(), since a waiter that is late would miss what happened (take a new
// event); and a fast path on an atomic, which would return while set() still needs the event.
//
#ifndef BELAY_EVENT_H
#define BELAY_EVENT_H

#include "belay/environment.h"
#include <stop_token>

namespace belay {

/// Any number of threads may set one event and wait for it. What precedes a set() happens before
/// the return of every call that says that it is set.
template <class Environment = std_environment> class basic_event {
public:
  using clock = typename Environment::clock;

  basic_event() = default;
  basic_event(const basic_event &) = delete;
  basic_event &operator=(const basic_event &) = delete;

  /// Wakes all who wait, and keeps others from waiting. Setting it again does nothing.
  void set() {
    const std::scoped_lock lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }

  /// Whether it is set by now.
  bool is_set() const {
    const std::scoped_lock lock(mutex_);
    return set_;
  }

  /// Waits until it is set.
  void wait() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return set_; });
  }

  /// True if it is set, also if a stop is requested too; false if only a stop is.
  [[nodiscard]] bool wait(std::stop_token stop) const {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, std::move(stop), [this] { return set_; });
  }

  /// True if it is set within the timeout or before; a timeout of 0 or less does not wait.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::chrono::duration<Rep, Period> timeout) const {
    return wait_for({}, timeout);
  }

  /// False if the timeout is over, or a stop requested, and it is not set.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(std::stop_token stop,
                              std::chrono::duration<Rep, Period> timeout) const {
    const auto deadline = deadline_after<clock>(timeout);
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, std::move(stop), deadline, [this] { return set_; });
  }

private:
  mutable typename Environment::mutex mutex_;
  mutable typename Environment::condition_variable changed_;
  bool set_ = false;
};

using event = basic_event<>;

} // namespace belay

#endif
