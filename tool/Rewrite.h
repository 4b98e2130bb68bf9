// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrite: files with other texts than they have: where their places are then, how they differ, and
// how they are written.
//
#ifndef BELAY_TOOL_REWRITE_H
#define BELAY_TOOL_REWRITE_H

#include "tool/Edits.h"
#include "llvm/Support/Error.h"
#include <map>
#include <set>
#include <string>

namespace belay {

/// A file and what edits make of it.
class Rewrite {
public:
  /// Fails if the file cannot be read.
  static llvm::Expected<Rewrite> of(llvm::StringRef path);

  /// Takes the edit in, once. Fails where the text is not what was analysed, or where another edit
  /// changes the same bytes.
  llvm::Error add(const Edit &edit);
  /// Includes the headers that the edits need; what is added after that has no effect.
  void finish();

  llvm::StringRef before() const { return before_; }
  llvm::StringRef after() const { return after_; }
  /// Where a place of the file is afterwards.
  Place moved(const Place &place) const;

private:
  std::string path_;
  std::string before_;
  std::string after_;
  std::set<Edit> edits_;
  clang::tooling::Replacements replacements_;
};

/// By path.
using Rewrites = std::map<std::string, Rewrite>;

/// What `git apply` and `patch -p1` make the files of in the folder `root`: a unified diff, by the
/// program diff. Fails without one.
llvm::Expected<std::string> diffOf(const Rewrites &files, llvm::StringRef root);

/// Writes all of a file or nothing of it; its mode stays, and a link stays one. Fails, naming the
/// file, where it may not be written, or is no longer what it was.
llvm::Error write(const std::string &path, const Rewrite &file);

} // namespace belay

#endif
