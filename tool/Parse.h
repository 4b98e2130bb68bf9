// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parse: one source with its flags -> facts, by clang inside of this process.
//
#ifndef BELAY_TOOL_PARSE_H
#define BELAY_TOOL_PARSE_H

#include "facts/Models.h"

namespace belay {

class Prefixes;

/// A source and how to parse it.
struct Source {
  std::string file;               ///< absolute
  std::string directory;          ///< absolute; what relative flags are relative to
  std::vector<std::string> flags; ///< of clang's driver; safe to use
  std::string broken;             ///< why it cannot be parsed at all; empty if it can
};

struct Parsed {
  Unit unit;
  Place where;                      ///< of the first error; nowhere if it is about the flags
  std::string error;                ///< the first error; empty if there is none
  std::vector<std::string> headers; ///< every file that was read
  std::vector<std::string> asked;   ///< every path that was looked for, see Inputs.h
};

/// What makes parsing faster, and may not change its result.
struct Shortcuts {
  Prefixes *prefixes = nullptr; ///< where to look for a prefix, if at all
  bool makePrefix = false;      ///< whether to make one that is not there
  bool isExact = true;          ///< whether bodies are instantiated that lead to no facts
};

/// Parses the source in the current folder, which has to be its directory. After errors the
/// facts are those of what clang understood. No program of the project runs or is loaded.
Parsed parse(const Source &source, const Models &models, llvm::StringRef resourceDir,
             const Shortcuts &shortcuts = {});

/// The file of this program.
std::string programFile();

/// The folder with clang's own headers: the one that was asked for, $BELAY_RESOURCE_DIR, or
/// the usual places. Fails, naming them, where it is in none.
llvm::Expected<std::string> resourceDirectory(llvm::StringRef asked);

} // namespace belay

#endif
