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

// A thread of its own, or one that a server gives to a connection for as long as it is open.
static bool mayLoop(const Origin &origin) {
  return origin.bare() && (origin.from == Origin::From::Thread ||
                           (origin.from == Origin::From::Handler && origin.own));
}

static bool maySet(const Origin &origin, bool byCallback) {
  return origin.bare() && !origin.own && (origin.from == Origin::From::Unknown) == byCallback;
}

static Race raceOf(const Program &program, const std::vector<Use> &uses, bool byCallback) {
  for (const Use &reader : uses) {
    const Event &read = *reader.site.event;
    if (!read.has(Condition) || read.loop == -1 ||
        reader.site.function->loops[read.loop].kind != Loop::Kind::Open)
      continue;
    for (const Origin &loop : reader.origins())
      for (const Use &writer : uses)
        for (const Origin &setter : writer.origins())
          if (mayLoop(loop) && writer.writes() && maySet(setter, byCallback) &&
              isSameObject(program, loop, setter) && mayRace(reader, loop, writer, setter))
            return {&reader, &loop, &writer, &setter};
  }
  return {};
}

// `if (!started_) { started_ = true; ... loop_->runInLoop(...); }`: what hands work to its loop is
// there to be called from any thread, so two may find the flag unset.
static Race onceOf(const std::vector<Use> &uses) {
  auto isCalled = [](const Use &use) {
    return use.site.function->has(Open) && use.site.event->held.empty() &&
           llvm::any_of(use.origins(), [](const Origin &origin) {
             return origin.bare() &&
                    (origin.from == Origin::From::Caller || origin.from == Origin::From::Main);
           });
  };
  for (const Use &test : uses)
    for (const Use &set : uses)
      if (test.site.function == set.site.function && test.site.event < set.site.event &&
          !test.writes() && set.writes() && isCalled(test) && isCalled(set) &&
          llvm::any_of(
              set.site.function->events,
              [](const Event &event) {
                return event.kind == EventKind::Submit && event.has(Confined) &&
                       event.path.root == Object::Root::This;
              }))
        return {&test, test.ways.front(), &set, set.ways.front()};
  return {};
}

static void report(const Program &program, const Variable &variable, const Race &race, Level level,
                   const std::string &why, bool isLoop, Findings &findings) {
  Finding finding;
  finding.check = "racy-flag";
  finding.where = variable.where;
  finding.level = levelAt(level, program, finding.where);
  finding.message = why + "; make it std::atomic";
  finding.trail = trailOf(*race.one);
  finding.meets = finding.trail.size();
  llvm::append_range(finding.trail, trailOf(*race.other));
  finding.entity = entityOf(variable);
  finding.declared = variable.where;
  if (isLoop)
    finding.fix = atomicFor(program, variable);
  findings.push_back(std::move(finding));
}

void racyFlag(const Program &program, Findings &findings) {
  for (const Variable &variable : program.variables()) {
    if (variable.shape == Shape::Library || variable.guard)
      continue;
    std::vector<Use> uses = usesOf(program, variable, /*byOwner=*/true);
    std::string name = quoted(variable.name);
    if (Race race = raceOf(program, uses, /*byCallback=*/false))
      report(program, variable, race, Level::Warning,
             "a thread's loop reads " + name +
                 " while another thread writes it, so it may never see the change",
             /*isLoop=*/true, findings);
    else if (Race race = raceOf(program, uses, /*byCallback=*/true))
      report(program, variable, race, Level::Note,
             "a thread's loop reads " + name +
                 " and a callback writes it, which the loop may never see if it comes from another "
                 "thread",
             /*isLoop=*/true, findings);
    else if (Race race = variable.shape == Shape::Flag ? onceOf(uses) : Race())
      report(program, variable, race, Level::Note,
             name + " is tested and set with no lock in a function that hands work to a loop, as "
                    "if any thread may call it",
             /*isLoop=*/false, findings);
  }
}
} // namespace belay
