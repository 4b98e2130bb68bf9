// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Interned.h"
#include "llvm/Support/Allocator.h"

namespace belay {

Interned::Interned(llvm::StringRef string) {
  // Never destroyed: facts may be, after main.
  static auto &table = *new llvm::StringSet<llvm::BumpPtrAllocator>;
  if (!string.empty())
    entry_ = &*table.insert(string).first;
}

} // namespace belay
