// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks: which locks a function holds at each of its events, and which of them on every way.
//
#ifndef BELAY_FACTS_LOCKS_H
#define BELAY_FACTS_LOCKS_H

#include "facts/Events.h"

namespace clang {
class CFG;
} // namespace clang

namespace belay {

/// Sets what is held at each event, and what the function still holds at its end.
void addLocks(const clang::CFG &cfg, const clang::FunctionDecl *function, Ids &ids,
              Resolve &resolve, Body &body);

} // namespace belay

#endif
