// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// inconsistent-guard: a variable that most code accesses under a lock, or on one event loop, is
// accessed somewhere without it.
//
// It judges a lock by the object that has it and by globals: a lock passed along, or of another
// object, counts as one that may protect the variable and silences it. So does everything that
// runs before the first thread, in constructors, or in `main`.
//
#include "checks/Evidence.h"
#include "checks/Guards.h"
#include "checks/Sharing.h"
#include "facts/Overlap.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

namespace {
struct Bare {
  const Use *use = nullptr;
  const Origin *way = nullptr;
  const Use *against = nullptr; // a guarded use that it may meet
  const Origin *other = nullptr;
  Level level = Level::Note;
};
} // namespace

// A reading of one number may be meant as an approximation: size(), a statistic.
static bool isGlance(const Use &use, const Variable &variable) {
  bool isSmall = variable.shape != Shape::Library || use.site.event->has(AsksSize);
  return !use.writes() && isSmall &&
         llvm::count_if(use.site.function->events,
                        [](const Event &event) { return event.kind != EventKind::Read; }) == 0;
}

// `void setName(...) { name_ = ...; }` is for the time before the threads start, unless it sets
// what a loop waits for.
static bool isSetting(const Use &use, const Origin &way, const std::vector<Use> &uses) {
  return use.writes() && way.from == Origin::From::Caller && way.chain.size() == 1 &&
         llvm::all_of(use.site.function->events,
                      [](const Event &event) {
                        return event.kind == EventKind::Write || event.kind == EventKind::Store;
                      }) &&
         llvm::none_of(uses, [](const Use &each) { return each.site.event->has(Condition); });
}

// Whether the way's own thread starts here, rather than being called.
static bool startsThread(const Origin &way, const Site &site) {
  return site.event == way.start.event && way.from == Origin::From::Thread;
}

// Before the function goes on to start a thread, it may have the object to itself.
static bool isBeforeStart(const Origin &way) {
  return llvm::any_of(way.chain, [&](const Site &site) {
    return !startsThread(way, site) && llvm::any_of(site.function->events, [&](const Event &event) {
      return event.kind == EventKind::Spawn && &event > site.event;
    });
  });
}

// What only this function sets, under the lock and before, is made once and then read.
static bool isMadeHere(const Use &use, const Guard &guard, const std::vector<Use> &uses) {
  return !use.writes() && llvm::all_of(uses, [&](const Use &other) {
    return !other.writes() || (other.site.function == use.site.function &&
                               other.site.event < use.site.event && other.holds(guard.lock));
  });
}

// What is only filled while it is empty, under the lock, by what the function has called before,
// will not change any more.
static bool isMadeOnce(const Program &program, const Use &use, const Guard &guard,
                       const std::vector<Use> &uses) {
  auto isCalledBefore = [&](const Function *function) {
    return llvm::any_of(use.site.before(), [&](const Event &event) {
      return event.kind == EventKind::Call && llvm::is_contained(program.targets(event), function);
    });
  };
  auto fillsOnce = [&](const Use &write) {
    return llvm::any_of(write.site.function->events, [&](const Event &event) {
      return &event < write.site.event && event.has(AsksSize) &&
             event.object.id == write.site.event->object.id;
    });
  };
  return !use.writes() && llvm::all_of(uses, [&](const Use &other) {
    return !other.writes() ||
           (other.holds(guard.lock) && fillsOnce(other) && isCalledBefore(other.site.function));
  });
}

// After it has waited for a thread, the function may be the last that uses the object.
static bool isAfterJoin(const Origin &way) {
  return llvm::any_of(way.chain, [&](const Site &site) {
    return !startsThread(way, site) && llvm::any_of(site.before(), [](const Event &event) {
      return event.kind == EventKind::Join && !event.has(Timed);
    });
  });
}

static Bare judge(const Program &program, const Use &use, const Variable &variable,
                  const Guard &guard, const std::vector<Use> &uses) {
  Bare found;
  for (const Origin &way : use.origins()) {
    // Another lock is no excuse where the declaration names one.
    bool isHeld = llvm::is_contained(way.locks, guard.lock) &&
                  !(use.writes() && llvm::is_contained(way.readers, guard.lock));
    bool isBare = guard.declared ? !way.perhaps && !isHeld : use.isBare(way);
    if (!isBare || way.from == Origin::From::Main)
      continue;
    Bare bare{&use, &way, guard.write, nullptr, Level::Note};
    for (const Use &against : uses)
      for (const Origin &other : against.origins()) {
        bool isProven =
            (way.from == Origin::From::Thread || way.from == Origin::From::Handler ||
             other.from == Origin::From::Thread || other.from == Origin::From::Handler) &&
            against.holds(guard.lock) && mayRace(use, way, against, other);
        // Another place for the same object convinces most.
        auto strength = [&](const Origin &each) {
          return isSameObject(program, way, each) + (each.start.event != way.start.event);
        };
        if (!isProven || (bare.other && strength(*bare.other) >= strength(other)))
          continue;
        bare.against = &against;
        bare.other = &other;
      }
    bool callable =
        way.from == Origin::From::Caller || way.from == Origin::From::Handler || bare.other;
    // That code runs on a loop is no proof that all of its class has to.
    // The size of a container is no number that is read at once: only on doubt is it a glance.
    bool isSize = use.site.event->has(AsksSize) && bare.other;
    bool weak = (isGlance(use, variable) && !isSize) || isSetting(use, way, uses) ||
                isMadeHere(use, guard, uses) || isMadeOnce(program, use, guard, uses) ||
                isBeforeStart(way) || isAfterJoin(way) || guard.loop;
    if (weak && !guard.declared)
      bare.level = Level::Note;
    else if (guard.declared ||
             (guard.isUsual() && bare.other && isSameObject(program, way, *bare.other)))
      bare.level = Level::Error;
    else if (guard.isUsual() && callable && way.top->has(Open))
      bare.level = Level::Warning;
    if (!found.use || bare.level > found.level)
      found = bare;
  }
  return found;
}

