// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Parallel.h"
#include "belay/bounded_pool.h"
#include "belay/task_group.h"
#include "tool/HugePages.h"
#include "llvm/Support/Threading.h"
#include <atomic>
#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

namespace belay {

namespace {

/// A thread that starts on another core than its parent's. A scheduler that packs threads leaves a
/// new one behind its parent until the next tick, and by then a short job has ended.
class SpreadThread : public std::jthread {
public:
  SpreadThread() = default;
  template <class F> explicit SpreadThread(F f) : std::jthread(std::move(f)) { leaveParent(); }

private:
  /// From there it is free to go where it likes.
  void leaveParent() {
#ifdef __linux__
    cpu_set_t allowed;
    const int here = sched_getcpu();
    if (here < 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2)
      return;
    cpu_set_t others = allowed;
    CPU_CLR(here, &others);
    if (pthread_setaffinity_np(native_handle(), sizeof others, &others) == 0)
      pthread_setaffinity_np(native_handle(), sizeof allowed, &allowed);
#endif
  }
};

struct SpreadEnvironment : std_environment {
  using thread = SpreadThread;
};

} // namespace

void inParallel(size_t count, unsigned threads, llvm::function_ref<void(size_t)> each) {
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t at = next++; at < count; at = next++)
      each(at);
  };
  if (threads == 0)
    threads = llvm::hardware_concurrency().compute_thread_count();
  if (threads == 1 || count < 2)
    return work();
  const size_t helpers = std::min<size_t>(threads, count) - 1;
  basic_bounded_pool<SpreadEnvironment> pool(helpers, helpers);
  basic_task_group<SpreadEnvironment> others(pool);
  for (size_t helper = 0; helper != helpers; ++helper)
    others.go([&] {
      if (count >= 100)
        expectToAllocate(size_t(60) << 20);
      work();
    });
  work();
  others.wait();
}

} // namespace belay
