// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// runnable: what threads, pools and tasks are given to run. It takes a stop token or nothing.
//
#ifndef BELAY_RUNNABLE_H
#define BELAY_RUNNABLE_H

#include <concepts>
#include <functional>
#include <stop_token>
#include <type_traits>

namespace belay {

/// It need not be copyable.
template <class F>
concept runnable = std::move_constructible<F> &&
                   (std::is_invocable_v<F &, std::stop_token> || std::is_invocable_v<F &>);

/// Calls `f`, with the token if it takes one; its result, and what it throws, pass.
template <class F> decltype(auto) run_with(F &f, const std::stop_token &stop) {
  if constexpr (std::is_invocable_v<F &, std::stop_token>)
    return std::invoke(f, stop);
  else
    return std::invoke(f);
}

} // namespace belay

#endif
