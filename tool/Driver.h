// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Driver: sources -> facts, many at once. Clang runs in worker processes, so that a crash of it
// costs one unit and nothing more.
//
#ifndef BELAY_TOOL_DRIVER_H
#define BELAY_TOOL_DRIVER_H

#include "facts/Store.h"
#include "tool/Cache.h"
#include "tool/Parse.h"
#include <functional>

namespace belay {

struct Analysis {
  LazyUnit unit;       ///< what is known of it; empty if clang crashed
  std::string problem; ///< a line for people; empty if all went well
  bool isLost = false; ///< clang has not come to an end, and may the next time
  std::vector<std::string> headers =
      {}; ///< every file that was read; out of the cache only watched ones
};

struct Setup {
  std::vector<std::string> models; ///< folders
  std::string resourceDir;
  std::string root;          ///< absolute; problems show paths below it relative to it
  unsigned jobs = 0;         ///< 0: one for each core
  Cache *cache = nullptr;    ///< where facts are looked for and kept, if there is one
  std::string prefixes = {}; ///< the folder for prefixes, see Prefix.h; empty: none
  bool isExact = false;      ///< see Parse.h
  /// Of the paths that a unit out of the cache depends on, those that its headers name.
  std::function<bool(llvm::StringRef)> isWatched = nullptr;
};

/// What all results depend on beside the sources and the flags: this program, the variables of the
/// environment that change what a source means, and clang's own headers.
std::string surroundings(llvm::StringRef resourceDir);

/// The files with models for a source beside the built-in ones: of the folders, and .belay.yaml.
std::vector<std::string> modelFiles(llvm::StringRef source, llvm::ArrayRef<std::string> folders);

/// The analyses, in the order of the sources, whatever the order in which they finish. Fails
/// before it starts where models are invalid.
llvm::Expected<std::vector<Analysis>> analyse(llvm::ArrayRef<Source> sources, const Setup &setup);

} // namespace belay

#endif
