// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merge: two readings of one function (instantiations of a template, variants of a header's
// function in several units) -> everything that any of them may do.
//
#ifndef BELAY_FACTS_MERGE_H
#define BELAY_FACTS_MERGE_H

#include "facts/Facts.h"

namespace belay {

/// Adds the events of `from` that `into` has not, with the loops they are in. A reading of a
/// template's pattern gives way to one of an instantiation, which knows the types.
void merge(Function &into, const Function &from);

} // namespace belay

#endif
