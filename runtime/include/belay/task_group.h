// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// task_group: tasks that belong together, after Go's golang.org/x/sync/errgroup: wait for all, the
// first error stops the rest and is the one that is reported.
//
// A task runs on a thread of its own, or on an executor, which is anything with `bool submit(f)`.
// A task that the executor refuses, or drops later without having run it, has failed, so that
// neither an error is lost nor a wait hangs. An error belongs to its round: wait takes it away,
// and the group starts over with a fresh stop token.
//
// Decided against: results (tasks write to what they captured; wait orders that), skipping tasks
// that are added after an error (they see a stopped token and decide), and a destructor that
// terminates as scope's does: a group lives on the stack of the function that waits for it, and
// leaving that function by an exception is no mistake.
//
#ifndef BELAY_TASK_GROUP_H
#define BELAY_TASK_GROUP_H

#include "belay/environment.h"
#include "belay/inside.h"
#include "belay/runnable.h"
#include "belay/scope.h"
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <utility>

namespace belay {

/// Any number of threads may use one group, its own tasks as well.
template <class Environment = std_environment> class basic_task_group {
public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  /// A thread for each task.
  basic_task_group() = default;

  /// Tasks go to `executor.submit(std::function<void()>)`, which returns whether it will run them.
  /// The executor has to outlive the group.
  template <class Executor>
    requires(!std::same_as<Executor, basic_task_group>)
  explicit basic_task_group(Executor &executor)
      : submit_([&executor](std::function<void()> task) {
          return static_cast<bool>(executor.submit(std::move(task)));
        }) {}

  basic_task_group(const basic_task_group &) = delete;
  basic_task_group &operator=(const basic_task_group &) = delete;

  /// Requests stop and waits, since tasks refer to what is destroyed along with the group: the
  /// caller's variables. It comes to this where an exception passes the wait; stop makes the wait
  /// short, and the tasks' own errors are dropped in favour of that exception.
  ~basic_task_group() {
    request_stop();
    finish_round(std::stop_token());
  }

  /// Starts `f`, with the group's token if it takes one; waits first while as many tasks run as
  /// the limit allows. The call happens before f; the end of f happens before wait returns. A task
  /// of the group may call it; if every running task came to wait for room here, it throws
  /// std::system_error (resource_deadlock_would_occur) instead. Failure to start is f's error.
  template <class F> void go(F f) { add(std::stop_token(), std::move(f)); }

  /// The same, but gives up waiting on `give_up`: false, and `f` is not run. (It cannot know that
  /// a stop is never going to come, so that it does not look for a deadlock.)
  template <class F> bool go(std::stop_token give_up, F f) {
    return add(std::move(give_up), std::move(f));
  }

  /// Starts `f` unless as many tasks run as the limit allows: false, and `f` is not run.
  template <class F> bool try_go(F f) {
    std::unique_lock lock(mutex_);
    if (running_ >= limit_)
      return false;
    start(lock, std::move(f));
    return true;
  }

  /// At most `n` tasks at a time, at first any number. Throws std::invalid_argument if that is 0,
  /// which no task could ever satisfy, and std::logic_error while tasks run.
  void set_limit(std::size_t n) {
    std::lock_guard lock(mutex_);
    if (n == 0)
      throw std::invalid_argument("task_group: a limit of 0");
    if (running_ != 0)
      throw std::logic_error("task_group: set_limit while tasks run");
    limit_ = n;
  }

  /// Waits until no task runs, then rethrows the first exception. Either way the group can be used
  /// again: the exception is cleared and a stopped token is replaced by a fresh one. Of several
  /// waits at a time, one throws. Throws std::system_error (resource_deadlock_would_occur) in a
  /// task of the group, which would wait for itself.
  void wait() { wait(std::stop_token()); }

  /// The same until `give_up`: false if tasks were still running then; nothing is cleared.
  bool wait(std::stop_token give_up) {
    const std::optional<std::exception_ptr> ended = finish_round(std::move(give_up));
    if (ended && *ended)
      std::rethrow_exception(*ended);
    return ended.has_value();
  }

  /// Asks the tasks of this round to stop, which is no error. Callbacks run in the caller.
  void request_stop() { round().request_stop(); }

  /// Of this round: stop is requested on it by the first exception, request_stop, or destruction.
  std::stop_token token() const { return round().get_token(); }

private:
  /// A task. Copies of the function that was submitted share it; the last that goes reports it as
  /// failed if none has run. Once it is settled it no longer touches the group, which may be gone.
  template <class F> struct ticket {
    ticket(basic_task_group *owner, std::stop_token stop, F &&f)
        : group(owner), token(std::move(stop)), task(std::move(f)) {}
    ticket(const ticket &) = delete;
    ticket &operator=(const ticket &) = delete;
    ~ticket() {
      if (!settled.load())
        fail(std::make_exception_ptr(std::runtime_error("task_group: task not run")));
    }

    void run() {
      if (settled.exchange(true))
        return;
      std::exception_ptr error;
      {
        const inside<basic_task_group, Environment> self(group);
        try {
          run_with(*task, token);
        } catch (...) {
          error = std::current_exception();
        }
        task.reset();
      }
      group->end(std::move(error));
    }

    void fail(std::exception_ptr error) {
      if (settled.exchange(true))
        return;
      task.reset();
      group->end(std::move(error));
    }

    basic_task_group *group;
    std::stop_token token;
    std::optional<F> task;
    typename Environment::template atomic<bool> settled{false};
  };

  template <class F> bool add(std::stop_token give_up, F f) {
    std::unique_lock lock(mutex_);
    const auto room = [this] { return running_ < limit_; };
    const std::size_t own = room() || give_up.stop_possible() ? 0 : times_inside();
    if (own != 0 && stuck_ + own >= running_)
      throw deadlock();
    stuck_ += own;
    const bool found = changed_.wait(lock, std::move(give_up), room);
    stuck_ -= own;
    if (found)
      start(lock, std::move(f));
    return found;
  }

  /// Counts the task and lets go of the lock: submit may run it right here.
  template <class F> void start(std::unique_lock<typename Environment::mutex> &lock, F f) {
    const auto made = std::make_shared<ticket<F>>(this, stop_.get_token(), std::move(f));
    if (!submit_ && !threads_)
      threads_ = std::make_shared<basic_scope<Environment>>("task_group");
    const auto threads = threads_; // the task may end, and a wait with it, before spawn returns
    ++running_;
    lock.unlock();
    try {
      const auto task = [made] { made->run(); };
      if (!(threads ? threads->spawn(task) : submit_(task)))
        made->fail(std::make_exception_ptr(std::runtime_error("task_group: task refused")));
    } catch (...) {
      made->fail(std::current_exception());
    }
  }

  /// A task has ended. It counts as running until stop has been requested, so that the group and
  /// its round are still there; and stop is requested without the lock, since it runs callbacks.
  void end(std::exception_ptr error) {
    std::unique_lock lock(mutex_);
    if (error && !error_) {
      error_ = std::move(error);
      std::stop_source stop = stop_;
      lock.unlock();
      stop.request_stop();
      lock.lock();
    }
    --running_;
    changed_.notify_all();
  }

  /// Nothing if it gave up, else the error, which may be none.
  std::optional<std::exception_ptr> finish_round(std::stop_token give_up) {
    std::unique_lock lock(mutex_);
    if (times_inside() != 0)
      throw deadlock();
    if (!changed_.wait(lock, std::move(give_up), [this] { return running_ == 0; }))
      return std::nullopt;
    if (stop_.stop_requested())
      stop_ = std::stop_source();
    std::exception_ptr error = std::exchange(error_, nullptr);
    const auto threads = std::exchange(threads_, nullptr);
    lock.unlock();
    if (threads)
      threads->join();
    return error;
  }

  std::size_t times_inside() const { return inside<basic_task_group, Environment>::count(this); }

  static std::system_error deadlock() {
    return std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
  }

  std::stop_source round() const {
    std::lock_guard lock(mutex_);
    return stop_;
  }

  std::function<bool(std::function<void()>)> submit_; // none: threads
  mutable typename Environment::mutex mutex_;
  typename Environment::condition_variable changed_;
  std::shared_ptr<basic_scope<Environment>> threads_; // of this round
  std::stop_source stop_;                             // of this round
  std::exception_ptr error_;                          // the first of this round
  std::size_t limit_ = unlimited;
  std::size_t running_ = 0;
  std::size_t stuck_ = 0; // tasks that wait for room
};

using task_group = basic_task_group<>;

} // namespace belay

#endif
