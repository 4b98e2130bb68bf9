// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs: what a result depends on. Every path that was asked for counts, also one where nothing
// was found: a header that appears there would be taken instead of the one further down.
//
#ifndef BELAY_TOOL_INPUTS_H
#define BELAY_TOOL_INPUTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <array>
#include <string>
#include <vector>

namespace belay {

/// The real files, and a list of what was asked for. Paths of the list are absolute; one that ends
/// in a slash stands for the names in a folder.
class WatchedFiles : public llvm::RTTIExtends<WatchedFiles, llvm::vfs::ProxyFileSystem> {
public:
  static const char ID;
  WatchedFiles() : RTTIExtends(llvm::vfs::getRealFileSystem()) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &path) override;
  bool exists(const llvm::Twine &path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &path) override;
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine &folder,
                                          std::error_code &error) override;

  /// Sorted.
  std::vector<std::string> asked() const;

private:
  void note(const llvm::Twine &path, llvm::StringRef suffix = "");

  llvm::StringSet<> asked_;
};

/// 128 bits of BLAKE3: nobody can write two headers that are taken for each other.
using Digest = std::array<uint8_t, 16>;
Digest digestOf(llvm::ArrayRef<uint8_t> bytes);
Digest digestOf(llvm::StringRef text);
/// 128 bits of XXH3: ten times as fast, against damage and not against people.
Digest checksumOf(llvm::StringRef text);

/// What the system says of a path without reading it. All zero: nothing is known, or there is none.
struct Stamp {
  uint64_t size = 0;
  int64_t modified = 0; ///< nanoseconds since 1970
  int64_t changed = 0;  ///< the same, of the entry itself
  uint64_t file = 0;    ///< the inode
  bool operator==(const Stamp &) const = default;
};

/// The stamp of a regular file in the opened folder; zero for anything else, or nothing.
Stamp stampOfFile(int folder, const char *name);
/// The same of a folder; an empty name is the opened one's.
Stamp stampOfFolder(int folder, const char *name);

/// What folders were like when this run first looked at them.
class Folders {
public:
  struct Above {
    llvm::StringRef folder; ///< a part of the path, with the slash at its end
    Stamp stamp;
  };
  /// The folder of the path, or the nearest one above it that there is: as long as its stamp is the
  /// same, no entry has appeared in it. The stamp is zero if a change might not show in it.
  Above above(llvm::StringRef path);

private:
  llvm::StringMap<std::pair<size_t, Stamp>> known_; // with the length of the path that there is
};

/// What is at a path of `asked()` now.
struct State {
  /// Of the file, of a folder whose names were asked for, or where there is nothing, of the folder
  /// above; zero if it is so young that a later change might not show in it.
  Stamp stamp;
  Digest digest;         ///< of the contents, or the names; of nothing, or of a folder, a constant
  bool isSettled = true; ///< false where a later change might go unseen
};
bool isAbsent(const State &state);
/// Of no names.
bool isFolder(const State &state);
/// `known`, without looking at the path, if there was nothing and its folder is as it was; without
/// reading, if its stamp is still that of the file. Without folders, the path is looked at.
State stateOf(const std::string &path, const State &known, Folders *folders = nullptr);

/// All of a file, for one of very many: without the two calls of the system with which
/// MemoryBuffer::getFile() blocks signals around its close.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> readFile(const std::string &path);

/// Nanoseconds since 1970.
int64_t currentTime();

} // namespace belay

#endif
