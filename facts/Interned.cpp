// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Interned.h"
#include "llvm/Support/Allocator.h"
#include <mutex>

namespace belay {

Interned::Interned(llvm::StringRef string) {
  // Never destroyed: facts may be, after main.
  static auto &table = *new llvm::StringSet<llvm::BumpPtrAllocator>;
  static std::mutex mutex;
  if (string.empty())
    return;
  const std::lock_guard lock(mutex);
  entry_ = &*table.insert(string).first;
}

} // namespace belay
