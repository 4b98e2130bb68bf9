// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// unguarded-handler-state: a request handler that runs many times at once writes state that all
// requests share, with no lock at all.
//
// It needs the handler's evidence and no lock's: where some code holds a lock for the variable,
// inconsistent-guard judges it. It stays silent for handlers on an event loop, whose threads it
// cannot count, and for objects that a framework makes for each request or connection.
//
#include "checks/Evidence.h"
#include "checks/Sharing.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

static const Origin *byRequests(const Use &use) {
  for (const Origin &origin : use.origins())
    if (origin.from == Origin::From::Handler && origin.many && !origin.own && origin.bare())
      return &origin;
  return nullptr;
}

void unguardedHandlerState(const Program &program, Findings &findings) {
  llvm::DenseSet<Id> reported; // globals, by whatever part of them is written
  for (const Variable &variable : program.variables()) {
    const Use *written = nullptr;
    const Origin *way = nullptr;
    std::vector<Use> uses = usesOf(program, variable);
    bool guarded = llvm::any_of(uses, [](const Use &use) {
      return llvm::any_of(use.origins(),
                          [](const Origin &origin) { return !origin.locks.empty(); });
    });
    for (const Use &use : uses)
      if (!written && use.writes() && (way = byRequests(use)))
        written = &use;
    if (!written || guarded || variable.guard)
      continue;
    if (way->path.root == Object::Root::Global && !reported.insert(way->path.id).second)
      continue;
    Finding finding;
    finding.check = "unguarded-handler-state";
    finding.where = written->site.event->where;
    finding.level = levelAt(Level::Warning, program, finding.where);
    bool counts = variable.shape != Shape::Library;
    finding.message =
        "requests that run at the same time write " + quoted(variable.name) + " with no lock; " +
        (counts ? "make it std::atomic or guard it with a mutex" : "guard it with a mutex");
    finding.trail = trailOf(*way);
    finding.trail.push_back(
        {variable.where, "all of them share " + quoted(variable.name) + ", declared here"});
    finding.entity = entityOf(variable);
    finding.declared = variable.where;
    if (counts)
      finding.fix = atomicFor(program, variable);
    findings.push_back(std::move(finding));
  }
}

} // namespace belay
