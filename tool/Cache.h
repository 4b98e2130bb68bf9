// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cache: facts and results of earlier runs, in one SQLite file that any number of runs share.
//
// What is found is what a run without it would give: entries are kept under everything that was
// asked for (the program, its models, the flags) together with the state of every file that was
// looked for, and are taken only if all of these states are the same now.
//
#ifndef BELAY_TOOL_CACHE_H
#define BELAY_TOOL_CACHE_H

#include "tool/Inputs.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>

struct sqlite3;
struct sqlite3_stmt;

namespace belay {

class Cache {
public:
  /// Facts, and results of whole runs.
  enum Kind { Facts, Results };

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

  /// What was kept under the key, if nothing that it depends on has changed.
  /// The paths are those that it depends on.
  std::optional<std::string> find(Kind kind, const Digest &key, Visitor visitPath = nullptr);

  /// Keeps a value that depends on the paths and was made after `started`, unless one of them has
  /// changed since.
  void keep(Kind kind, const Digest &key, llvm::ArrayRef<std::string> paths, llvm::StringRef value,
            int64_t started);

  /// Writes what is to be kept; on the disk it is all there or not at all.
  void flush();

  /// What went wrong since it was opened; from then on nothing is found or kept.
  const std::string &problem() const { return problem_; }

  /// Every path that facts depended on which were found or kept by this run.
  std::vector<std::string> paths() const;

  struct Sizes {
    uint64_t units = 0, runs = 0, paths = 0, bytes = 0;
  };
  Sizes sizes();
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
    Kind kind;
    Digest key;
    std::vector<uint32_t> paths;
    std::string value;
  };
  class Statement;

  Cache(sqlite3 *database, std::string file) : database_(database), file_(std::move(file)) {}
  bool isDamaged() const;
  int64_t ask(const char *sql);
  bool isOk(int code);
  void execute(const char *sql);
  void prepare();
  void readPaths();
  uint32_t indexOf(llvm::StringRef name);
  const State &current(Path &path);
  Digest digestOfAll(llvm::ArrayRef<uint32_t> paths);

  sqlite3 *database_;
  std::vector<Path> paths_;
  Folders folders_;
  llvm::StringMap<uint32_t> byName_;
  std::vector<uint32_t> byRow_;                // index + 1 in paths_, 0: none
  std::vector<Entry> entries_;                 // to be written
  std::vector<std::pair<Kind, int64_t>> used_; // rows whose day of use is to be written
  int code_ = 0;                               // of the first failure
  std::string problem_;
  std::string file_;
};

} // namespace belay

#endif
