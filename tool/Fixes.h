// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fixes: the edits of the findings that were shown, as far as they hold: what includes a changed
// file is analysed with the new texts before anything is written.
//
#ifndef BELAY_TOOL_FIXES_H
#define BELAY_TOOL_FIXES_H

#include "tool/Commands.h"

namespace belay {

/// Fixes what `shown` has edits for, or with --dry-run prints the diff. An edit is left out, and
/// the reason said, where a unit would not parse any more, the finding would stay, or another one
/// would appear. False if something could not be written.
bool fix(const Findings &shown, const Analyses &analyses, const Options &options,
         llvm::raw_ostream &out);

} // namespace belay

#endif
