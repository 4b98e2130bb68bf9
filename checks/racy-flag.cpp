// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// racy-flag: a plain flag or counter tells a thread's loop when to end, while another thread sets
// it: the loop may never see the change.
//
// It asks for a loop that runs on a thread and a writer that may run meanwhile. What is set before
// the thread starts or after it was waited for is ordered; what is read outside of a loop's
// condition is left to inconsistent-guard.
//
#include "checks/Evidence.h"
#include "checks/Sharing.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

static bool isBare(const Origin &origin) { return origin.bare() && !origin.own; }

static Race raceOf(const std::vector<Use> &uses) {
  for (const Use &reader : uses) {
    const Event &read = *reader.site.event;
    if (!read.has(Condition) || read.loop == -1 ||
        reader.site.function->loops[read.loop].kind != Loop::Kind::Open)
      continue;
    for (const Origin &loop : reader.origins) {
      if (loop.from != Origin::From::Thread || !isBare(loop))
        continue;
      for (const Use &writer : uses)
        for (const Origin &setter : writer.origins)
          if (writer.writes() && isBare(setter) && setter.from != Origin::From::Unknown &&
              mayRace(reader, loop, writer, setter))
            return {&reader, &loop, &writer, &setter};
    }
  }
  return {};
}

void racyFlag(const Program &program, Findings &findings) {
  for (const Variable &variable : program.variables()) {
    if (variable.shape == Shape::Library || variable.guard)
      continue;
    std::vector<Use> uses = usesOf(program, variable);
    Race race = raceOf(uses);
    if (!race)
      continue;
    Finding finding;
    finding.check = "racy-flag";
    finding.where = variable.where;
    finding.level = levelAt(Level::Warning, program, finding.where);
    finding.message = "a thread's loop reads " + quoted(variable.name) +
                      " while another thread writes it, so it may never see the change; make it "
                      "std::atomic";
    finding.trail = trailOf(*race.one);
    llvm::append_range(finding.trail, trailOf(*race.other));
    finding.entity = entityOf(variable);
    findings.push_back(std::move(finding));
  }
}

} // namespace belay
