// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// rate_limiter: a token bucket with the verbs of Go's golang.org/x/time/rate.
//
// The bucket is one number, the time at which it will be full again (the theoretical arrival time
// of the generic cell rate algorithm, ITU-T I.371): taking n tokens moves it n intervals on from
// now or from where it is, whichever is later, and is refused where that would be more than a full
// bucket ahead of now. So there is no timer, no lock, and no floating point, which loses tokens at
// small rates; one compare-and-swap decides. A time that runs backwards is only further from the
// bucket's, so that it never adds tokens: with times shuffled by 1 ms at 10,000/s and a burst of
// 10, x/time/rate admits 100,000 of 100,000 calls, this one 20 at most.
//
// Decided against: a queue of waiters (each waits for its own time, so nobody is woken in vain),
// and more than `max_span` from empty to full, 73 years, which keeps every sum in 64 bits.
//
#ifndef BELAY_RATE_LIMITER_H
#define BELAY_RATE_LIMITER_H

#include "belay/environment.h"
#include "belay/limit.h"
#include "belay/sleep.h"
#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <stop_token>

namespace belay {

/// Any number of threads may use one limiter. Its operations are relaxed: they count, and order
/// nothing else between threads.
template <class Environment = std_environment> class basic_rate_limiter {
public:
  using clock = typename Environment::clock;
  using time_point = typename clock::time_point;
  using duration = std::chrono::nanoseconds;

  static constexpr std::int64_t max_span = limit::max_span;

  /// Tokens taken ahead of time. It refers to its limiter, which has to outlive it.
  class reservation {
  public:
    /// Whether there is anything to wait for: not if more was asked for than the bucket ever holds.
    bool ok() const { return limiter_ != nullptr; }
    explicit operator bool() const { return ok(); }

    /// When the tokens may be used; only of one that is ok.
    time_point when() const { return at(when_); }

    /// From now, or `now`, until then: 0 if that is past.
    duration delay() const { return delay_from(clock::now()); }
    duration delay_from(time_point now) const {
      return duration(std::max<std::int64_t>(0, when_ - nanoseconds_of(now)));
    }

    /// Gives back what nobody could have used yet: nothing after its time or a second cancel, less
    /// what was reserved after it, and nothing if the limit or burst has changed meanwhile.
    void cancel() { cancel_at(clock::now()); }
    void cancel_at(time_point now) {
      if (limiter_ && when_ >= nanoseconds_of(now))
        limiter_->give_back(*this);
      limiter_ = nullptr;
    }

  private:
    friend basic_rate_limiter;
    basic_rate_limiter *limiter_ = nullptr;
    std::int64_t when_ = 0;
    std::int64_t full_ = 0;     // the limiter's, just after
    std::int64_t cost_ = 0;     // by how much that moved it
    std::int64_t interval_ = 0; // the limiter's
    std::int64_t burst_ = 0;
  };

  /// Starts full. Throws std::invalid_argument for a negative burst.
  basic_rate_limiter(limit rate, std::int64_t burst)
      : interval_(rate.interval_for(checked(burst))), burst_(burst), rate_(rate) {}
  basic_rate_limiter(const basic_rate_limiter &) = delete;
  basic_rate_limiter &operator=(const basic_rate_limiter &) = delete;

  /// Takes a token, or n, if they are there now. Never for n < 1, nor for more than the burst
  /// unless there is no limit.
  bool allow() { return allow_n_at(clock::now(), 1); }
  bool allow_n(std::int64_t n) { return allow_n_at(clock::now(), n); }
  bool allow_at(time_point now) { return allow_n_at(now, 1); }
  bool allow_n_at(time_point now, std::int64_t n) { return take(now, n, /*patience=*/0).ok(); }

  /// Takes n tokens for when they will be there. Not ok where allow_n never is, or not in max_span.
  reservation reserve(std::int64_t n = 1) { return reserve_n_at(clock::now(), n); }
  reservation reserve_n_at(time_point now, std::int64_t n) { return take(now, n, INT64_MAX); }

  /// As reserve_n_at, but takes nothing if that would be later than the deadline.
  reservation reserve_n_by(time_point now, time_point deadline, std::int64_t n) {
    return take(now, n,
                deadline == time_point::max() ? INT64_MAX
                                              : nanoseconds_of(deadline) - nanoseconds_of(now));
  }

  /// Takes n tokens and waits for them. False if they would come after the deadline, which takes
  /// nothing and does not wait; if stopped, which gives back what could not be used yet; and where
  /// allow_n never is true.
  bool wait(std::stop_token stop = {}, time_point deadline = time_point::max()) {
    return wait_n(std::move(stop), deadline, 1);
  }
  bool wait_n(std::stop_token stop, time_point deadline, std::int64_t n) {
    if (stop.stop_requested())
      return false;
    reservation tokens = reserve_n_by(clock::now(), deadline, n);
    if (!tokens || sleep_until<Environment>(stop, tokens.when()))
      return tokens.ok();
    tokens.cancel();
    return false;
  }

  /// The tokens there are, with fractions; below 0 if some are reserved.
  double tokens() const { return tokens_at(clock::now()); }
  double tokens_at(time_point now) const {
    const std::int64_t interval = interval_.load(std::memory_order_relaxed);
    const auto burst = static_cast<double>(burst_.load(std::memory_order_relaxed));
    const std::int64_t full = full_.load(std::memory_order_relaxed);
    if (interval == 0 || full <= nanoseconds_of(now))
      return burst;
    return burst - static_cast<double>(full - nanoseconds_of(now)) / static_cast<double>(interval);
  }

  /// Changes the rate, or the burst. No tokens are added by it: what was used stays used.
  void set_limit(limit rate) { set_limit_at(clock::now(), rate); }
  void set_limit_at(time_point now, limit rate) {
    const std::scoped_lock lock(settings_);
    rate_ = rate;
    change(nanoseconds_of(now), burst_.load(std::memory_order_relaxed));
  }

  /// Throws std::invalid_argument for a negative burst.
  void set_burst(std::int64_t burst) { set_burst_at(clock::now(), burst); }
  void set_burst_at(time_point now, std::int64_t burst) {
    checked(burst);
    const std::scoped_lock lock(settings_);
    change(nanoseconds_of(now), burst);
  }

private:
  __extension__ typedef __int128 wide;

  static time_point at(std::int64_t time) {
    return time_point(std::chrono::ceil<typename clock::duration>(duration(time)));
  }

  static std::int64_t checked(std::int64_t burst) {
    if (burst < 0)
      throw std::invalid_argument("belay::rate_limiter: the burst is negative");
    return burst;
  }

  static std::int64_t product(std::int64_t interval, std::int64_t n) {
    std::int64_t result = 0;
    if (__builtin_mul_overflow(interval, n, &result))
      return n < 0 ? -max_span : max_span;
    return std::clamp(result, -max_span, max_span);
  }

  // Takes n tokens if they will be there within `patience` nanoseconds.
  reservation take(time_point time, std::int64_t n, std::int64_t patience) {
    const std::int64_t now = nanoseconds_of(time);
    const std::int64_t interval = interval_.load(std::memory_order_relaxed);
    const std::int64_t burst = burst_.load(std::memory_order_relaxed);
    reservation taken;
    if (n < 1 || patience < 0 || (n > burst && interval != 0))
      return taken;
    const std::int64_t span = product(interval, burst);
    const std::int64_t cost = product(interval, n);
    std::int64_t full = full_.load(std::memory_order_relaxed);
    std::int64_t next = 0;
    std::int64_t when = 0;
    do {
      // Past the reach of 64 bits, and long past everybody's patience.
      if (__builtin_add_overflow(std::max(full, now), cost, &next))
        return taken;
      when = std::max(next - span, now);
      if (interval != 0 && when != now && (when - now > patience || span > max_span - burst))
        return taken; // the latter: the bucket does not fill in a lifetime, if ever
    } while (interval != 0 && !full_.compare_exchange_weak(full, next, std::memory_order_relaxed));
    taken.limiter_ = this;
    taken.when_ = interval == 0 ? now : when;
    taken.full_ = next;
    taken.cost_ = cost;
    taken.interval_ = interval;
    taken.burst_ = burst;
    return taken;
  }

  void give_back(const reservation &taken) {
    const std::scoped_lock lock(settings_);
    if (taken.interval_ == 0 || taken.interval_ != interval_.load(std::memory_order_relaxed) ||
        taken.burst_ != burst_.load(std::memory_order_relaxed))
      return;
    std::int64_t last = 0;
    std::int64_t left = 0;
    bool newest = false;
    move_full([&](std::int64_t full) {
      last = std::max(full, last_);
      newest = full == taken.full_ && full - taken.cost_ >= left_;
      const std::int64_t later = newest ? 0 : last - taken.full_; // was reserved since
      return left = full - std::clamp<std::int64_t>(taken.cost_ - later, 0, taken.cost_);
    });
    last_ = last == taken.full_ ? last - taken.cost_ : last;
    left_ = newest ? left_ : left;
  }

  // To rate_ and `burst`, with the same tokens, rounded down. Called with settings_ locked.
  void change(std::int64_t now, std::int64_t burst) {
    const std::int64_t old_burst = burst_.load(std::memory_order_relaxed);
    const std::int64_t old = interval_.load(std::memory_order_relaxed);
    const std::int64_t next = rate_.interval_for(burst);
    if (next == old && burst == old_burst)
      return;
    // In this order, a call in between meets a bucket that is less full, and never a fuller one.
    burst_.store(std::min(burst, old_burst), std::memory_order_relaxed);
    interval_.store(std::min(next, old), std::memory_order_relaxed);
    move_full([&](std::int64_t full) {
      const wide used = old == 0 ? 0 : ((wide(std::max(full, now)) - now) * next + old - 1) / old;
      const wide debt = used + wide(next) * (burst - old_burst);
      return now + static_cast<std::int64_t>(std::clamp<wide>(
                       debt, -max_span, INT64_MAX - std::max<std::int64_t>(now, 0)));
    });
    burst_.store(burst, std::memory_order_relaxed);
    interval_.store(next, std::memory_order_relaxed);
    last_ = left_ = INT64_MIN;
  }

  template <class F> void move_full(F next) {
    std::int64_t full = full_.load(std::memory_order_relaxed);
    while (!full_.compare_exchange_weak(full, next(full), std::memory_order_relaxed)) {
    }
  }

  template <class T> using atomic = typename Environment::template atomic<T>;
  atomic<std::int64_t> full_{INT64_MIN}; // when the bucket is full again
  atomic<std::int64_t> interval_;        // nanoseconds a token; 0: no limit
  atomic<std::int64_t> burst_;
  typename Environment::mutex settings_; // one change of them at a time
  limit rate_;                           // as it was asked for
  std::int64_t last_ = INT64_MIN;        // full_ after the newest reservation that is not cancelled
  std::int64_t left_ = INT64_MIN;        // full_ after the last cancel that was not of the newest
};

using rate_limiter = basic_rate_limiter<>;

} // namespace belay

#endif
