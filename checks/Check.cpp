// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Check: the list of checks, and what turns the findings of many programs into one list.
//
#include "checks/Check.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace belay {

StringRef nameOf(Level level) {
  switch (level) {
  case Level::Note:
    return "note";
  case Level::Warning:
    return "warning";
  case Level::Error:
    return "error";
  }
  return "";
}

ArrayRef<Check> allChecks() {
  static constexpr Check checks[] = {
#define CHECK(id, function, level, on, family, summary)                                            \
  {id, function, Level::level, on, Family::family, summary},
#include "checks/Checks.def"
#undef CHECK
  };
  return checks;
}

const FamilyText &textOf(Family family) {
  static constexpr FamilyText texts[] = {
      {"spawning", "Unbounded spawning",
       "Threads are cheap but not free, so every spawn is bounded."},
      {"sharing", "Unguarded sharing", "State that threads share is guarded."},
      {"joining", "Threads without an end",
       "Every thread has a shutdown path: somebody can stop it and wait for it."},
      {"sleeping", "Sleeping for a signal", "Coordinate by signalling, never by sleeping."},
      {"cancelling", "Lost cancellation", "Cancellation is passed on."},
  };
  return texts[unsigned(family)];
}

void run(ArrayRef<const Check *> checks, const Program &program, Findings &findings) {
  for (const Check *check : checks)
    check->run(program, findings);
}

static auto mistakeOf(const Finding &finding) {
  return std::tie(finding.where, finding.check, finding.entity);
}

/// Whether `a` is the better of two findings of one mistake. The texts decide where nothing else
/// does, so that the order of the programs never shows.
static bool saysMore(const Finding &a, const Finding &b) {
  if (a.level != b.level)
    return a.level > b.level;
  if (a.trail.size() != b.trail.size())
    return a.trail.size() < b.trail.size();
  if (a.message != b.message)
    return a.message < b.message;
  return std::lexicographical_compare(a.trail.begin(), a.trail.end(), b.trail.begin(),
                                      b.trail.end(), [](const Step &x, const Step &y) {
                                        return std::tie(x.where, x.text) <
                                               std::tie(y.where, y.text);
                                      });
}

// Programs that share a source may each see other uses of one variable.
static void keepOneEach(Findings &findings) {
  const auto entityOf = [](const Finding &finding) {
    return std::tie(finding.declared, finding.check, finding.entity);
  };
  sort(findings, [&](const Finding &a, const Finding &b) {
    if (entityOf(a) != entityOf(b))
      return entityOf(a) < entityOf(b);
    return a.level != b.level || a.where == b.where ? saysMore(a, b) : a.where < b.where;
  });
  const auto repeats = [&](const Finding &a, const Finding &b) {
    return a.declared.line && entityOf(a) == entityOf(b);
  };
  findings.erase(llvm::unique(findings, repeats), findings.end());
}

void sortAndMerge(Findings &findings) {
  keepOneEach(findings);
  sort(findings, [](const Finding &a, const Finding &b) {
    return mistakeOf(a) != mistakeOf(b) ? mistakeOf(a) < mistakeOf(b) : saysMore(a, b);
  });
  const auto repeats = [](const Finding &a, const Finding &b) {
    return mistakeOf(a) == mistakeOf(b);
  };
  findings.erase(llvm::unique(findings, repeats), findings.end());
}

} // namespace belay
