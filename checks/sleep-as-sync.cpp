// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// sleep-as-sync: a sleep stands for "the other thread must be done by now", or a loop sleeps and
// looks again, or a request holds its thread while it sleeps.
//
// Loops that do work between two sleeps are retries, pacing or periodic work, and so is a sleep
// until a time: all of them are silent. It cannot tell a wait for a file or process from one for
// a thread where the condition is a function's answer, and is silent there as well.
//
#include "checks/Evidence.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace belay {

static bool isExample(llvm::StringRef file) {
  for (auto part = llvm::sys::path::begin(file), end = llvm::sys::path::end(file); part != end;
       ++part)
    if (*part == "example" || *part == "examples" || *part == "samples")
      return true;
  return false;
}

static void report(const Program &program, const Function &function, const Event &sleep,
                   Level level, std::string message, Trail trail, const Object &about,
                   Findings &findings) {
  Finding finding;
  finding.check = "sleep-as-sync";
  finding.where = sleep.where;
  finding.level = levelAt(level, program, sleep.where);
  if (finding.level != Level::Note && isExample(program.below(sleep.where.file)))
    finding.level = Level::Note;
  finding.message = std::move(message);
  finding.trail = std::move(trail);
  finding.entity = entityOf(function, about);
  findings.push_back(std::move(finding));
}

static const Variable *variableOf(const Program &program, Id id) {
  auto found = llvm::lower_bound(program.variables(), id,
                                 [](const Variable &each, Id wanted) { return each.id < wanted; });
  return found != program.variables().end() && found->id == id ? &*found : nullptr;
}

// Where another function changes the variable. An atomic's changes are not seen: that it is one
// says enough.
static Site writerOf(const Program &program, const Function &reader, Id id) {
  for (const Site &site : program.about(id)) {
    bool writes = site.event->kind == EventKind::Write || site.event->kind == EventKind::Notify;
    if (writes && site.function != &reader && !site.function->has(Constructor))
      return site;
  }
  return {};
}

//===-- A loop that sleeps and looks again --------------------------------------------------===//

static bool judgePoll(const Program &program, const Function &function, const Event &sleep,
                      Findings &findings) {
  for (const Event &event : function.events) {
    bool waits =
        event.kind == EventKind::Wait || (event.kind == EventKind::Join && event.has(Timed));
    if (!waits || event.loop != sleep.loop || !event.object)
      continue;
    const Variable *variable = variableOf(program, event.object.id);
    Site writer = writerOf(program, function, event.object.id);
    if (variable && !writer.event)
      continue;
    Trail trail{{event.where, "the loop looks at " + quoted(event.object.name) + " here"}};
    if (writer.event)
      trail.push_back({writer.event->where, quoted(writer.function->name) + " changes it here"});
    std::string instead = event.kind == EventKind::Join ? "wait for the future itself"
                          : variable && variable->shape == Shape::Library
                              ? "wait on a condition variable that is notified after each change"
                              : "wait on a condition variable with a predicate, a latch or "
                                "std::atomic::wait";
    report(program, function, sleep, Level::Warning,
           "sleeps and looks again until " + quoted(event.object.name) +
               " changes, which wakes too late or too often; " + instead,
           std::move(trail), event.object, findings);
    return true;
  }
  return false;
}

//===-- A sleep that is hoped to be long enough ---------------------------------------------===//

static bool judgeHope(const Program &program, const Function &function, const Event &sleep,
                      Findings &findings) {
  const Event *begin = function.events.data(), *end = begin + function.events.size();
  const Event *next = std::find_if(&sleep + 1, end, [](const Event &event) {
    return event.kind != EventKind::Acquire && event.kind != EventKind::HandOver;
  });
  if (next == end)
    return false;
  for (const Event *spawn = begin; spawn != &sleep; ++spawn) {
    if ((spawn->kind != EventKind::Spawn && spawn->kind != EventKind::Submit) ||
        spawn->arguments.empty())
      continue;
    Trail trail{{spawn->where, "the other thread starts here"}};
    if (next->kind == EventKind::Join && next->object.id == spawn->object.id && next->object.id) {
      trail.push_back({next->where, "it is waited for here"});
      report(program, function, sleep, Level::Note,
             "sleeps before it waits for the thread anyway; leave the sleep out", std::move(trail),
             next->object, findings);
      return true;
    }
    if (next->kind != EventKind::Read)
      continue;
    for (const Function *runs : program.runsIn(spawn->arguments.front().callable.id))
      for (const Event &event : runs->events)
        if (event.kind == EventKind::Write && event.object.id == next->object.id) {
          trail.push_back({event.where, "it writes " + quoted(next->object.name) + " here"});
          trail.push_back({next->where, "which is read here, after the sleep"});
          report(program, function, sleep, Level::Warning,
                 "sleeps in the hope that another thread has written " + quoted(next->object.name) +
                     " by then; wait for it: join, a latch, or a condition variable with a "
                     "predicate",
                 std::move(trail), next->object, findings);
          return true;
        }
  }
  return false;
}

//===-- A request that sleeps ---------------------------------------------------------------===//

static void judgeRequest(const Program &program, const Function &function, const Event &sleep,
                         Findings &findings) {
  std::optional<Way> way = program.wayTo(function, sleep);
  if (!way || way->from != Way::From::Request || !way->direct)
    return;
  report(program, function, sleep, Level::Warning,
         "a request holds its thread while it sleeps; answer later from a timer, or move the work "
         "to a bounded pool",
         std::move(way->trail), {}, findings);
}

void sleepAsSync(const Program &program, Findings &findings) {
  for (const Function &function : program.functions())
    for (const Event &event : function.events) {
      if (event.kind != EventKind::Sleep || event.has(Timed))
        continue;
      if (event.has(Polls) ? judgePoll(program, function, event, findings)
                           : judgeHope(program, function, event, findings))
        continue;
      if (!event.has(Polls) || event.loop == -1)
        judgeRequest(program, function, event, findings);
    }
}

} // namespace belay
