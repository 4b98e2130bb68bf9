// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Since: what has changed between a revision and the working tree, as git says: committed or not,
// known to git or not.
//
#ifndef BELAY_TOOL_SINCE_H
#define BELAY_TOOL_SINCE_H

#include "facts/Facts.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace belay {

struct ChangedFile {
  std::string now;    ///< absolute; empty if it is gone
  std::string before; ///< below the top of the repository; empty if it is new
  bool isAll = false; ///< all of its lines are new
  std::vector<std::pair<unsigned, unsigned>> lines; ///< first and last, in the order of the file
};

class Changes {
public:
  /// What has changed since the revision in the repository that the folder is in. Fails, saying
  /// what to do, without git, a repository, or the revision.
  static llvm::Expected<Changes> since(llvm::StringRef revision, llvm::StringRef folder);

  llvm::StringRef revision() const { return revision_; }
  llvm::ArrayRef<ChangedFile> files() const { return files_; }

  /// Submodules that have changed, and in ways that are not looked into.
  llvm::ArrayRef<std::string> submodules() const { return submodules_; }

  /// The file that a path leads to, if it has changed.
  const ChangedFile *fileAt(llvm::StringRef path) const;
  /// The same for where it was at the revision.
  const ChangedFile *fileOnceAt(llvm::StringRef path) const;

  /// Whether the place is on a line that has changed.
  bool touches(const Place &place) const;

  /// The absolute path of where a file was.
  std::string oncePath(const ChangedFile &file) const { return top_ + "/" + file.before; }

  /// The texts that the files had at the revision, in their order; of new ones nothing.
  llvm::Expected<std::vector<std::string>> texts() const;

  /// Two that are the same have the same text.
  llvm::StringRef text() const { return text_; }

private:
  llvm::Error readDiff(llvm::StringRef diff);
  void readPatch(llvm::StringRef patch);
  void addUntracked(llvm::StringRef names);
  void index();
  const ChangedFile *find(const llvm::StringMap<size_t> &paths, llvm::StringRef path) const;

  std::string revision_; ///< as it was asked for
  std::string commit_;
  std::string top_; ///< absolute, without symbolic links
  std::string text_;
  std::vector<ChangedFile> files_;
  llvm::StringMap<size_t> now_, once_;            ///< by absolute path
  llvm::StringMap<char> names_;                   ///< the last parts of these paths
  std::vector<std::string> submodules_;           ///< those that have changed
  mutable llvm::StringMap<std::string> realPath_; ///< of what was asked for
};

} // namespace belay

#endif
