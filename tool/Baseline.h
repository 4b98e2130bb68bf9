// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Baseline: the findings that a project has already. They are kept in a text file, a line each,
// so that a review shows what comes and goes, and are not reported while they last.
//
#ifndef BELAY_TOOL_BASELINE_H
#define BELAY_TOOL_BASELINE_H

#include "checks/Check.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace belay {

class Baseline {
public:
  /// The baseline in a file. Fails, with the way out, if it cannot be read or is none.
  static llvm::Expected<Baseline> read(llvm::StringRef file);

  /// Those of the findings, by their fingerprints.
  static Baseline of(const Findings &findings, llvm::StringRef root);

  /// Writes all of the file or nothing; equal findings give equal bytes.
  llvm::Error write(llvm::StringRef file) const;

  /// Drops the findings that are known, and returns how many these are.
  size_t drop(Findings &findings);

  /// How many entries of the checks no finding that was dropped has matched.
  size_t stale(llvm::ArrayRef<const Check *> checks) const;

  size_t size() const { return entries_.size(); }

private:
  struct Entry {
    std::string check; ///< as findings name it
    std::string file;  ///< for people
    bool isMatched = false;
  };
  llvm::Error add(llvm::StringRef line);

  llvm::StringMap<Entry> entries_; ///< by fingerprint
};

} // namespace belay

#endif
