// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evidence: what several checks ask a Program about a thread.
//
#ifndef BELAY_CHECKS_EVIDENCE_H
#define BELAY_CHECKS_EVIDENCE_H

#include "checks/Check.h"

namespace belay {

/// What becomes of the handle of a spawned thread, over the whole program.
struct Fate {
  const Event *joined = nullptr;
  const Event *detached = nullptr;
  bool handedOver = false; ///< to where it can no longer be followed
  bool kept = false;       ///< in a container that outlives the function
  bool slot = false;       ///< in a single place that outlives the function
  std::string keeper;      ///< the container's or slot's name
};

Fate fateOf(const Program &program, const Event &spawn);

/// Whether the path, below the project's folder, is of tests or benchmarks.
bool isTestCode(llvm::StringRef file);

/// The level one step lower for test code, as it is otherwise.
Level levelAt(Level level, const Program &program, const Place &where);

/// A name for what happens in a function, stable when lines move.
std::string entityOf(const Function &function, const Object &object);

} // namespace belay

#endif
