// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bounded_pool: a fixed number of threads behind a queue of fixed length, so that overload shows
// where work comes in and does not pile up as memory and latency.
//
// What submit() does about a full queue is the pool's policy; try_submit() and submit_for() say it
// themselves. A job of the pool never waits for room in it, because every worker may come to do so:
// it is refused, or runs the new job itself under caller_runs. No error is lost: that of async() is
// in its future, any other goes to on_error() and is counted. Nothing is queued to stop a worker.
//
// One wake-up is in flight at a time on each side of the queue; whoever is woken passes it on if
// there is more to do. Notifies happen under the lock, so that a pool may be destroyed while calls
// wait for room in it: the destructor only has to see that they have left.
//
// Decided against: growing and shrinking, priorities, work stealing (order and bound would be per
// worker), and a lock-free queue (its waits need the lock anyway, and counts() one moment).
//
#ifndef BELAY_BOUNDED_POOL_H
#define BELAY_BOUNDED_POOL_H

#include "belay/backoff.h"
#include "belay/environment.h"
#include "belay/inside.h"
#include "belay/job.h"
#include "belay/thread_name.h"
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <utility>
#include <vector>

namespace belay {

/// What submit() and async() do if the queue is full: wait for room, return false, run the job in
/// the calling thread, or drop the job that has waited longest.
enum class on_full { block, reject, caller_runs, discard_oldest };

/// Any number of threads may use one pool, its own jobs as well. A call that took a job happens
/// before the job; the end and the destruction of the job happen before the return of a drain, and
/// before counts() shows that it ended. Jobs start in the order in which they were taken.
template <class Environment = std_environment> class basic_bounded_pool {
public:
  using clock = typename Environment::clock;

  /// One moment: submitted = waiting + running + completed + failed + discarded. `submitted` are
  /// the jobs that were taken and `rejected` those that were not; `failed` have thrown (into their
  /// future, they have completed); `discarded` were taken and left the pool without being run.
  struct counters {
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::uint64_t submitted = 0;
    std::uint64_t completed = 0;
    std::uint64_t rejected = 0;
    std::uint64_t discarded = 0;
    std::uint64_t failed = 0;
  };

  /// Starts the threads, named "bounded_pool" on Linux; up to `capacity` jobs wait while they are
  /// busy. Throws std::invalid_argument if either is 0, std::system_error without threads left.
  basic_bounded_pool(std::size_t workers, std::size_t capacity, on_full policy = on_full::block)
      : policy_(policy) {
    if (workers == 0 || capacity == 0)
      throw std::invalid_argument("belay::bounded_pool: without workers, or without a queue");
    ring_.resize(capacity);
    workers_.reserve(workers);
    try {
      while (workers_.size() != workers)
        workers_.emplace_back([this] { work(); });
    } catch (...) {
      close(); // those that did start are joined along with workers_
      throw;
    }
  }
  basic_bounded_pool(const basic_bounded_pool &) = delete;
  basic_bounded_pool &operator=(const basic_bounded_pool &) = delete;

  /// Closes, then drains: call shutdown_now() before it to be quick. Calls that wait for room or
  /// for a drain at that time return first. In a job of the pool it calls std::terminate.
  ~basic_bounded_pool() {
    drain();
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return blocked_ == 0 && draining_ == 0; });
  }

  /// Takes the job, or does what the policy says if the queue is full. False if the job was not
  /// taken, because of the policy or since the pool is closed; it has been destroyed then. Under
  /// on_full::block it waits without end; submit_for() does not.
  template <runnable F> bool submit(F f) { return put(job(std::move(f)), policy_); }

  /// Takes the job if there is room, whatever the policy. Never waits, never discards another.
  template <runnable F> [[nodiscard]] bool try_submit(F f) {
    return put(job(std::move(f)), on_full::reject);
  }

  /// Waits for room until the timeout is over or a stop requested, whatever the policy. If there is
  /// room by then the job is taken; but not if stop was requested before the call.
  template <class Rep, class Period, runnable F>
  [[nodiscard]] bool submit_for(std::chrono::duration<Rep, Period> timeout, std::stop_token stop,
                                F f) {
    job task(std::move(f));
    const auto deadline = deadline_after<clock>(timeout);
    std::unique_lock lock(mutex_);
    if (stop.stop_requested())
      return refuse();
    await_room(lock, [&](auto room) { room_.wait_until(lock, std::move(stop), deadline, room); });
    return push(task);
  }

  /// Submits, and returns a future of what `f` returns or throws. A job that is refused or
  /// discarded completes its future with job_discarded. By the time that the future is ready `f`
  /// has been destroyed, but the job may not have been counted as completed.
  template <runnable F> [[nodiscard]] auto async(F f) {
    promised_job<F> task(std::move(f));
    auto result = task.result.get_future();
    put(job(std::move(task)), policy_);
    return result;
  }

  /// Takes no more jobs. Those that wait will run; calls that wait for room return false.
  void close() {
    std::lock_guard lock(mutex_);
    close_locked();
  }

  /// Closes, and waits until every job that was taken has ended. Throws std::system_error
  /// (resource_deadlock_would_occur) in a job of the pool, which would wait for itself.
  void drain() {
    await_end([this](auto &lock, auto ended) {
      left_.wait(lock, ended);
      return true;
    });
  }

  /// As drain(), until the timeout is over or a stop requested: false if jobs are left then. The
  /// pool stays closed; go on with another drain, or shutdown_now().
  template <class Rep, class Period>
  [[nodiscard]] bool drain(std::chrono::duration<Rep, Period> timeout, std::stop_token stop = {}) {
    const auto deadline = deadline_after<clock>(timeout);
    return await_end([&](auto &lock, auto ended) {
      return left_.wait_until(lock, std::move(stop), deadline, ended);
    });
  }

  /// Closes, asks the jobs that run to stop, and returns those that wait, oldest first. They count
  /// as discarded, though the caller may run them. It waits for nobody, but callbacks that are
  /// registered with the jobs' token run in the caller.
  std::vector<job> shutdown_now() {
    std::vector<job> left;
    left.reserve(ring_.size());
    {
      std::lock_guard lock(mutex_);
      close_locked();
      discarded_ += count_;
      while (count_ != 0)
        left.push_back(pop());
      if (running_ == 0)
        left_.notify_all();
    }
    stop_.request_stop();
    return left;
  }

  /// From now on `handler` gets the exceptions that leave jobs, in the thread that ran the job and
  /// before the job counts as ended; several at a time if need be. One that throws itself ends the
  /// program. Without a handler exceptions are only counted.
  void on_error(std::function<void(std::exception_ptr)> handler) {
    auto fresh =
        std::make_shared<const std::function<void(std::exception_ptr)>>(std::move(handler));
    std::lock_guard lock(mutex_);
    handler_.swap(fresh);
  }

  /// What has become of the jobs so far.
  counters counts() const {
    std::lock_guard lock(mutex_);
    return {running_, count_, submitted_, completed_, rejected_, discarded_, failed_};
  }

