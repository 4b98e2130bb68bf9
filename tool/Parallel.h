// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parallel: one thing done for each of many.
//
#ifndef BELAY_TOOL_PARALLEL_H
#define BELAY_TOOL_PARALLEL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstddef>

namespace belay {

/// Calls `each` with every index below `count`, in any order and several at once. `threads`: 0: one
/// for each core.
void inParallel(size_t count, unsigned threads, llvm::function_ref<void(size_t)> each);

} // namespace belay

#endif
