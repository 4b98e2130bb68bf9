// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs: files that build systems judge by their times, and the depfiles that tell them what a
// result depends on.
//
#ifndef BELAY_TOOL_OUTPUTS_H
#define BELAY_TOOL_OUTPUTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <utility>

namespace belay {

/// Writes all of the file or nothing; a file that holds the text already is not touched, so that
/// what depends on it is up to date. Fails, naming the file, where it cannot be written.
llvm::Error writeIfChanged(llvm::StringRef file, llvm::StringRef text);

/// Writes a rule for make: the target, and the inputs that it depends on. Fails as above.
llvm::Error writeDepfile(llvm::StringRef file, llvm::StringRef target,
                         llvm::ArrayRef<std::string> inputs);

/// Drops what was used least recently in a folder, by the times of the files, until the rest is not
/// larger than that. Files that differ by their extension belong together, and have been used when
/// the last of them was. Returns how many such groups there are then, and their bytes.
std::pair<uint64_t, uint64_t> pruneFolder(llvm::StringRef folder, uint64_t bytes);

} // namespace belay

#endif
