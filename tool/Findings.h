// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings: what the checks find in the programs that units make.
//
#ifndef BELAY_TOOL_FINDINGS_H
#define BELAY_TOOL_FINDINGS_H

#include "checks/Check.h"

namespace belay {

/// Sorted, and the same however many threads look for them. `whole`: the units hold all the code of
/// their programs. `root`: the project's folder. `threads`: 0: one for each core.
Findings findingsIn(llvm::ArrayRef<const Unit *> units, bool whole,
                    llvm::ArrayRef<const Check *> checks, llvm::StringRef root,
                    unsigned threads = 0);

} // namespace belay

#endif
