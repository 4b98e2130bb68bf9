// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for BS::thread_pool's header: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_BS_THREAD_POOL_BS_THREAD_POOL_HPP
#define BELAY_INPUTS_BS_THREAD_POOL_BS_THREAD_POOL_HPP

#include <cstddef>
#include <future>

namespace BS {
template <unsigned Options = 0> class thread_pool {
public:
  explicit thread_pool(std::size_t threads);
  template <typename F> void detach_task(F &&) {}
  template <typename F> std::future<void> submit_task(F &&) { return {}; }
  void wait();
};
} // namespace BS

#endif
