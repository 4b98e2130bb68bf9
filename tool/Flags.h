// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Flags: a compiler's command -> what of it the parser needs. A command may come from anybody
// (a pull request brings its database along), so flags are let in by name: those that change
// what a source means. Whatever loads code, runs a program or writes a file stays outside.
//
#ifndef BELAY_TOOL_FLAGS_H
#define BELAY_TOOL_FLAGS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace belay {

enum class Language : uint8_t { C, Gpu, Other }; ///< C stands for C++ as well

struct Flags {
  std::vector<std::string> kept;
  std::vector<std::string> dangerous; ///< the kinds of dropped flags that people should know of
  Language language = Language::Other;
};

/// The flags of a command for the file, without its compiler. Inputs are left out as well.
Flags parserFlags(llvm::StringRef file, llvm::ArrayRef<std::string> arguments);

/// The command without launchers (ccache, distcc, env A=B, ...): the compiler comes first.
llvm::ArrayRef<std::string> withoutLaunchers(llvm::ArrayRef<std::string> command);

/// The flags that a compiler's name and place stand for: C or C++, the target, its GCC.
std::vector<std::string> compilerFlags(llvm::StringRef compiler);

/// Whether the compiler's flags are not those of gcc and clang (nvcc, cl).
bool isForeign(llvm::StringRef compiler);

} // namespace belay

#endif
