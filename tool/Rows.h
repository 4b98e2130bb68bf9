// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows: which rows of a table a value depends on, as bytes: in ascending order, each as its
// distance from the one before.
//
#ifndef BELAY_TOOL_ROWS_H
#define BELAY_TOOL_ROWS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>
#include <vector>

namespace belay {

std::string encodeRows(std::vector<int64_t> rows);

/// None if the bytes are damaged.
std::vector<int64_t> decodeRows(llvm::StringRef bytes);

} // namespace belay

#endif
