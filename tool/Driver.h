// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Driver: sources -> facts, many at once. Clang runs in worker processes, so that a crash of it
// costs one unit and nothing more.
//
#ifndef BELAY_TOOL_DRIVER_H
#define BELAY_TOOL_DRIVER_H

#include "tool/Parse.h"

namespace belay {

struct Analysis {
  Unit unit;                        ///< what is known of it; empty if clang crashed
  std::string problem;              ///< a line for people; empty if all went well
  std::vector<std::string> headers; ///< every file that was read
};

struct Setup {
  std::vector<std::string> models; ///< folders
  std::string resourceDir;
  std::string root;  ///< absolute; problems show paths below it relative to it
  unsigned jobs = 0; ///< 0: one for each core
};

/// The analyses, in the order of the sources, whatever the order in which they finish. Fails
/// before it starts where models are invalid.
llvm::Expected<std::vector<Analysis>> analyse(llvm::ArrayRef<Source> sources, const Setup &setup);

} // namespace belay

#endif
