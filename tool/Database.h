// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Database: which sources there are and how each is compiled, from a compile_commands.json as
// found in the wild or from the command line. Commands are read, never run.
//
#ifndef BELAY_TOOL_DATABASE_H
#define BELAY_TOOL_DATABASE_H

#include "tool/Options.h"
#include "tool/Parse.h"

namespace belay {

struct Database {
  std::vector<Source> sources;
  std::vector<std::string> notes; ///< what people should know, a line each
  bool whole = false;             ///< the sources are all that the build compiles
  std::vector<std::string> asked; ///< every path that was looked for, see Inputs.h
};

/// The sources that the options ask for: those of the database, or the files after it; with
/// `--`, the files with the given flags. Fails where there is no database or it is invalid.
llvm::Expected<Database> findSources(const Options &options, llvm::StringRef root);

} // namespace belay

#endif
