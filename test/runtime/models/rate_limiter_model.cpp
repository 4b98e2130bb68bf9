// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rate limiter: never more tokens than the bucket holds, whoever asks for them and whatever
// they say that the time is; and, where no time runs backwards, no fewer.
//
#include "exploration.h"
#include <algorithm>
#include <array>
#include <belay/rate_limiter.h>

using namespace models;
using namespace std::chrono_literals;

namespace {

using limiter = belay::basic_rate_limiter<relacy_environment<>>;

clock::time_point at(int nanoseconds) { return clock::time_point(clock::duration(nanoseconds)); }

struct three : model {
  static constexpr int threads = 3;
  static constexpr int started = 0;
};

/// Nobody is refused in vain.
struct at_one_time : three {
  limiter bucket{belay::every(100ns), 2};
  int granted = 0;

  void thread(unsigned) override { granted += bucket.allow_at(at(1000)); }
  void after() override {
    check(granted == 2, "two tokens, two grants");
    check(bucket.tokens_at(at(1000)) == 0, "both are taken");
    check(bucket.tokens_at(at(1100)) == 1, "one comes back each 100 ns");
  }
};

struct several_at_once : three {
  limiter bucket{belay::every(100ns), 3};
  int granted = 0;

  void thread(unsigned number) override {
    const int n = static_cast<int>(number) + 1;
    if (bucket.allow_n_at(at(1000), n))
      granted += n;
  }
  void after() override { check(granted == 3, "1 and 2, or 3"); }
};

/// Each thread has a clock of its own. All are within one interval.
struct rewound_times : three {
  static constexpr int times[] = {1000, 950, 910};
  limiter bucket{belay::every(100ns), 2};
  int granted = 0;

  void thread(unsigned number) override { granted += bucket.allow_at(at(times[number])); }
  void after() override {
    check(granted >= 1, "the first is granted");
    for (int time : times)
      granted += bucket.allow_at(at(time));
    check(granted == 2, "a burst, and what a rewound time kept is there for the newest");
  }
};

/// Far enough apart that the bucket is full again in between, and time goes to and fro.
struct far_apart_times : three {
  static constexpr int times[] = {1000, 600, 1000};
  limiter bucket{belay::every(100ns), 2};
  int granted = 0;

  void thread(unsigned number) override { granted += bucket.allow_at(at(times[number])); }
  void after() override {
    for (int time : {1000, 600, 1000, 600, 1000, 600})
      granted += bucket.allow_at(at(time));
    check(granted == 2 || granted == 3, "a burst at 1000, and one at 600 if that came first");
  }
};

/// The tokens that are taken ahead of time are `apart` from each other.
template <int Burst> struct spaced : three {
  limiter bucket{belay::every(100ns), Burst};
  std::array<limiter::reservation, 3> taken;

  void check_times(std::size_t first) {
    std::array<clock::time_point, 4> when{at(0), at(0), at(0), at(0)};
    std::size_t kept = 0;
    for (std::size_t i = first; i < taken.size(); ++i)
      when[kept++] = taken[i].when();
    when[kept++] = bucket.reserve_n_at(at(1000), 1).when();
    std::sort(when.begin(), when.begin() + kept);
    for (std::size_t i = Burst; i < kept; ++i)
      check(when[i] - when[i - Burst] >= 100ns, "no more than the rate");
  }
};

struct reserved_times : spaced<1> {
  static constexpr int times[] = {1000, 950, 1040};
  void thread(unsigned number) override {
    taken[number] = bucket.reserve_n_at(at(times[number]), 1);
  }
  void after() override { check_times(0); }
};

/// The first thread gives back what it has taken, before, between or after the others.
template <int Others> struct cancelled : spaced<1> {
  static constexpr int threads = 1 + Others;
  cancelled() {
    if (Others == 1)
      taken[2] = bucket.reserve_n_at(at(1000), 1);
  }
  void thread(unsigned number) override {
    taken[number] = bucket.reserve_n_at(at(1000), 1);
    if (number == 0)
      taken[0].cancel_at(at(1000));
  }
  void after() override { check_times(1); }
};

/// A new limit or burst adds no tokens. Calls that are under way meanwhile may count for less than
/// a token each, but not for nothing: two of them take one at least.
template <int Interval, int Burst> struct changed : model {
  static constexpr int threads = 3;
  static constexpr int started = 0;
  limiter bucket{belay::every(100ns), 2};
  int granted = 0;

  void thread(unsigned number) override {
    if (number != 0)
      granted += bucket.allow_at(at(1000));
    else if (Interval != 100)
      bucket.set_limit_at(at(1000), belay::every(std::chrono::nanoseconds(Interval)));
    else
      bucket.set_burst_at(at(1000), Burst);
  }
  void after() override {
    while (bucket.allow_at(at(1000)))
      ++granted;
    check(granted <= std::max(Burst, 2) + 1, "a burst, and one of those under way");
    check(granted >= 1, "as it was before, or will be");
  }
};

} // namespace

int main(int argc, char **argv) {
  exploration explored(argc, argv);
  explored.explore<at_one_time>("at one time", complete());
  explored.explore<several_at_once>("several at once", complete());
  explored.explore<rewound_times>("rewound times", complete());
  explored.explore<far_apart_times>("far apart times", complete());
  explored.explore<reserved_times>("reserved times", complete());
  explored.explore<cancelled<1>>("cancelled, two threads", complete());
  explored.explore<cancelled<2>>("cancelled, three threads", preempted(3));
  explored.explore<changed<50, 2>>("a faster limit", preempted(2));
  explored.explore<changed<200, 2>>("a slower limit", preempted(2));
  explored.explore<changed<100, 3>>("a larger burst", preempted(2));
  explored.explore<changed<100, 1>>("a smaller burst", preempted(2));
  return explored.status();
}
