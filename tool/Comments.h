// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comments: the NOLINT comments of a source, read as clang-tidy reads them: as text, wherever it
// stands. What follows a comment's list, such as `: reason`, is for people.
//
#ifndef BELAY_TOOL_COMMENTS_H
#define BELAY_TOOL_COMMENTS_H

#include "facts/Facts.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <optional>

namespace belay {

/// A glob of a comment's list, or, where there is no list, the one that names everything.
struct Glob {
  llvm::StringRef text;
  bool isUsed = false; ///< has suppressed a finding

  /// As clang-tidy's: `*` stands for any characters, and nothing else is special. Negative ones
  /// match nothing.
  bool matches(llvm::StringRef name) const;
};

struct Comment {
  llvm::StringRef kind; ///< what follows NOLINT: nothing, NEXTLINE, BEGIN or END
  std::optional<llvm::StringRef> list;
  size_t at = 0; ///< in the file
  llvm::SmallVector<Glob, 1> globs;
  bool hasReason = false;
  bool isPaired = false;      ///< a BEGIN with its END, or an END with its BEGIN
  bool isCode = false;        ///< is no comment, but say a string
  bool isConditional = false; ///< some preprocessor conditional decides whether it is compiled

  /// As it is written: "NOLINTNEXTLINE(a, b)".
  std::string text() const;
};

/// A file's comments.
class Comments {
public:
  /// The buffer ends with a zero.
  explicit Comments(std::unique_ptr<llvm::MemoryBuffer> buffer);

  /// Whether a comment suppresses what a check finds there; all that do are marked as used.
  bool suppress(const Place &where, llvm::StringRef name);

  llvm::ArrayRef<Comment> all() const { return comments_; }

  /// Line and column of a comment, counted from 1.
  std::pair<unsigned, unsigned> positionOf(const Comment &comment) const;

private:
  // Between a BEGIN and its END, by their indexes.
  struct Region {
    size_t begin;
    size_t end;
  };
  void pairRegions();
  void lookAtCode();
  bool use(Comment &comment, llvm::StringRef name);
  size_t startOf(unsigned line) const { return lines_[line - 1]; }

  std::unique_ptr<llvm::MemoryBuffer> buffer_;
  llvm::SmallVector<size_t, 0> lines_; // where each line starts, and the end
  llvm::SmallVector<Comment, 0> comments_;
  llvm::SmallVector<Region, 0> regions_;
};

} // namespace belay

#endif
