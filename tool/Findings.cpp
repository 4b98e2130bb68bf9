// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings: each program is linked and judged for itself, several at a time. They have only the
// units in common, which nobody changes.
//
#include "tool/Findings.h"
#include "belay/task_group.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/Threading.h"
#include <atomic>

using namespace llvm;

namespace belay {

static bool hasMain(ArrayRef<const Unit *> units) {
  return any_of(units, [](const Unit *unit) {
    return any_of(unit->functions,
                  [](const SharedFunction &function) { return function->has(Main); });
  });
}

Findings findingsIn(ArrayRef<const Unit *> units, bool whole, ArrayRef<const Check *> checks,
                    StringRef root, unsigned threads) {
  const auto groups = linkUnits(units);
  // Units that no main needs may belong to any program (a plugin, or a handler that registers
  // itself), so with them no program is known to be complete.
  const bool complete = whole && all_of(groups, hasMain);
  std::vector<Findings> found(groups.size());
  std::atomic<size_t> next = 0;
  const auto judge = [&] {
    for (size_t at = next++; at < groups.size(); at = next++) {
      auto program = std::make_unique<Program>(groups[at], complete, root);
      run(checks, *program, found[at]);
      if (groups.size() == 1) // the process ends, so there is no need to take it apart
        BuryPointer(std::move(program));
    }
  };
  const unsigned cores = threads ? threads : hardware_concurrency().compute_thread_count();
  task_group others;
  for (size_t thread = 1; thread < std::min<size_t>(cores, groups.size()); ++thread)
    others.go(judge);
  judge();
  others.wait();
  Findings findings;
  for (Findings &each : found)
    llvm::append_range(findings, make_range(std::make_move_iterator(each.begin()),
                                            std::make_move_iterator(each.end())));
  sortAndMerge(findings);
  return findings;
}

} // namespace belay
