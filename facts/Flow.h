// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Flow: what a function's control flow adds to its events: which of them stand behind a bound,
// which thread handles are certain to own a thread meanwhile, and where one dies that may.
//
#ifndef BELAY_FACTS_FLOW_H
#define BELAY_FACTS_FLOW_H

#include "facts/Events.h"

namespace belay {

/// Completes the body's events from the control-flow graph. Bodies without anything that
/// depends on it are left as they are.
void addFlow(const clang::FunctionDecl *function, Ids &ids, Resolve &resolve, Body &body);

/// Where a variable dies: the jump that leaves its scope, or the scope's end.
clang::SourceLocation endOf(const clang::VarDecl *variable, const clang::Stmt *trigger);

} // namespace belay

#endif
