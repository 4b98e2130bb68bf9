// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards: see Guards.h.
//
#include "checks/Guards.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

static std::string nameOf(const std::vector<Use> &uses, Id lock) {
  for (const Use &use : uses)
    for (const Origin &origin : use.origins())
      for (const Site &site : origin.chain) {
        for (const Held &held : site.event->held)
          if (held.lock.last() == lock)
            return held.lock.name.str();
        if (site.event->path.last() == lock)
          return site.event->path.name.str();
        for (const Held &held : site.function->needs)
          if (held.lock.last() == lock)
            return held.lock.name.str();
      }
  return "its lock";
}

static unsigned countLines(const std::vector<const Use *> &uses) {
  std::vector<std::pair<llvm::StringRef, unsigned>> lines;
  for (const Use *use : uses)
    lines.push_back({use->site.event->where.file, use->site.event->where.line});
  llvm::sort(lines);
  return std::unique(lines.begin(), lines.end()) - lines.begin();
}

static Guard guardBy(const std::vector<Use> &uses, Id lock) {
  Guard guard;
  guard.lock = lock;
  std::vector<const Use *> holding, judged;
  for (const Use &use : uses) {
    bool holds = use.holds(lock);
    if (holds && use.writes() && !guard.write)
      guard.write = &use;
    if (holds)
      holding.push_back(&use);
    if (holds || use.bare())
      judged.push_back(&use);
    for (const Origin &origin : use.origins())
      guard.loop |= llvm::is_contained(origin.loops, lock);
  }
  guard.holding = countLines(holding);
  guard.all = countLines(judged);
  return guard;
}

Guard guardOf(const Variable &variable, const std::vector<Use> &uses) {
  Guard best;
  std::vector<Id> locks;
  for (const Use &use : uses)
    for (const Origin &origin : use.origins())
      llvm::append_range(locks, origin.locks);
  llvm::sort(locks);
  locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
  for (Id lock : locks) {
    Guard guard = guardBy(uses, lock);
    if (guard.write && guard.holding > best.holding)
      best = guard;
  }
  if (variable.guard) {
    best = guardBy(uses, variable.guard.last());
    best.declared = true;
    best.name = variable.guard.name.str();
  } else {
    best.name = nameOf(uses, best.lock);
  }
  return best;
}

} // namespace belay
