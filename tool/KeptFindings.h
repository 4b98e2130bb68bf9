// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// KeptFindings: the findings of a program as bytes, for the cache.
//
#ifndef BELAY_TOOL_KEPTFINDINGS_H
#define BELAY_TOOL_KEPTFINDINGS_H

#include "checks/Check.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace belay {

std::string bytesOf(const Findings &findings);

/// What bytesOf() was given; nothing if the bytes are not from there.
std::optional<Findings> findingsOf(llvm::StringRef bytes);

} // namespace belay

#endif
