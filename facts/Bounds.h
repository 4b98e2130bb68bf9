// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds: which events run only while a count, a permit or a once-guard allows it.
//
#ifndef BELAY_FACTS_BOUNDS_H
#define BELAY_FACTS_BOUNDS_H

#include "facts/Events.h"

namespace clang {
class CFG;
} // namespace clang

namespace belay {

/// Whether the statements have a condition that could be a bound; cheap.
bool mayBound(const clang::Stmt *body);

/// Sets Bounded on the events that only run after a check of
///  - a count that outlives the function against a limit (`if (active_ >= max) return;`),
///  - a permit of a semaphore, or
///  - a flag or slot that the function sets itself (`if (!started_) { started_ = true; ...`).
void markBounded(clang::CFG &cfg, Resolve &resolve, Body &body);

} // namespace belay

#endif
