// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Parallel.h"
#include "belay/task_group.h"
#include "tool/HugePages.h"
#include "llvm/Support/Threading.h"
#include <atomic>

namespace belay {

void inParallel(size_t count, unsigned threads, llvm::function_ref<void(size_t)> each) {
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t at = next++; at < count; at = next++)
      each(at);
  };
  if (threads == 0)
    threads = llvm::hardware_concurrency().compute_thread_count();
  task_group others;
  for (size_t thread = 1; thread < std::min<size_t>(threads, count); ++thread)
    others.go([&] {
      if (count >= 100)
        expectToAllocate(size_t(60) << 20);
      work();
    });
  work();
  others.wait();
}

} // namespace belay
