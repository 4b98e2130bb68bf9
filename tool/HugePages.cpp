// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HugePages: most of what clang and a link do is to fill fresh memory, and the system's work for
// each page of 4 KiB is a fifth of their time. glibc asks for huge pages only where a variable of
// the environment says so before it starts; here the heap is grown by blocks that are given back at
// once, and the advice stays with their addresses.
//
#include "tool/HugePages.h"
#include <algorithm>
#include <array>
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/mman.h>

// A sanitizer's heap is its own.
#if defined(__has_feature)
#define BELAY_HAS_SANITIZER (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define BELAY_HAS_SANITIZER 0
#endif

namespace belay {

void expectToAllocate(size_t bytes) {
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE) && !BELAY_HAS_SANITIZER
  constexpr size_t huge = size_t(2) << 20;
  constexpr size_t most = size_t(31) << 20; // glibc maps larger blocks apart from the heap
  mallopt(M_MMAP_THRESHOLD, int(most + huge / 2));
  mallopt(M_TRIM_THRESHOLD, 1 << 30); // what is given back stays
  std::array<void *, 32> blocks{};
  for (void *&block : blocks) {
    const size_t size = std::min(bytes, most);
    block = size < huge ? nullptr : std::malloc(size);
    if (!block)
      break;
    bytes -= size;
    const size_t start = (size_t(block) + huge - 1) / huge * huge;
    const size_t end = (size_t(block) + size) / huge * huge;
    if (start < end)
      madvise(reinterpret_cast<void *>(start), end - start, MADV_HUGEPAGE);
  }
  for (void *block : blocks)
    std::free(block);
#else
  (void)bytes;
#endif
}

} // namespace belay
