// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// guarded: data and the mutex it is used under, in one, so that neither is had without the other.
//
// with() is the way to use it: the lock lasts as long as the function. Its result is made under
// the lock and must not be a way past it: references, pointers to the data and its own iterators
// are refused at compile time. Views and pointers to parts cannot be told from others; they pass.
//
// Decided against: copying (of which side would the mutex be?), locking two at once (nest with()
// in one order everywhere, or put both into one), a condition variable inside (see event.h and
// latch.h), and thread-safety attributes: the data cannot be named where the lock is not held.
//
#ifndef BELAY_GUARDED_H
#define BELAY_GUARDED_H

#include <cassert>
#include <concepts>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <type_traits>
#include <utility>

namespace belay {

/// Whether a result of this type is, for all that can be told, a way to a T past its lock.
template <class Result, class T>
inline constexpr bool escapes =
    std::is_reference_v<Result> ||
    (std::is_pointer_v<Result> &&
     std::is_same_v<std::remove_cv_t<std::remove_pointer_t<Result>>, T>);
template <class Result, class T>
  requires requires { typename T::iterator; } && (!std::is_reference_v<Result>) &&
               (std::same_as<Result, typename T::iterator> ||
                std::same_as<Result, typename T::const_iterator>)
inline constexpr bool escapes<Result, T> = true;

/// Any number of threads may use one. Each use happens before the next one, but for two read()s.
/// A function that uses the same object once more deadlocks, as with the mutex alone.
template <class T, class Mutex = std::mutex> class guarded {
  static constexpr bool is_shared = requires(Mutex &mutex) {
    mutex.lock_shared();
    mutex.unlock_shared();
  };

public:
  /// Holds the lock, until its end or until it is moved from, and points to the data. It has to be
  /// given a name before `*`, as the lock of `for (auto &each : *data.lock())` would be gone before
  /// the loop begins.
  template <class Value> class [[nodiscard]] pointer {
  public:
    /// Whether it holds the lock: not if it was moved from.
    explicit operator bool() const { return lock_.owns_lock(); }
    Value &operator*() const & {
      assert(lock_.owns_lock());
      return *value_;
    }
    Value &operator*() const && = delete;
    Value *operator->() const {
      assert(lock_.owns_lock());
      return value_;
    }

  private:
    friend guarded;
    pointer(Mutex &mutex, Value &value) : lock_(mutex), value_(&value) {}

    std::unique_lock<Mutex> lock_;
    Value *value_;
  };

  /// Makes the T of the arguments, as `T(arguments...)`.
  template <class... Arguments>
    requires std::constructible_from<T, Arguments...> &&
             (!std::same_as<std::remove_cvref_t<Arguments>, guarded> && ...)
  explicit guarded(Arguments &&...arguments) : value_(std::forward<Arguments>(arguments)...) {}
  guarded(const guarded &) = delete;
  guarded &operator=(const guarded &) = delete;

  /// f(T &) under the lock, and its result. What f throws passes, and the lock is given back.
  template <class F> decltype(auto) with(F &&f) {
    return run<std::unique_lock<Mutex>>(value_, std::forward<F>(f));
  }

  /// f(const T &) under the lock, which is not shared even if it could be, and its result.
  template <class F> decltype(auto) with(F &&f) const {
    return run<std::unique_lock<Mutex>>(value_, std::forward<F>(f));
  }

  /// f(const T &) under a shared lock, and its result. A T whose const functions change something,
  /// a cache say, is not for this.
  template <class F>
  decltype(auto) read(F &&f) const
    requires is_shared
  {
    return run<std::shared_lock<Mutex>>(value_, std::forward<F>(f));
  }

  /// with(), said beside read().
  template <class F>
  decltype(auto) write(F &&f)
    requires is_shared
  {
    return with(std::forward<F>(f));
  }

  /// Takes the lock, for uses that do not fit into one function.
  pointer<T> lock() { return {mutex_, value_}; }
  pointer<const T> lock() const { return {mutex_, value_}; }

private:
  // Results are deduced: a generic lambda that changes the data must not be tried with const.
  template <class Lock, class Value, class F> decltype(auto) run(Value &value, F &&f) const {
    static_assert(!escapes<std::invoke_result_t<F, Value &>, T>,
                  "the result refers to guarded data and would be used without the lock: copy it");
    const Lock lock(mutex_);
    return std::invoke(std::forward<F>(f), value);
  }

  mutable Mutex mutex_;
  T value_;
};

} // namespace belay

#endif
