// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cache: facts and findings of earlier runs, in one SQLite file that any number of runs share.
//
// What is found is what a run without it would give: entries are kept under everything that was
// asked for (the program, its models, the flags). Facts go with the state of every file that was
// looked for, and are taken only if all of these states are the same now; the findings of a program
// depend on nothing but its units' facts, which are in their key.
//
#ifndef BELAY_TOOL_CACHE_H
#define BELAY_TOOL_CACHE_H

#include "tool/Manifest.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>

namespace belay {

class Sql;
class Statement;

class Cache {
public:
  using Visitor = llvm::function_ref<void(llvm::StringRef)>;

  /// What stays after a prune.
  static constexpr uint64_t maxBytes = uint64_t(2) << 30;

  /// The cache in the folder, which is made if need be. Nothing if it cannot be used; a damaged
  /// one is made anew. `note` says what happened, if anything did.
  static std::unique_ptr<Cache> open(llvm::StringRef folder, std::string &note);

  /// $BELAY_CACHE, or the place that the system has for it; empty where it has none, or if the
  /// variable is empty.
  static std::string defaultFolder();
  static std::string fileIn(llvm::StringRef folder);

  ~Cache();

  /// Facts that were kept under the key, if nothing that they depend on has changed; the paths of
  /// that are visited.
  std::optional<std::string> findFacts(const Digest &key, Visitor visitPath);

  /// Keeps facts that depend on the paths and were made after `started`, unless one of them has
  /// changed since.
  void keepFacts(const Digest &key, llvm::ArrayRef<std::string> paths, llvm::StringRef facts,
                 int64_t started);

  /// The findings of a program.
  std::optional<std::string> findProgram(const Digest &key);
  void keepProgram(const Digest &key, llvm::StringRef findings);

  /// The paths and their states as this run has seen them. Nothing if one has changed since, or
  /// since `started`.
  std::optional<std::vector<Dependency>> statesOf(llvm::ArrayRef<std::string> paths,
                                                  int64_t started);

  /// Writes what is to be kept; on the disk it is all there or not at all.
  void flush();

  /// What went wrong since it was opened; from then on nothing is found or kept.
  const std::string &problem() const;

  /// Every path that facts depended on which were found or kept by this run.
  std::vector<std::string> paths() const;

  struct Sizes {
    uint64_t units = 0, programs = 0, paths = 0, bytes = 0;
  };
  Sizes sizes();
  /// As prune(), if the file is larger than that by a quarter.
  void keepWithin(uint64_t bytes);
  /// Drops what was used least recently until the file is not larger than that.
  void prune(uint64_t bytes = maxBytes);

private:
  struct Path {
    std::string name;
    int64_t row = 0; // 0: not in the file yet
    State state;
    bool isCurrent = false; // looked at by this run
    bool isWritten = false; // as it is in the file
  };
  struct Entry {
    Digest key;
    std::vector<uint32_t> paths; // of facts
    std::string value;
  };
  explicit Cache(const std::string &file);
  void prepare();
  std::optional<std::vector<uint32_t>> settled(llvm::ArrayRef<std::string> paths, int64_t started);
  void use(const char *table, int64_t row, int64_t day);
  void writePaths();
  void writeFacts(const Entry &entry);
  void writeProgram(const Entry &entry);
  void readPaths();
  uint32_t indexOf(llvm::StringRef name);
  const State &current(Path &path);
  uint64_t bytes();
  Digest digestOfAll(llvm::ArrayRef<uint32_t> paths);

  std::unique_ptr<Sql> sql_;
  std::unique_ptr<Statement> program_; // by its key; there may be thousands
  std::vector<Path> paths_;            // as they are in the file once they are asked for
  bool hasPaths_ = false;
  Folders folders_;
  llvm::StringMap<uint32_t> byName_;
  std::vector<uint32_t> byRow_;                        // index + 1 in paths_, 0: none
  std::vector<Entry> facts_, programs_;                // to be written
  std::vector<std::pair<const char *, int64_t>> used_; // rows whose day of use is to be written
  std::string file_;
};

} // namespace belay

#endif
