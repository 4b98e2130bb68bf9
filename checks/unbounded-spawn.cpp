// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// unbounded-spawn: a thread that every request or connection starts, or every turn of an open
// loop, while nothing bounds how many run at once.
//
// It cannot see a bound that lives elsewhere: a load balancer's, or a limiter whose type no
// model names. It stays silent where the handle goes out of sight, since its owner may bound
// it, and where one slot holds it. Both cost findings and keep the others right.
//
#include "checks/Evidence.h"

namespace belay {

// A thread that ends before the handler does is bounded by the handlers.
static bool endsInTime(const Event &spawn, const Fate &fate) {
  bool local = spawn.object.root == Object::Root::Local ||
               spawn.object.root == Object::Root::Parameter ||
               spawn.object.root == Object::Root::Temporary;
  return local && !fate.kept && !fate.detached &&
         (fate.joined || spawn.destroyed == Destroyed::Joins);
}

// Whether the thread is on its own: detached, leaked, or kept with any number of others.
static bool isLoose(const Event &spawn, const Fate &fate) {
  if (spawn.has(Detached) || fate.detached)
    return true;
  if (fate.kept)
    return true;
  if (fate.slot || fate.handedOver || spawn.has(Returned) || endsInTime(spawn, fate))
    return false;
  return spawn.destroyed == Destroyed::Leaks || spawn.destroyed == Destroyed::Detaches;
}

static const Loop *openLoop(const Function &function, const Event &spawn) {
  for (int at = spawn.loop; at != -1; at = function.loops[at].parent)
    if (function.loops[at].kind != Loop::Kind::Counted)
      return &function.loops[at];
  return nullptr;
}

// A constructor that fills a field of its object: as many threads as the object has, and their
// end is the destructor's affair.
static bool isOfItsObject(const Function &function, const Event &spawn) {
  return function.has(Constructor) && spawn.object.root == Object::Root::Field &&
         !openLoop(function, spawn);
}

static std::string becomes(const Event &spawn, const Fate &fate) {
  if (fate.detached || spawn.has(Detached))
    return "nobody waits for it";
  if (fate.kept)
    return quoted(fate.keeper) + " keeps every one";
  return "its handle is lost";
}

static void judge(const Program &program, const Function &function, const Event &spawn,
                  Findings &findings) {
  if (spawn.has(Bounded))
    return;
  Fate fate = fateOf(program, spawn);
  if (!isLoose(spawn, fate) || isOfItsObject(function, spawn))
    return;
  Finding finding;
  std::string source;
  if (auto way = program.wayTo(function, spawn)) {
    source = way->from == Way::From::Request ? "every request" : "every connection";
    finding.trail = std::move(way->trail);
  } else if (const Loop *loop = openLoop(function, spawn)) {
    if (function.has(Main) && loop->kind == Loop::Kind::Data)
      return; // start-up over a configured list
    source = "every turn of this loop";
    finding.trail.push_back({loop->where, "the loop has no bound that is known before it starts"});
  } else {
    return;
  }
  finding.check = "unbounded-spawn";
  finding.level = levelAt(Level::Warning, program, spawn.where);
  finding.where = spawn.where;
  finding.message = source + " starts a thread (" + quoted(spawn.name) + ") and " +
                    becomes(spawn, fate) +
                    "; hand the work to a bounded pool and refuse it when that is full";
  finding.entity = entityOf(function, spawn.object);
  findings.push_back(std::move(finding));
}

void unboundedSpawn(const Program &program, Findings &findings) {
  for (const Function &function : program.functions())
    for (const Event &event : function.events)
      if (event.kind == EventKind::Spawn)
        judge(program, function, event, findings);
}

} // namespace belay
