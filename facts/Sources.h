// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sources: local sources of cancellation tokens that die while work still has one of their
// tokens, so that nobody can stop it any more. Part of Flow.
//
#ifndef BELAY_FACTS_SOURCES_H
#define BELAY_FACTS_SOURCES_H

#include "facts/Events.h"
#include "clang/Analysis/CFG.h"

namespace belay {

/// Adds a Drop for each place where a source of `body.sources` dies, on some way, after its token
/// went to a thread or pool and before it was asked to stop or the work was waited for. A source
/// that is moved, captured, returned or passed on is somebody else's, and left alone.
void addLostSources(const clang::CFG &cfg, const clang::FunctionDecl *function, Ids &ids,
                    Body &body);

} // namespace belay

#endif
