// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pool: whoever sleeps is woken (Relacy calls it a deadlock if not), every job that was taken
// is run or handed back, and nothing is touched after its end.
//
#include "exploration.h"
#include <belay/bounded_pool.h>
#include <belay/event.h>
#include <optional>
#include <stdexcept>

using namespace models;
using namespace std::chrono_literals;
using belay::on_full;

namespace {

/// One thread makes the pool, starts others and leaves; the pool's own threads are counted too.
/// `Yields` as in relacy_environment.
template <int Started, int Yields = 0> struct pool_model : model {
  static constexpr int threads = 1;
  static constexpr int started = Started;
  using environment = relacy_environment<Yields>;
  using pool = belay::basic_bounded_pool<environment>;
  using event = belay::basic_event<environment>;

  unsigned ran = 0;
  unsigned taken = 0;

  void submit(pool &to) {
    if (to.submit([this] { ++ran; }))
      ++taken;
  }
  void check_counts(const pool &ended, unsigned calls) {
    const auto counts = ended.counts();
    check(counts.waiting == 0 && counts.running == 0, "all has ended");
    check(counts.completed + counts.failed == ran, "what was run has been counted");
    check(counts.submitted == taken, "what was taken has been counted");
    check(counts.submitted == ran + counts.discarded, "every job was run, or dropped");
    check(counts.submitted + counts.rejected == calls, "every call has been counted");
  }
};

/// The first job waits for the last: another worker has to be awake for that.
template <int Jobs, int Yields> struct jobs_that_wait : pool_model<2, Yields> {
  void thread(unsigned) override {
    typename jobs_that_wait::event last;
    typename jobs_that_wait::pool workers(2, Jobs);
    workers.submit([&] { last.wait(); });
    for (int i = 2; i < Jobs; ++i)
      workers.submit([] {});
    workers.submit([&] { last.set(); });
    last.wait(); // the destructor would wake all
  }
};

/// Two threads share the room for one job; one worker makes it.
template <int Yields> struct calls_that_wait : pool_model<2, Yields> {
  void thread(unsigned) override {
    typename calls_that_wait::pool workers(1, 1);
    {
      models::thread other([&] { this->submit(workers), this->submit(workers); });
      this->submit(workers), this->submit(workers);
    }
    workers.drain();
    this->check_counts(workers, 4);
    check(this->taken == 4, "they wait for room");
  }
};

/// close() while others submit, or wait for room.
template <int Yields> struct closed_meanwhile : pool_model<3, Yields> {
  void thread(unsigned) override {
    typename closed_meanwhile::pool workers(1, 1);
    {
      models::thread one([&] { this->submit(workers), this->submit(workers); });
      models::thread other([&] { this->submit(workers); });
      workers.close();
    }
    workers.drain();
    this->check_counts(workers, 3);
  }
};

/// shutdown_now() and another drain, while a thread submits.
template <int Yields> struct shut_down_meanwhile : pool_model<3, Yields> {
  void thread(unsigned) override {
    typename shut_down_meanwhile::pool workers(1, 2);
    std::size_t left = 0;
    {
      models::thread submits([&] { this->submit(workers), this->submit(workers); });
      models::thread drains([&] { workers.drain(); });
      left = workers.shutdown_now().size();
    }
    workers.drain();
    this->check_counts(workers, 2);
    check(workers.counts().discarded == left, "what was not run is handed back");
  }
};

/// A call whose time is over as a place becomes free passes the wake-up on.
template <int Yields> struct calls_that_give_up : pool_model<3, Yields> {
  void thread(unsigned) override {
    typename calls_that_give_up::pool workers(1, 1);
    {
      models::thread patient([&] { this->submit(workers); });
      models::thread hasty([&] {
        if (workers.submit_for(1ms, {}, [this] { ++this->ran; }))
          ++this->taken;
      });
      this->submit(workers);
    }
    workers.drain();
    this->check_counts(workers, 3);
    check(this->taken >= 2, "those without a time wait for room");
  }
};

/// A pool may be destroyed while a call waits in it: for room, or for its end.
template <bool ForRoom, int Yields> struct destroyed_meanwhile : pool_model<2, Yields> {
  void thread(unsigned) override {
    typename destroyed_meanwhile::event runs, go_on;
    std::optional<models::thread> other;
    {
      typename destroyed_meanwhile::pool workers(1, 1);
      workers.submit([&] { runs.set(), go_on.wait(); });
      runs.wait();
      this->submit(workers);
      if (ForRoom)
        other.emplace([&] { this->submit(workers); });
      else
        other.emplace([&] { workers.drain(); });
      while (condition_variable::sleepers != 2) // the job's, and that call's
        rl::yield(1, RL_INFO);
      go_on.set();
    }
    other.reset();
    check(this->taken >= 1 && this->taken == this->ran, "what was taken was run");
  }
};

/// What the other policies say about the same overload, of two threads.
template <on_full Policy> struct overloaded : pool_model<2> {
  void thread(unsigned) override {
    pool workers(1, 1, Policy);
    {
      models::thread other([&] { submit(workers); });
      submit(workers), submit(workers);
    }
    workers.drain();
    check_counts(workers, 3);
    check(taken == 3 || Policy == on_full::reject, "only that policy refuses");
    check(ran >= 1 && (ran == taken || Policy == on_full::discard_oldest), "and that one drops");
  }
};

/// A job that throws, and one that submits more than there is room for, which is refused.
struct jobs_that_misbehave : pool_model<1> {
  void thread(unsigned) override {
    event submitted;
    pool workers(1, 1);
    unsigned errors = 0;
    workers.on_error([&](std::exception_ptr) { ++errors; });
    taken += workers.submit([&] {
      ++ran;
      submit(workers), submit(workers), submit(workers);
      submitted.set();
      throw std::runtime_error("as it may");
    });
    submitted.wait();
    workers.drain();
    check_counts(workers, 4);
    check(taken == 2 && errors == 1, "two of three are refused, and the error is reported");
  }
};

/// Those in which somebody may sleep, the quick ones first.
template <int Yields> void explore_waits(exploration &explored, const search &how) {
  explored.explore<destroyed_meanwhile<true, Yields>>("destroyed, waits for room", how);
  explored.explore<destroyed_meanwhile<false, Yields>>("destroyed, drains", how);
  explored.explore<calls_that_give_up<Yields>>("calls that give up", random(30'000));
  explored.explore<calls_that_wait<Yields>>("calls that wait", how);
  explored.explore<closed_meanwhile<Yields>>("closed meanwhile", how);
  explored.explore<shut_down_meanwhile<Yields>>("shut down meanwhile", how);
  explored.explore<jobs_that_wait<2, Yields>>("jobs that wait", how);
  explored.explore<jobs_that_wait<3, Yields>>("three jobs that wait", how);
}

} // namespace

int main(int argc, char **argv) {
  exploration explored(argc, argv);
  explored.explore<overloaded<on_full::reject>>("overloaded, reject", preempted(3));
  explored.explore<overloaded<on_full::caller_runs>>("overloaded, caller runs", preempted(3));
  explored.explore<overloaded<on_full::discard_oldest>>("overloaded, discard oldest", preempted(3));
  explored.explore<jobs_that_misbehave>("jobs that misbehave", preempted(4));
  explore_waits<0>(explored, preempted(3));
  explore_waits<1>(explored, preempted(2));
  explore_waits<1>(explored, random(30'000));
  return explored.status();
}
