// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merge: two readings of one function (variants of a header's function in several units, the
// instantiations of a generic lambda) -> everything that any of them may do.
//
#ifndef BELAY_FACTS_MERGE_H
#define BELAY_FACTS_MERGE_H

#include "facts/Facts.h"

namespace belay {

/// Adds the events of `from` that `into` has not, with the loops they are in.
void merge(Function &into, const Function &from);

} // namespace belay

#endif
