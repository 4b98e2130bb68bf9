// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs: files that build systems judge by their times, and the depfiles that tell them what a
// result depends on.
//
#ifndef BELAY_TOOL_OUTPUTS_H
#define BELAY_TOOL_OUTPUTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace belay {

/// Writes all of the file or nothing; a file that holds the text already is not touched, so that
/// what depends on it is up to date. Fails, naming the file, where it cannot be written.
llvm::Error writeIfChanged(llvm::StringRef file, llvm::StringRef text);

/// Writes a rule for make: the target, and the inputs that it depends on. Fails as above.
llvm::Error writeDepfile(llvm::StringRef file, llvm::StringRef target,
                         llvm::ArrayRef<std::string> inputs);

} // namespace belay

#endif
