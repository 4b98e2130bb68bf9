// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Edits: an edit that facts speak of -> bytes of a file that are replaced. What shows fixes, makes
// them, or hands them to clang-tidy has the same bytes from here.
//
#ifndef BELAY_TOOL_EDITS_H
#define BELAY_TOOL_EDITS_H

#include "facts/Facts.h"
#include "clang/Tooling/Core/Replacement.h"
#include <optional>

namespace belay {

/// The offset of the place in its file's text, or npos.
size_t offsetOf(const Place &place, llvm::StringRef text);

/// The place of the offset.
Place placeOf(size_t offset, const Interned &file, llvm::StringRef text);

/// What the edit replaces in the file with the text, without its header; nothing where that does
/// not stand there, because the file is another one by now.
std::optional<clang::tooling::Replacement> replacementOf(const Edit &edit, llvm::StringRef text);

/// The line that includes the header, which is in its quotes or brackets, among the others of the
/// file; nothing if there is one.
std::optional<clang::tooling::Replacement> includeIn(llvm::StringRef header, llvm::StringRef file,
                                                     llvm::StringRef text);

} // namespace belay

#endif
