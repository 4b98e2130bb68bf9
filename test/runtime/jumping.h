// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// jumping: an environment whose time jumps to the end of each wait, and that remembers how long
// each would have been. For one thread.
//
#ifndef BELAY_TEST_JUMPING_H
#define BELAY_TEST_JUMPING_H

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stop_token>
#include <vector>

struct jumping {
  using nanoseconds = std::chrono::nanoseconds;
  struct clock {
    using duration = nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<clock>;
    static inline time_point time{};
    static time_point now() { return time; }
  };
  using mutex = std::mutex;
  struct condition_variable {
    template <class Lock, class Predicate>
    bool wait_until(Lock &, std::stop_token, clock::time_point deadline, Predicate over) {
      slept.push_back(deadline - clock::time);
      clock::time = deadline;
      return over();
    }
    template <class Lock, class Predicate> void wait(Lock &, std::stop_token, Predicate) {
      slept.push_back(nanoseconds::max());
    }
  };

  static inline std::vector<nanoseconds> slept; ///< the maximum for a wait without a deadline
  static bool waited_for_ever() { return slept.size() != waits(); }
  static std::size_t waits() { ///< those with a deadline
    return slept.size() - std::size_t(std::count(slept.begin(), slept.end(), nanoseconds::max()));
  }
};

#endif
