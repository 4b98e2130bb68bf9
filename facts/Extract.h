// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Extract: one translation unit's AST -> Facts. API calls become events by the models' rows;
// nothing is judged here.
//
#ifndef BELAY_FACTS_EXTRACT_H
#define BELAY_FACTS_EXTRACT_H

#include "facts/Facts.h"
#include "facts/Models.h"

namespace clang {
class ASTContext;
} // namespace clang

namespace belay {

/// The facts of the project's own declarations: everything outside system headers. Equal
/// inputs give equal facts. `mapsPaths`: paths are those that -fmacro-prefix-map makes of them,
/// as facts need them that do not depend on the folder; else those of the files.
Unit extract(clang::ASTContext &ast, const Models &models, bool mapsPaths = true);

} // namespace belay

#endif
