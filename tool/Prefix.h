// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prefix: the standard library's headers, precompiled once for all units that agree on what they
// mean. It makes units faster and must not change what they say: where a unit could tell the
// difference, it does without.
//
#ifndef BELAY_TOOL_PREFIX_H
#define BELAY_TOOL_PREFIX_H

#include "tool/Inputs.h"
#include "clang/Basic/FileEntry.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <memory>

namespace clang {
class Preprocessor;
}

namespace belay {

struct Source;

/// Without links and dots, by which a header is known.
std::string realPathOf(clang::FileEntryRef file);

struct Prefix {
  /// The file to include before everything else.
  std::string file;
  /// What it was made of: every path that was looked for, and its state then.
  std::vector<std::pair<std::string, State>> inputs;
  /// Every identifier that its headers contain.
  llvm::StringSet<> identifiers;
  /// What its headers include, as they spell it.
  std::vector<std::string> spelled;
  /// Its headers by real path, and for each the headers it includes.
  llvm::StringMap<uint32_t> headers;
  std::vector<std::vector<uint32_t>> includes;
};

/// The same for the disk; `digest` is that of the precompiled file.
std::string textOf(const Prefix &prefix, llvm::StringRef digest);

/// Watches a unit that is parsed behind a prefix: whether it defines a macro that would have
/// changed a header of the prefix, or looks at a macro of one that it does not include.
class PrefixUse {
public:
  explicit PrefixUse(const Prefix &prefix) : prefix_(prefix) {}
  void watch(clang::Preprocessor &preprocessor);
  bool isDoubtful() const { return isDoubtful_; }

private:
  class Callbacks;
  const Prefix &prefix_;
  bool isDoubtful_ = false;
};

/// The prefixes in a folder that runs at the same time may share.
class Prefixes {
public:
  Prefixes(std::string folder, std::string surroundings)
      : folder_(std::move(folder)), surroundings_(std::move(surroundings)) {}

  /// Their place in the folder of a cache.
  static std::string folderIn(llvm::StringRef cache) { return (cache + "/prefixes").str(); }

  /// Drops those that were used least recently until the rest is not larger than that; bytes of
  /// what stays.
  static uint64_t prune(llvm::StringRef folder, uint64_t bytes);
  /// What stays after a prune, some twenty of them.
  static constexpr uint64_t maxBytes = uint64_t(512) << 20;

  /// Whether a path is one of theirs. They are made again if they are gone, so no result depends
  /// on them.
  bool hold(llvm::StringRef path) const { return path.starts_with(folder_ + "/"); }

  /// The one for a unit that would be parsed by the invocation, which is that of the flags. Nothing
  /// if there is none, if another process is making it just now, or if it would mean something
  /// else in the unit. It is made only if it is `wanted`, by a process of its own, which takes
  /// seconds.
  const Prefix *find(const clang::CompilerInvocation &invocation, llvm::ArrayRef<std::string> flags,
                     bool isWanted, WatchedFiles &files);

private:
  std::unique_ptr<Prefix> load(const std::string &name) const;
  /// `isFinal` becomes false if it may be there later.
  std::unique_ptr<Prefix> make(const std::string &name, const clang::CompilerInvocation &invocation,
                               bool &isFinal) const;

  std::string folder_;
  std::string surroundings_;
  std::map<std::string, std::unique_ptr<Prefix>> known_; // null: it cannot be made
};

/// For each of the sources whether a prefix is worth making for it and those like it.
std::vector<bool> unitsThatPayForPrefix(llvm::ArrayRef<Source> sources);

} // namespace belay

#endif
