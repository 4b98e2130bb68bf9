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

// How far an answer is followed through functions that pass it on.
constexpr unsigned MaxCalls = 3;

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

// Where another function changes the variable.
static Site writerOf(const Program &program, const Function &reader, Id id) {
  for (const Site &site : program.about(id)) {
    bool writes = site.event->kind == EventKind::Write || site.event->kind == EventKind::Notify;
    if (writes && site.function != &reader && !site.function->has(Constructor))
      return site;
  }
  return {};
}

// What the answer of a call is made of: `isRunning()`, `queue_.isEmpty()`.
static void findAnswers(const Program &program, const Event &call, std::vector<Object> &answers,
                        unsigned depth = 0) {
  if (depth == MaxCalls)
    return;
  for (const Function *target : program.targets(call)) {
    // What also does something else is no question.
    if (llvm::any_of(target->events, [](const Event &event) {
          return event.kind == EventKind::Write || event.kind == EventKind::Spawn ||
                 event.kind == EventKind::Submit || event.kind == EventKind::Sleep;
        }))
      continue;
    llvm::append_range(answers, target->answers);
    for (const Event &event : target->events)
      if (event.kind == EventKind::Call && event.has(Polls) && event.loop == -1)
        findAnswers(program, event, answers, depth + 1);
  }
}

//===-- A loop that sleeps and looks again --------------------------------------------------===//

static std::string insteadOfPoll(const Event &event, const Variable *variable) {
  if (event.kind == EventKind::Join)
    return "wait for the future itself";
  return variable && variable->shape == Shape::Library
             ? "wait on a condition variable that is notified after each change"
             : "wait on a condition variable with a predicate, a latch or std::atomic::wait";
}

// What the event of a loop looks at, as long as other code changes it.
static bool judgeLook(const Program &program, const Function &function, const Event &sleep,
                      const Event &look, const Object &object, Findings &findings) {
  const Variable *variable = program.variable(object.id);
  Site writer = writerOf(program, function, object.id);
  if ((variable || look.kind == EventKind::Call) && !writer.event)
    return false;
  Trail trail{{look.where, "the loop looks at " + quoted(object.name) + " here"}};
  if (writer.event)
    trail.push_back({writer.event->where, quoted(writer.function->name) + " changes it here"});
  report(program, function, sleep, Level::Warning,
         "sleeps and looks again until " + quoted(object.name) +
             " changes, which wakes too late or too often; " + insteadOfPoll(look, variable),
         std::move(trail), object, findings);
  return true;
}

static bool judgePoll(const Program &program, const Function &function, const Event &sleep,
                      Findings &findings) {
  // What the loop names itself says more than what it asks.
  for (const Event &event : function.events) {
    bool waits =
        event.kind == EventKind::Wait || (event.kind == EventKind::Join && event.has(Timed));
    if (waits && event.loop == sleep.loop && event.object &&
        judgeLook(program, function, sleep, event, event.object, findings))
      return true;
  }
  for (const Event &event : function.events) {
    std::vector<Object> answers;
    if (event.kind == EventKind::Call && event.has(Polls) && event.loop == sleep.loop)
      findAnswers(program, event, answers);
    for (const Object &answer : answers)
      if (judgeLook(program, function, sleep, event, answer, findings))
        return true;
  }
  return false;
}

//===-- A sleep that is hoped to be long enough ---------------------------------------------===//

// What a thread or task that was started before the sleep does.
struct Other {
  const Event *start = nullptr; // in the function that sleeps
  std::vector<const Function *> runs;

  Site find(llvm::function_ref<bool(const Event &)> wanted) const {
    for (const Function *function : runs)
      for (const Event &event : function->events)
        if (wanted(event))
          return {function, &event};
    return {};
  }
};

static std::vector<Other> startedBefore(const Program &program, const Function &function,
                                        const Event &sleep) {
  std::vector<Other> started;
  auto add = [&](const Event &start, const Event &event) {
    bool starts = event.kind == EventKind::Spawn || event.kind == EventKind::Submit;
    if (starts && !event.arguments.empty())
      started.push_back({&start, program.runsIn(event.arguments.front().callable.id)});
  };
  for (const Event *event = function.events.data(); event != &sleep; ++event) {
    add(*event, *event);
    if (event->kind == EventKind::Call)
      for (const Function *target : program.targets(*event))
        for (const Event &inner : target->events)
          add(*event, inner);
  }
  return started;
}

static std::vector<Object> readBy(const Program &program, const Event &event) {
  std::vector<Object> objects;
  if (event.kind == EventKind::Read)
    objects.push_back(event.object);
  else if (event.kind == EventKind::Call)
    findAnswers(program, event, objects);
  return objects;
}

// `server.stop()`, `stop_ = true`: what the thread's loop asks.
static Site stopOf(const Program &program, const Event &event, const Other &other) {
  auto stops = [&](const Event &each) {
    if (each.kind != EventKind::Write && each.kind != EventKind::Notify)
      return false;
    if (each.object.id && each.object.id == other.start->object.id)
      return true; // thread.request_stop()
    return bool(other
                    .find([&](const Event &asked) {
                      return asked.has(Condition) && asked.object.id == each.object.id;
                    })
                    .event);
  };
  if (stops(event))
    return {nullptr, &event};
  if (event.kind == EventKind::Call)
    for (const Function *target : program.targets(event))
      for (const Event &each : target->events)
        if (stops(each))
          return {target, &each};
  return {};
}

static bool judgeHope(const Program &program, const Function &function, const Event &sleep,
                      Findings &findings) {
  const Event *end = function.events.data() + function.events.size();
  const Event *next = std::find_if(&sleep + 1, end, [](const Event &event) {
    return event.kind != EventKind::Acquire && event.kind != EventKind::HandOver;
  });
  if (next == end)
    return false;
  for (const Other &other : startedBefore(program, function, sleep)) {
    Trail trail{{other.start->where, "the other thread starts here"}};
    if (next->kind == EventKind::Join && next->object.id == other.start->object.id &&
        next->object.id) {
      trail.push_back({next->where, "it is waited for here"});
      report(program, function, sleep, Level::Note,
             "sleeps before it waits for the thread anyway; leave the sleep out", std::move(trail),
             next->object, findings);
      return true;
    }
    for (const Object &object : readBy(program, *next))
      if (Site writes = other.find([&](const Event &event) {
            return event.kind == EventKind::Write && event.object.id == object.id;
          });
          writes.event) {
        trail.push_back({writes.event->where, "it writes " + quoted(object.name) + " here"});
        trail.push_back({next->where, "which is read here, after the sleep"});
        report(program, function, sleep, Level::Warning,
               "sleeps in the hope that another thread has written " + quoted(object.name) +
                   " by then; wait for it: join, a latch, or a condition variable with a predicate",
               std::move(trail), object, findings);
        return true;
      }
    if (Site stop = stopOf(program, *next, other); stop.event) {
      trail.push_back({stop.event->where, "it is asked to stop here"});
      report(program, function, sleep, Level::Note,
             "sleeps before it stops the thread, however far that has come; wait for what it is to "
             "have done",
             std::move(trail), stop.event->object, findings);
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
      if (!event.has(Brief))
        judgeRequest(program, function, event, findings);
    }
}

} // namespace belay