private:
  using unique_lock = std::unique_lock<typename Environment::mutex>;

  using inside_pool = inside<basic_bounded_pool, Environment>;
  bool is_inside() const { return inside_pool::count(this) != 0; }

  bool put(job task, on_full policy) {
    job oldest; // destroyed without the lock
    std::unique_lock lock(mutex_, std::defer_lock);
    lock_with_backoff<Environment>(lock);
    if (!closed_ && full()) {
      if (policy == on_full::caller_runs) {
        ++submitted_;
        const inside_pool self(this);
        run(lock, std::move(task));
        return true;
      }
      if (policy == on_full::discard_oldest) {
        oldest = pop();
        ++discarded_;
      } else if (policy == on_full::block) {
        await_room(lock, [&](auto room) { room_.wait(lock, room); });
      }
    }
    return push(task);
  }

  template <class Wait> void await_room(unique_lock &lock, Wait wait) {
    if (closed_ || !full() || is_inside())
      return;
    // Counted from here on, since the destructor waits for calls that are between two yields, too.
    ++blocked_;
    yield_until<Environment>(lock, [this] { return closed_ || !full(); });
    wait([this] {
      room_wake_ = false;
      return closed_ || !full();
    });
    --blocked_;
    if (closed_)
      left_.notify_all();
  }

  template <class Wait> bool await_end(Wait wait) {
    if (is_inside())
      throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
    std::unique_lock lock(mutex_);
    close_locked();
    ++draining_;
    const bool ended = wait(lock, [this] { return count_ == 0 && running_ == 0; });
    --draining_;
    left_.notify_all();
    return ended;
  }

  // The rest is called under the lock.

  bool push(job &task) {
    if (closed_ || full())
      return refuse();
    std::size_t last = head_ + count_;
    if (last >= ring_.size())
      last -= ring_.size();
    ring_[last] = std::move(task);
    ++count_;
    ++submitted_;
    wake_one();
    return true;
  }

  job pop() {
    job first = std::move(ring_[head_]);
    head_ = head_ + 1 == ring_.size() ? 0 : head_ + 1;
    --count_;
    return first;
  }

  bool full() const { return count_ == ring_.size(); }

  bool refuse() {
    ++rejected_;
    return false;
  }

  void close_locked() {
    closed_ = true;
    work_.notify_all();
    room_.notify_all();
  }

  /// Keeps two promises: if a job waits while a worker sleeps, a worker is on its way; if there is
  /// room while a call waits for it, such a call is on its way.
  void wake_one() {
    if (count_ != 0 && sleeping_ != 0 && !work_wake_) {
      work_wake_ = true;
      work_.notify_one();
    }
    if (!full() && blocked_ != 0 && !room_wake_) {
      room_wake_ = true;
      room_.notify_one();
    }
  }

  void work() {
    name_this_thread("bounded_pool");
    const inside_pool self(this);
    std::unique_lock lock(mutex_);
    while (true) {
      yield_until<Environment>(lock, [this] { return closed_ || count_ != 0; });
      while (count_ == 0 && !closed_) {
        ++sleeping_;
        work_.wait(lock);
        --sleeping_;
        work_wake_ = false;
      }
      if (count_ == 0)
        return;
      job next = pop();
      wake_one();
      run(lock, std::move(next));
    }
  }

  /// Lets go of the lock while the job runs. After it the pool may be gone if this is no worker.
  void run(unique_lock &lock, job next) {
    ++running_;
    lock.unlock();
    std::exception_ptr error;
    try {
      job task = std::move(next); // destroyed before it counts as ended
      task(token_);
    } catch (...) {
      error = std::current_exception();
    }
    const bool failed = error != nullptr;
    if (failed)
      report(std::move(error));
    lock_with_backoff<Environment>(lock);
    --running_;
    ++(failed ? failed_ : completed_);
    if (closed_ && running_ == 0 && count_ == 0)
      left_.notify_all();
  }

  void report(std::exception_ptr error) noexcept {
    std::unique_lock lock(mutex_);
    const auto handler = handler_;
    lock.unlock();
    if (handler && *handler)
      (*handler)(std::move(error));
  }

  const on_full policy_;
  std::stop_source stop_;
  const std::stop_token token_ = stop_.get_token();
  mutable typename Environment::mutex mutex_;
  typename Environment::condition_variable work_; // workers wait for a job, or close
  typename Environment::condition_variable room_; // calls wait for room, or close
  typename Environment::condition_variable left_; // drains wait for jobs, the destructor for calls
  std::shared_ptr<const std::function<void(std::exception_ptr)>> handler_;
  std::vector<job> ring_; // of which count_ from head_ on wait
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  std::size_t running_ = 0;
  std::size_t sleeping_ = 0; // workers in work_
  std::size_t blocked_ = 0;  // calls in room_
  std::size_t draining_ = 0; // calls in left_
  bool work_wake_ = false;   // a worker was notified and has not got the lock
  bool room_wake_ = false;   // a call was
  bool closed_ = false;
  std::uint64_t submitted_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t discarded_ = 0;
  std::uint64_t failed_ = 0;
  std::vector<typename Environment::thread> workers_; // joined before anything else goes
};

using bounded_pool = basic_bounded_pool<>;

} // namespace belay

#endif
