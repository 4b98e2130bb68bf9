// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings: what the checks find in the programs that units make.
//
#ifndef BELAY_TOOL_FINDINGS_H
#define BELAY_TOOL_FINDINGS_H

#include "checks/Check.h"
#include "facts/Store.h"
#include "llvm/Support/Error.h"

namespace belay {

class Cache;

/// How to look for findings.
struct Search {
  llvm::ArrayRef<const Check *> checks;
  std::string root;           ///< the project's folder
  bool whole = false;         ///< the units hold all the code of their programs
  unsigned threads = 0;       ///< 0: one for each core
  Cache *cache = nullptr;     ///< where those of programs are looked for and kept, if there is one
  std::string surroundings{}; ///< for the cache: what else findings depend on, see Driver.h
};

/// Sorted, and the same however many threads look for them. Of programs that the cache knows no
/// unit is loaded. Fails if a unit cannot be loaded.
llvm::Expected<Findings> findingsIn(llvm::ArrayRef<LazyUnit> units, const Search &search);

} // namespace belay

#endif
