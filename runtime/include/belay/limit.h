// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// limit: how often something may happen. Kept as the whole nanoseconds from one event to the next,
// rounded up, so that what is admitted never exceeds what was asked for: exact where a second
// divides into that many whole nanoseconds, and within 0.1 % up to a million per second.
//
#ifndef BELAY_LIMIT_H
#define BELAY_LIMIT_H

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace belay {

class limit {
public:
  /// Events per second. 0, less, and NaN stand for never.
  constexpr limit(double events_per_second) : interval_(interval_of(events_per_second)) {}

  /// One event each `interval`; 0 and less stand for no limit.
  constexpr explicit limit(std::chrono::nanoseconds interval)
      : interval_(interval.count() > 0 ? interval.count() : 0) {}

  /// Nanoseconds from one event to the next; 0 where there is no limit.
  constexpr std::int64_t interval() const { return interval_; }

  /// The interval, or the longest with which a bucket of `burst` fills in max_span.
  constexpr std::int64_t interval_for(std::int64_t burst) const {
    return burst > 1 ? std::min(interval_, max_span / burst) : std::min(interval_, max_span);
  }

  constexpr bool operator==(const limit &) const = default;

  /// The interval of a limit that never lets anything happen.
  static constexpr std::int64_t never = INT64_MAX;

  /// Nanoseconds from an empty bucket to a full one, at most: 73 years, so that sums fit 64 bits.
  static constexpr std::int64_t max_span = std::int64_t(1) << 61;

private:
  static constexpr std::int64_t interval_of(double events_per_second) {
    if (!(events_per_second > 0))
      return never;
    const double interval = 1e9 / events_per_second;
    if (interval >= 9e18)
      return never;
    const auto whole = static_cast<std::int64_t>(interval);
    // A billion per second is as many as there are nanoseconds; infinitely many are no limit.
    return whole + (static_cast<double>(whole) < interval && interval > 0 ? 1 : 0);
  }

  std::int64_t interval_;
};

/// No limit.
inline constexpr limit inf{std::chrono::nanoseconds(0)};

/// One event each `interval`, rounded up to nanoseconds.
template <class Rep, class Period>
constexpr limit every(std::chrono::duration<Rep, Period> interval) {
  return limit(std::chrono::ceil<std::chrono::nanoseconds>(interval));
}

} // namespace belay

#endif
