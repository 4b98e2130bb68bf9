// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// unjoined-thread: the handle of a running thread is destroyed, overwritten or lost on some way,
// so that the process terminates, or the thread can never be waited for.
//
// It follows a local handle along the control flow, and exceptions only where a function of the
// project throws them. A handle that leaves the function's sight (passed on, captured, moved to
// an owner) is somebody else's to join. For fields and globals it asks whether any code of the
// program joins them, and only where the program has all code that could.
//
#include "checks/Evidence.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

static std::string consequence(Destroyed destroyed) {
  switch (destroyed) {
  case Destroyed::Terminates:
    return ", which terminates the process";
  case Destroyed::Detaches:
    return ", which leaves it running on its own";
  case Destroyed::Leaks:
    return ", and nothing can join it any more";
  case Destroyed::Joins:
    break;
  }
  return "";
}

static llvm::StringRef wayOut(Destroyed destroyed) {
  return destroyed == Destroyed::Terminates
             ? "join it on every path, or let an owner such as std::jthread join it"
             : "join it on every path";
}

namespace {

struct Lost { // a thread that was started and whose handle is gone
  const Function &function;
  const Object &object;
  Destroyed destroyed;
  Place start;
  bool byException = false;
};

} // namespace

// Whether the thread may go on until somebody tells it something: an owner that joins it might wait
// for ever where the process ends today.
static bool mayWait(const Program &program, const Function &function, const Object &object) {
  auto waits = [&](const Function *runs) {
    return llvm::any_of(runs->loops, [](const Loop &loop) { return loop.endless; }) ||
           llvm::any_of(runs->events, [&](const Event &event) {
             bool asks = event.has(Condition) && event.loop != -1 &&
                         runs->loops[event.loop].kind == Loop::Kind::Open;
             return asks || event.kind == EventKind::Accept ||
                    (event.kind == EventKind::Wait && !event.has(Timed));
           });
  };
  for (const Site &site : program.about(object.id))
    if (site.event->kind == EventKind::Spawn)
      for (const Argument &argument : site.event->arguments)
        if (argument.callable.kind != Callable::Kind::Function ||
            llvm::any_of(program.runsIn(argument.callable.id), waits))
          return true;
  return function.has(Pattern);
}

static void report(const Program &program, const Lost &lost, const std::string &hazard, Trail trail,
                   Findings &findings) {
  Finding finding;
  finding.check = "unjoined-thread";
  Level level = lost.destroyed == Destroyed::Terminates ? Level::Error : Level::Warning;
  finding.level = levelAt(level, program, lost.start);
  // A test out of which an exception gets has failed already, and says so.
  if (lost.byException && isTestCode(program.below(lost.start.file)))
    finding.level = Level::Note;
  finding.where = lost.start;
  finding.message = hazard + consequence(lost.destroyed) + "; " + wayOut(lost.destroyed).str();
  finding.trail = std::move(trail);
  finding.entity = entityOf(lost.function, lost.object);
  if (lost.destroyed == Destroyed::Terminates && !mayWait(program, lost.function, lost.object))
    finding.fix = program.editFor(Edit::Kind::JoiningThread, lost.start);
  findings.push_back(std::move(finding));
}

static std::string threadOf(const Object &object) {
  return object.root == Object::Root::Temporary ? "a thread" : "thread " + quoted(object.name);
}

// The handle dies in the function that started the thread.
static void judgeDrop(const Program &program, const Function &function, const Event &drop,
                      Findings &findings) {
  std::string hazard = threadOf(drop.object) + " is ";
  std::string last = "the scope ends here while it may be running";
  if (drop.has(Overwritten)) {
    hazard += "overwritten while it runs";
    last = "another thread is assigned here";
  } else if (drop.has(Thrown)) {
    hazard += "not joined when this function throws";
    last = "throws here";
  } else {
    hazard += "not joined on every path";
  }
  report(program, {function, drop.object, drop.destroyed, drop.origin, drop.has(Thrown)}, hazard,
         {{drop.where, std::move(last)}}, findings);
}

