// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results: what runs said, each in a file with the state of every path that it depends on. A run
// that nothing has changed since reads one file and looks at each path.
//
#ifndef BELAY_TOOL_RESULTS_H
#define BELAY_TOOL_RESULTS_H

#include "tool/Manifest.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace belay {

class Results {
public:
  /// What stays after a prune.
  static constexpr uint64_t maxBytes = uint64_t(64) << 20;

  /// In a folder of the cache's, which is made when there is something to keep.
  explicit Results(llvm::StringRef cacheFolder) : folder_((cacheFolder + "/results").str()) {}

  /// What was kept last under the key, if it is whole and nothing that it depends on has changed.
  std::optional<std::string> find(const Digest &key) const;

  /// Keeps a value in the place of the last one. Fails where it cannot be written.
  llvm::Error keep(const Digest &key, llvm::ArrayRef<Dependency> dependencies,
                   llvm::StringRef value) const;

  /// Drops what was used least recently until the files are not larger than that together, and says
  /// how many they are then and how large.
  std::pair<uint64_t, uint64_t> prune(uint64_t bytes) const;

private:
  std::string fileOf(const Digest &key) const;
  static llvm::Error write(const std::string &file, llvm::StringRef manifest,
                           llvm::StringRef value);

  std::string folder_;
};

} // namespace belay

#endif
