// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Suppress: findings that the source answers with a NOLINT comment.
//
#ifndef BELAY_TOOL_SUPPRESS_H
#define BELAY_TOOL_SUPPRESS_H

#include "checks/Check.h"

namespace belay {

/// Drops the findings whose line has `NOLINT`, whose previous line has `NOLINTNEXTLINE`, or
/// which stand between `NOLINTBEGIN` and `NOLINTEND`, in clang-tidy's grammar: bare, or with a
/// list of globs in parentheses that one of matches `belay-<id>`. Returns how many it dropped.
unsigned dropSuppressed(Findings &findings);

} // namespace belay

#endif
