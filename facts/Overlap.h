// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Overlap: whether two ways are proven to be under way at once. What Origins.h calls ordered is
// the opposite proof; most pairs have neither.
//
#ifndef BELAY_FACTS_OVERLAP_H
#define BELAY_FACTS_OVERLAP_H

#include "facts/Origins.h"

namespace belay {

/// Whether one of two ways is a thread that runs while the other comes to its access: code that
/// the other goes through has started the thread before, and has waited for nothing since.
bool overlaps(const Program &program, const Origin &one, const Origin &other);

} // namespace belay

#endif
