// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// event, latch and concurrency_limit: nobody sleeps for ever, what happened before is seen, and the
// object may go as soon as a wait has returned.
//
#include "exploration.h"
#include <belay/concurrency_limit.h>
#include <belay/event.h>
#include <belay/latch.h>
#include <optional>

using namespace models;

namespace {

using event = belay::basic_event<relacy_environment<>>;
using latch = belay::basic_latch<relacy_environment<>>;
using concurrency_limit = belay::basic_concurrency_limit<relacy_environment<>>;

template <int Threads> struct independent : model {
  static constexpr int threads = Threads;
  static constexpr int started = 0;
};

/// The second thread waits and destroys it; the first is in set() meanwhile.
struct event_that_goes : independent<2> {
  std::optional<event> happened{std::in_place}; // so that its memory stays
  plain<int> written{0};

  void thread(unsigned number) override {
    if (number == 0) {
      written.set(1);
      happened->set();
    } else {
      happened->wait();
      happened.reset();
      check(written.get() == 1, "what precedes set() is seen");
    }
  }
};

/// Set twice, and with two who wait.
struct event_of_many : independent<4> {
  event happened;
  void thread(unsigned number) override {
    if (number < 2)
      happened.set();
    else
      happened.wait();
  }
  void after() override { check(happened.is_set(), "it stays set"); }
};

/// Two count, and the third waits and destroys it.
struct latch_that_goes : independent<3> {
  std::optional<latch> all{std::in_place, 2};
  plain<int> written[2] = {plain<int>(0), plain<int>(0)};

  void thread(unsigned number) override {
    if (number < 2) {
      written[number].set(1);
      all->count_down();
    } else {
      all->wait();
      all.reset();
      check(written[0].get() + written[1].get() == 2, "what precedes a count is seen");
    }
  }
};

/// Three arrive, one of them for two, and all go on.
struct latch_of_many : independent<3> {
  latch all{4};
  void thread(unsigned number) override { all.arrive_and_wait(number == 0 ? 2 : 1); }
  void after() override { check(all.try_wait(), "it is at zero"); }
};

/// Three threads want one of `Permits`.
template <int Permits> struct permits : independent<3> {
  concurrency_limit limit{Permits};
  int held = 0;
  plain<int> written{0};

  void thread(unsigned) override {
    const auto permit = limit.acquire({});
    check(static_cast<bool>(permit) && ++held <= Permits, "no more than there are");
    if (Permits == 1)
      written.set(written.get() + 1); // the release happens before
    --held;
  }
  void after() override {
    check(limit.available() == Permits, "all are given back");
    check(Permits != 1 || written.get() == 3, "all had one");
  }
};

} // namespace

int main(int argc, char **argv) {
  exploration explored(argc, argv);
  explored.explore<event_that_goes>("event that goes", complete());
  explored.explore<event_of_many>("event of many", preempted(3));
  explored.explore<latch_that_goes>("latch that goes", complete());
  explored.explore<latch_of_many>("latch of many", preempted(3));
  explored.explore<permits<1>>("one permit", complete());
  explored.explore<permits<2>>("two permits", complete());
  return explored.status();
}
