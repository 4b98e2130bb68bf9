// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for BS::thread_pool's header: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_BS_THREAD_POOL_BS_THREAD_POOL_HPP
#define BELAY_INPUTS_BS_THREAD_POOL_BS_THREAD_POOL_HPP

#include <cstddef>
#include <cstdint>
#include <future>
#include <vector>

namespace BS {
using priority_t = std::int8_t;
enum tp : std::uint8_t { none = 0, priority = 1 };
template <typename T> class multi_future : public std::vector<std::future<T>> {
public:
  void get() {}
  void wait() const {}
};
template <tp Options = tp::none> class thread_pool {
public:
  explicit thread_pool(std::size_t threads);
  template <typename F> void detach_task(F &&, priority_t = 0) {}
  template <typename F> std::future<void> submit_task(F &&, priority_t = 0) { return {}; }
  template <typename F> void detach_loop(int, int, F &&, std::size_t = 0, priority_t = 0) {}
  template <typename F>
  multi_future<void> submit_blocks(int, int, F &&, std::size_t = 0, priority_t = 0) {
    return {};
  }
  void wait();
};
using light_thread_pool = thread_pool<tp::none>;
} // namespace BS

#endif
