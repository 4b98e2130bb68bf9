// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// scope: owns every thread that it spawns, so that none outlives what it uses.
//
// The verbs are those of std::execution's counting_scope: spawn, close, join; and like that one, a
// scope that was used and is destroyed unjoined ends the program. A destructor that waits in
// silence turns a forgotten stop into a hang, and one that detaches turns it into a use after free.
// It does so even if all threads happen to have ended: what depends on timing is found in
// production, and an exception that nobody has collected would be lost.
//
// A finished thread joins nothing by itself; each spawn joins those that have finished before it.
//
// Decided against: stopping the others when a thread throws (threads of a scope are independent of
// each other; task_group does that), and a limit (bounded_pool).
//
#ifndef BELAY_SCOPE_H
#define BELAY_SCOPE_H

#include "belay/environment.h"
#include "belay/runnable.h"
#include "belay/thread_name.h"
#include <cstddef>
#include <exception>
#include <list>
#include <mutex>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace belay {

/// Any number of threads may use one scope, its own threads as well. A thread's thread_local
/// destructors run when it is already on its way out: they must not use the scope.
template <class Environment = std_environment> class basic_scope {
public:
  basic_scope() = default;

  /// Threads are named `name`, cut to the 15 bytes that Linux keeps; elsewhere they have no name.
  explicit basic_scope(std::string name) : name_(std::move(name)) {}

  basic_scope(const basic_scope &) = delete;
  basic_scope &operator=(const basic_scope &) = delete;

  /// Calls std::terminate if a thread was spawned and no join has waited for it.
  ~basic_scope() {
    if (used_ && !joined_)
      std::terminate();
  }

  /// Runs `f`, with the scope's token if it takes one, on a thread of its own; false, and `f` is
  /// not run, after close. Throws std::system_error if the system has no thread left. The call
  /// happens before f; the end and the destruction of f happen before join returns.
  template <class F> bool spawn(F f) {
    reap();
    std::list<std::thread> fresh(1);
    std::lock_guard lock(mutex_);
    if (closed_)
      return false;
    // The thread needs the lock to finish, so that it is listed as running before it has.
    const auto self = fresh.begin();
    *self = std::thread([this, self, task = std::move(f)]() mutable { run(self, task); });
    running_.splice(running_.end(), fresh);
    used_ = true;
    return true;
  }

  /// No more spawns. What runs goes on.
  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }

  /// Asks the threads to stop, once: false if that had been asked before. Callbacks that are
  /// registered with the token run in the caller.
  bool request_stop() { return stop_.request_stop(); }

  /// Closes, waits until every thread has ended, and rethrows the first exception that left one
  /// of them; that happens once, so that a second join returns. It asks nobody to stop. Throws
  /// std::system_error (resource_deadlock_would_occur) in a thread of the scope, which would wait
  /// for itself; the scope is unchanged then.
  void join() { join(std::stop_token()); }

  /// The same until `give_up`: false if threads were still running then; the scope stays closed.
  bool join(std::stop_token give_up) {
    std::unique_lock lock(mutex_);
    for (const std::thread &each : running_)
      if (each.get_id() == std::this_thread::get_id())
        throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur));
    closed_ = true;
    if (!changed_.wait(lock, give_up, [this] { return running_.empty(); }))
      return false;
    lock.unlock();
    reap();
    lock.lock();
    // By another thread's join or spawn, which waits for destructors of thread_local variables.
    if (!changed_.wait(lock, std::move(give_up), [this] { return reaping_ == 0; }))
      return false;
    joined_ = true;
    const std::exception_ptr error = std::exchange(error_, nullptr);
    lock.unlock();
    if (error)
      std::rethrow_exception(error);
    return true;
  }

  /// The threads whose function has not ended. It orders nothing that the caller could rely on.
  std::size_t live() const {
    std::lock_guard lock(mutex_);
    return running_.size();
  }

  /// Stop is requested on it by request_stop.
  std::stop_token token() const { return stop_.get_token(); }

private:
  using entry = std::list<std::thread>::iterator;

  template <class F> void run(entry self, F &task) {
    name_this_thread(name_);
    std::exception_ptr error;
    try {
      // Destroyed before the thread counts as finished, since its destructor is the caller's code.
      F f = std::move(task);
      run_with(f, stop_.get_token());
    } catch (...) {
      error = std::current_exception();
    }
    std::lock_guard lock(mutex_);
    if (!error_)
      error_ = std::move(error);
    finished_.splice(finished_.end(), running_, self);
    changed_.notify_all();
  }

  /// Joins what has finished, without the lock: thread_local destructors may still be running.
  void reap() {
    std::list<std::thread> ended;
    {
      std::lock_guard lock(mutex_);
      if (finished_.empty())
        return;
      ended.swap(finished_);
      ++reaping_;
    }
    for (std::thread &each : ended)
      each.join();
    std::lock_guard lock(mutex_);
    --reaping_;
    changed_.notify_all();
  }

  std::string name_;
  std::stop_source stop_;
  mutable typename Environment::mutex mutex_;
  typename Environment::condition_variable changed_;
  std::list<std::thread> running_;
  std::list<std::thread> finished_; // yet to be joined
  std::size_t reaping_ = 0;         // calls that are joining some
  std::exception_ptr error_;        // the first
  bool closed_ = false;
  bool used_ = false;
  bool joined_ = false;
};

using scope = basic_scope<>;

} // namespace belay

#endif
