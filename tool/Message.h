// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Message: what a worker process answers, on its way through a socket.
//
#ifndef BELAY_TOOL_MESSAGE_H
#define BELAY_TOOL_MESSAGE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>
#include <vector>

namespace belay {

// Messages between processes of one program need no byte order. A question is the number of a
// unit; an answer is its size and then texts, each after its own size: the facts, the problem,
// the paths that were looked for, and every header.
using Size = uint64_t;

void append(std::string &message, Size size);
/// Its size and the text.
void append(std::string &message, llvm::StringRef text);

/// The texts of an answer; none while it is incomplete.
std::vector<llvm::StringRef> textsOf(llvm::StringRef answer);

} // namespace belay

#endif
