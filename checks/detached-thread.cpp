// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// detached-thread: a thread is given up, so that nothing can stop it or wait for it, and it may
// run on while what it uses is destroyed.
//
// It cannot see a stop path through a type that no model names. It stays silent where the
// thread's end is signalled to its owner, who waits for that signal, and where the owner joins the
// same handle elsewhere: both are join paths.
//
#include "checks/Evidence.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

// What waits for a thread that `spawner` started: the spawner itself, methods of its locals that it
// calls after that, for it has lent them to the thread, or its class's destructor.
static std::vector<const Function *> keepers(const Program &program, const Function &spawner,
                                             const Event &spawn) {
  std::vector<const Function *> found{&spawner};
  for (const Event &event : spawner.events)
    if (event.kind == EventKind::Call && &event > &spawn && event.path.root == Object::Root::Local)
      for (const Function *target : program.targets(event))
        llvm::append_range(found, program.runsIn(target->id));
  for (const Function &function : program.functions())
    if (function.has(Destructor) && spawner.parentClass &&
        function.parentClass == spawner.parentClass)
      llvm::append_range(found, program.runsIn(function.id));
  return found;
}

// The thread signals something that its keeper waits for, however long it takes.
static bool signalsItsEnd(const Program &program, const Function &spawner, const Event &spawn,
                          const Callable &entry) {
  if (entry.kind != Callable::Kind::Function)
    return false;
  std::vector<const Function *> waiting = keepers(program, spawner, spawn);
  auto isWait = [&](const Site &site) {
    bool waits = site.event->kind == EventKind::Wait || site.event->kind == EventKind::Join;
    return waits && !site.event->has(Timed) && llvm::is_contained(waiting, site.function);
  };
  auto isAwaited = [&](Id object) {
    return llvm::any_of(program.about(object), [&](const Site &site) {
      return isWait(site) || (site.event->kind == EventKind::HandOver && // to a future
                              llvm::any_of(program.about(site.event->target.id), isWait));
    });
  };
  for (const Function *function : program.runsIn(entry.id))
    for (const Event &event : function->events)
      if (event.kind == EventKind::Notify && isAwaited(event.object.id))
        return true;
  return false;
}

// Whether the callable refers to locals of main only, which end with the process.
static bool refersToMain(const Program &program, const Function &spawner, const Callable &entry) {
  const Function *lambda = program.find(entry.id);
  if (!lambda || lambda->refersTo.empty())
    return false;
  return llvm::all_of(lambda->refersTo, [&](Id local) {
    const Function *owner = &spawner; // unless that has it from a function around it
    while (owner && llvm::is_contained(owner->refersTo, local))
      owner = program.find(owner->parent);
    return owner && owner->has(Main);
  });
}

static Level levelOf(const Program &program, const Function &function, const Event *spawn,
                     const Callable *entry) {
  bool holdsOn = entry && (entry->capturesThis || entry->capturesReference);
  if (function.has(Main) || function.has(StartUp)) // lives as long as the process
    return holdsOn ? Level::Warning : Level::Note;
  if (holdsOn)
    return !entry->capturesThis && refersToMain(program, function, *entry) ? Level::Warning
                                                                           : Level::Error;
  bool perRequest = spawn && program.wayTo(function, *spawn).has_value();
  bool unknown = !entry || entry->kind != Callable::Kind::Function;
  return perRequest || unknown ? Level::Warning : Level::Note;
}

static std::string hazard(const Callable *entry) {
  if (entry && entry->capturesThis)
    return "detached thread uses 'this' and nothing waits for it before the object is destroyed";
  if (entry && entry->capturesReference)
    return "detached thread refers to " + quoted(entry->captured) +
           ", which may be gone while it runs";
  return "detached thread can be neither stopped nor waited for";
}

static void report(const Program &program, const Function &function, const Event &at,
                   const Function &spawner, const Event *spawn, Findings &findings) {
  const Callable *entry =
      spawn && !spawn->arguments.empty() ? &spawn->arguments[0].callable : nullptr;
  if (entry && signalsItsEnd(program, spawner, *spawn, *entry))
    return;
  Finding finding;
  finding.check = "detached-thread";
  finding.level = levelAt(levelOf(program, spawner, spawn, entry), program, at.where);
  finding.where = at.where;
  finding.message = hazard(entry) + "; keep its handle and join it in a destructor or at shutdown";
  if (auto way = program.wayTo(function, at))
    finding.trail = std::move(way->trail);
  if (spawn && spawn != &at)
    finding.trail.push_back(
        {spawn->where,
         "the thread starts here" +
             (entry && !entry->name.empty() ? " and runs " + quoted(entry->name) : std::string())});
  finding.entity = entityOf(function, at.object);
  finding.fix = program.editFor(Edit::Kind::OwnedThread, at.where);
  findings.push_back(std::move(finding));
}

static void judge(const Program &program, const Function &function, const Event &detach,
                  Findings &findings) {
  Site spawn;
  for (const Site &site : program.about(detach.object.id)) {
    if (site.event->kind == EventKind::Join && detach.object.root != Object::Root::Local)
      return; // its owner joins it elsewhere
    if (site.event->kind == EventKind::Spawn && !spawn.event)
      spawn = site;
  }
  report(program, function, detach, spawn.function ? *spawn.function : function, spawn.event,
         findings);
}

void detachedThread(const Program &program, Findings &findings) {
  for (const Function &function : program.functions())
    for (const Event &event : function.events) {
      if (event.kind == EventKind::Detach && event.object)
        judge(program, function, event, findings);
      else if (event.kind == EventKind::Spawn && event.has(Detached))
        report(program, function, event, function, &event, findings);
    }
}

} // namespace belay
