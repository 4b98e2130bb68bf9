// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Suppress: findings that the source answers with a NOLINT comment, and comments that answer none.
//
#ifndef BELAY_TOOL_SUPPRESS_H
#define BELAY_TOOL_SUPPRESS_H

#include "checks/Check.h"
#include "tool/Comments.h"
#include "llvm/ADT/StringMap.h"
#include <functional>
#include <set>

namespace belay {

class Suppressions {
public:
  /// `textAt`: the file to read in place of one; the file itself if there is none.
  explicit Suppressions(std::function<std::string(llvm::StringRef)> textAt = nullptr)
      : textAt_(std::move(textAt)) {}

  /// Drops the findings whose line has `NOLINT`, whose previous line has `NOLINTNEXTLINE`, or
  /// which stand between `NOLINTBEGIN` and `NOLINTEND`, in clang-tidy's grammar: bare, or with a
  /// list of globs in parentheses that one of matches `belay-<id>`. Returns how many it dropped.
  unsigned drop(Findings &findings);

  /// A line for each name of a check of Belay's that has dropped nothing, in the comments of the
  /// files. The checks are those that ran over all that may include the files; of others, and of
  /// code that a preprocessor conditional may have left out, nothing is known.
  std::vector<std::string> unused(const std::set<llvm::StringRef> &files,
                                  llvm::ArrayRef<const Check *> checks, llvm::StringRef root);

  /// A line for each comment of the files that names a check of Belay's or has dropped a finding,
  /// and has no `: reason`.
  std::vector<std::string> unreasoned(const std::set<llvm::StringRef> &files, llvm::StringRef root);

private:
  Comments *of(llvm::StringRef file);

  std::function<std::string(llvm::StringRef)> textAt_;
  llvm::StringMap<std::unique_ptr<Comments>> files_; ///< null: there is no such file
};

} // namespace belay

#endif