// An exception from a callee leaves the function while a local handle owns a thread.
static void judgeCall(const Program &program, const Function &function, const Event &call,
                      llvm::DenseSet<Id> &reported, Findings &findings) {
  if (call.has(InTry) || call.live.empty() || function.has(NoThrow))
    return;
  Trail thrown;
  const Function *thrower = nullptr;
  for (const Function *target : program.targets(call))
    if (thrown.empty() && !(thrown = program.throwsFrom(*target)).empty())
      thrower = target;
  if (!thrower)
    return;
  for (const Object &object : call.live) {
    if (!reported.insert(object.id).second)
      continue;
    for (const Site &site : program.about(object.id)) {
      if (site.event->kind != EventKind::Spawn || site.event->destroyed == Destroyed::Joins)
        continue;
      Trail trail{{call.where, "calls " + quoted(thrower->name) + " here, while the thread runs"}};
      llvm::append_range(trail, thrown);
      report(program, {function, object, site.event->destroyed, site.event->where, true},
             threadOf(object) + " is not joined when " + quoted(thrower->name) + " throws",
             std::move(trail), findings);
      break;
    }
  }
}

static bool isPlain(const Object &object) {
  return object.root == Object::Root::Local || object.root == Object::Root::Temporary;
}

static bool isJoined(const Program &program, Id handle) {
  return llvm::any_of(program.about(handle),
                      [](const Site &site) { return site.event->kind == EventKind::Join; });
}

// pthread_detach(pthread_self()): the thread's own code gives it up. Or it leaves itself to another
// that joins it: `pool->last = pthread_self();`.
static bool givesItselfUp(const Program &program, const Event &spawn) {
  for (const Argument &argument : spawn.arguments)
    for (const Function *function : program.runsIn(argument.callable.id))
      for (const Event &event : function->events)
        if ((event.kind == EventKind::Detach && !event.object) ||
            (event.kind == EventKind::Write && isJoined(program, event.path.last())))
          return true;
  return false;
}

// The handle lies where nobody ever joins, detaches or takes it.
static void judgeSpawn(const Program &program, const Function &function, const Event &spawn,
                       Findings &findings) {
  if (spawn.destroyed == Destroyed::Joins || spawn.has(Detached) || spawn.has(Returned) ||
      spawn.has(Endless) || givesItselfUp(program, spawn) || !program.seesAllOf(spawn.object))
    return;
  bool isFirst = true;
  for (const Site &site : program.about(spawn.object.id)) {
    switch (site.event->kind) {
    case EventKind::Join:
    case EventKind::Detach:
    case EventKind::HandOver:
    case EventKind::Drop: // told in its own words
      return;
    case EventKind::Spawn:
      isFirst &= site.event == &spawn || spawn.where < site.event->where;
      break;
    default:
      break;
    }
  }
  // What a parameter refers to is its caller's, and a handle without a name is somebody's.
  if (!isFirst || spawn.object.root == Object::Root::Parameter ||
      spawn.object.root == Object::Root::This || !spawn.object)
    return;
  std::string where = isPlain(spawn.object) ? "in this function" : "in the program";
  report(program, {function, spawn.object, spawn.destroyed, spawn.where},
         threadOf(spawn.object) + " is joined nowhere " + where,
         {{spawn.where, "no join, detach or hand-over of it follows anywhere " + where}}, findings);
}

void unjoinedThread(const Program &program, Findings &findings) {
  for (const Function &function : program.functions()) {
    llvm::DenseSet<Id> reported;
    for (const Event &event : function.events)
      if (event.kind == EventKind::Drop && !event.has(OfToken) &&
          reported.insert(event.object.id).second)
        judgeDrop(program, function, event, findings);
    for (const Event &event : function.events) {
      if (event.kind == EventKind::Call)
        judgeCall(program, function, event, reported, findings);
      if (event.kind == EventKind::Spawn)
        judgeSpawn(program, function, event, findings);
    }
  }
}

} // namespace belay