static void report(const Program &program, const Variable &variable, const Guard &guard,
                   const Bare &bare, Findings &findings) {
  const Event &event = *bare.use->site.event;
  Finding finding;
  finding.check = "inconsistent-guard";
  finding.level = levelAt(bare.level, program, event.where);
  finding.where = event.where;
  std::string share = std::to_string(guard.holding) + " of its " + std::to_string(guard.all);
  std::string does = bare.use->writes() ? "written" : "read";
  finding.message = quoted(variable.name) + " is " + does +
                    (guard.loop ? " outside of " + quoted(guard.name) + ", on which " + share +
                                      " uses run; hand this to it as well"
                     : guard.declared ? " without " + quoted(guard.name) +
                                            ", which its declaration asks for; take it here"
                                      : " without " + quoted(guard.name) + ", which " + share +
                                            " uses hold; take it here as well");
  finding.trail = trailOf(*bare.way);
  if (bare.against) {
    const Origin &other = bare.other ? *bare.other : *bare.against->ways.front();
    Trail steps = trailOf(other);
    steps.back().text += (guard.loop ? ", on " : ", holding ") + quoted(guard.name);
    finding.meets = finding.trail.size();
    llvm::append_range(finding.trail, steps);
  }
  finding.entity = entityOf(variable);
  finding.declared = variable.where;
  findings.push_back(std::move(finding));
}

// What ends a thread's loop is racy-flag's.
static bool endsThread(const Use &use, const Origin &way) {
  return use.site.event->has(Condition) && use.site.event->loop != -1 &&
         way.from == Origin::From::Thread;
}

static bool startsThread(const Origin &way) { return way.from == Origin::From::Thread; }

// Two threads that meet for certain, with no lock in common, whichever locks there are.
static Race meeting(const Program &program, const std::vector<Use> &uses) {
  for (const Use &first : uses)
    for (const Origin &one : first.origins()) {
      if (!first.writes() || one.perhaps)
        continue;
      for (const Use &second : uses)
        for (const Origin &other : second.origins())
          if (!other.perhaps && (startsThread(one) || startsThread(other)) &&
              !endsThread(second, other) && isSameObject(program, one, other) &&
              mayRace(first, one, second, other) && overlaps(program, one, other))
            return {&first, &one, &second, &other};
    }
  return {};
}

static void reportMeeting(const Program &program, const Variable &variable, const Race &race,
                          Findings &findings) {
  Finding finding;
  finding.check = "inconsistent-guard";
  finding.where = race.first->site.event->where;
  finding.level = levelAt(Level::Warning, program, finding.where);
  finding.message = quoted(variable.name) + " is written while another thread " +
                    (race.second->writes() ? "writes" : "reads") +
                    " it, with no lock in common; guard it with one mutex, or make it std::atomic";
  finding.trail = trailOf(*race.one);
  finding.meets = finding.trail.size();
  llvm::append_range(finding.trail, trailOf(*race.other));
  finding.entity = entityOf(variable);
  finding.declared = variable.where;
  findings.push_back(std::move(finding));
}

static Bare worstOf(const Program &program, const Variable &variable, const Guard &guard,
                    const std::vector<Use> &uses) {
  Bare worst;
  // Of code that runs on one loop only at times, nothing follows for the rest.
  if (guard.isMeant() && (!guard.loop || guard.isUsual()))
    for (const Use &use : uses)
      if (Bare bare = judge(program, use, variable, guard, uses);
          bare.use && (!worst.use || bare.level > worst.level))
        worst = bare;
  return worst;
}

void inconsistentGuard(const Program &program, Findings &findings) {
  for (const Variable &variable : program.variables()) {
    std::vector<Use> uses = usesOf(program, variable);
    Guard guard = guardOf(variable, uses);
    Bare worst = worstOf(program, variable, guard, uses);
    // Of a container or an array, each thread may have a part of its own.
    bool hasParts = variable.shape == Shape::Library || (variable.flags & Elements);
    if (!hasParts && worst.level == Level::Note) {
      std::vector<Use> all = usesOf(program, variable, /*byOwner=*/true);
      if (Race race = meeting(program, all)) {
        reportMeeting(program, variable, race, findings);
        continue;
      }
    }
    if (worst.use)
      report(program, variable, guard, worst, findings);
  }
}

} // namespace belay
