// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// job: what a pool keeps in its queue. std::function asks for jobs that can be copied, and so keeps
// out whatever owns something; std::move_only_function comes with C++23.
//
#ifndef BELAY_JOB_H
#define BELAY_JOB_H

#include "belay/runnable.h"
#include <concepts>
#include <cstddef>
#include <cstring>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace belay {

/// A function object to be run once, or destroyed unrun: std::move_only_function<void(stop_token)>
/// of C++23. Up to 56 bytes are kept inside, if moving them cannot throw.
class job {
public:
  job() = default;
  template <class F>
    requires(!std::same_as<F, job> && runnable<F>)
  explicit job(F f) {
    if constexpr (sizeof(F) <= sizeof bytes_ && alignof(F) <= alignof(void *) &&
                  std::is_nothrow_move_constructible_v<F>)
      keep<F>(std::move(f));
    else
      keep<boxed<F>>(boxed<F>{std::make_unique<F>(std::move(f))});
  }
  job(job &&other) noexcept { take(other); }
  job &operator=(job &&other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~job() { reset(); }

  /// Whether there is something to run.
  explicit operator bool() const { return verbs_ != nullptr; }

  /// Runs it; exceptions pass. Throws std::bad_function_call if there is nothing to run.
  void operator()(const std::stop_token &stop) {
    if (!verbs_)
      throw std::bad_function_call();
    verbs_->run(bytes_, stop);
  }

private:
  struct verbs {
    void (*run)(void *self, const std::stop_token &stop);
    // And destroys what was moved from. Null where copying the bytes is all that it would do.
    void (*move)(void *from, void *to) noexcept;
    void (*destroy)(void *self) noexcept;
  };

  template <class F> struct boxed {
    std::unique_ptr<F> f;
    void operator()(const std::stop_token &stop) { static_cast<void>(run_with(*f, stop)); }
  };

  template <class F>
  static constexpr bool moves_as_bytes =
      std::is_trivially_move_constructible_v<F> && std::is_trivially_destructible_v<F>;

  template <class F> static void run(void *self, const std::stop_token &stop) {
    static_cast<void>(run_with(*static_cast<F *>(self), stop));
  }
  template <class F> static void move(void *from, void *to) noexcept {
    ::new (to) F(std::move(*static_cast<F *>(from)));
    static_cast<F *>(from)->~F();
  }
  template <class F> static void destroy(void *self) noexcept { static_cast<F *>(self)->~F(); }

  template <class F>
  static constexpr verbs verbs_of{run<F>, moves_as_bytes<F> ? nullptr : move<F>, destroy<F>};

  template <class F> void keep(F &&f) {
    ::new (static_cast<void *>(bytes_)) F(std::move(f));
    verbs_ = &verbs_of<F>;
  }
  void take(job &other) noexcept {
    verbs_ = std::exchange(other.verbs_, nullptr);
    if (!verbs_)
      return;
    if (verbs_->move)
      verbs_->move(other.bytes_, bytes_);
    else
      std::memcpy(bytes_, other.bytes_, sizeof bytes_);
  }
  void reset() noexcept {
    if (const verbs *const old = std::exchange(verbs_, nullptr))
      old->destroy(bytes_);
  }

  const verbs *verbs_ = nullptr;
  alignas(void *) std::byte bytes_[56];
};

/// The error in the future of a job that was refused, or dropped before it ran.
struct job_discarded : std::runtime_error {
  job_discarded() : std::runtime_error("belay::bounded_pool: the job was not run") {}
};

/// A job with a future, which is completed on every way out.
template <runnable F> struct promised_job {
  using value = decltype(run_with(std::declval<F &>(), std::stop_token()));
  explicit promised_job(F &&f) : task(std::move(f)) {}
  promised_job(promised_job &&other) noexcept(std::is_nothrow_move_constructible_v<F>)
      : task(std::move(other.task)), result(std::move(other.result)),
        pending(std::exchange(other.pending, false)) {}
  ~promised_job() {
    if (!pending)
      return;
    task.reset();
    result.set_exception(std::make_exception_ptr(job_discarded()));
  }

  void operator()(const std::stop_token &stop) {
    try {
      if constexpr (std::is_void_v<value>) {
        run_with(*task, stop);
        task.reset();
        result.set_value();
      } else {
        value returned = run_with(*task, stop);
        task.reset();
        result.set_value(std::forward<value>(returned));
      }
    } catch (...) {
      task.reset();
      result.set_exception(std::current_exception());
    }
    pending = false;
  }

  std::optional<F> task;
  std::promise<value> result;
  bool pending = true;
};

} // namespace belay

#endif
