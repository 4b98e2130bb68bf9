// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// dropped-cancellation: a cancellation token is at hand and is not passed on, or nothing looks at
// it, so that nobody can stop the work that it was made for.
//
// It judges tokens by their types and calls by the overloads that are declared. Work that ends on
// its own is left alone: counted loops, clean-up after the stop, what only stores the token. What
// is let go on purpose says so by the token it is given: belay::detached("why").
//
#include "checks/Evidence.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

static void report(const Program &program, const Function &function, const Place &where,
                   Level level, std::string message, Trail trail, const Object &about,
                   Findings &findings) {
  Finding finding;
  finding.check = "dropped-cancellation";
  finding.where = where;
  finding.level = levelAt(level, program, where);
  finding.message = std::move(message);
  finding.trail = std::move(trail);
  finding.entity = entityOf(function, about);
  findings.push_back(std::move(finding));
}

static const Token *tokenNamed(const Function &function, Id id) {
  auto found = llvm::find_if(function.tokens, [&](const Token &each) { return each.id == id; });
  return found == function.tokens.end() ? nullptr : &*found;
}

// A call that could be given the token.
static void judgeCall(const Program &program, const Function &function, const Event &event,
                      Findings &findings) {
  const Token *token = tokenNamed(function, event.target.id);
  if (!token || function.has(Destructor))
    return;
  bool fresh = event.has(FreshToken);
  std::string message =
      fresh ? quoted(event.name) + " is given a new token, so that " + quoted(token->name) +
                  " cannot stop it; pass " + quoted(token->name)
            : quoted(event.name) + " takes a token and is called without, so that " +
                  quoted(token->name) + " cannot stop it; pass " + quoted(token->name);
  report(program, function, event.where, Level::Warning, std::move(message),
         {{token->where, quoted(token->name) + " comes from here"}}, event.target, findings);
}

// What makes a loop long: it does something in each turn, and nothing counts the turns.
static const Event *longLoopIn(const Function &function) {
  for (const Event &event : function.events) {
    bool works = event.kind == EventKind::Call || event.kind == EventKind::Sleep ||
                 event.kind == EventKind::Accept || (event.kind == EventKind::Wait && event.path);
    if (works && event.loop != -1 && function.loops[event.loop].kind == Loop::Kind::Open)
      return &event;
  }
  return nullptr;
}

static void judgeUnused(const Program &program, const Function &function, Findings &findings) {
  bool looks = llvm::any_of(function.tokens, [](const Token &token) { return token.used; });
  const Event *work = looks || function.tokens.empty() ? nullptr : longLoopIn(function);
  if (!work)
    return;
  const Token &token = function.tokens.front();
  const Place &loop = function.loops[work->loop].where;
  std::string name = token.name.empty() ? "its stop token" : quoted(token.name);
  report(program, function, loop, Level::Warning,
         "this loop never looks at " + name +
             ", so that nobody can stop it; ask it in the loop's "
             "condition",
         {{token.where, "the token comes from here"}, {work->where, "the loop does its work here"}},
         {}, findings);
}

// A thread or task that loops on, and was not given the token of who starts it.
static void judgeWork(const Program &program, const Function &function, const Event &event,
                      Findings &findings) {
  if (event.arguments.empty() || event.has(PassesToken))
    return;
  const Function *entry = program.find(event.arguments.front().callable.id);
  if (!entry || !entry->has(Lambda) || entry->parent != function.id || !entry->tokens.empty())
    return;
  const Event *work = longLoopIn(*entry);
  const Token &token = function.tokens.front();
  bool asks = work && llvm::any_of(entry->events, [](const Event &each) {
                return each.has(Condition) || each.kind == EventKind::Wait;
              });
  if (!work || asks || token.name.empty())
    return;
  report(program, function, event.where, Level::Warning,
         "the work that starts here loops on after " + quoted(token.name) +
             " has asked it to stop; capture the token and ask it in the loop",
         {{token.where, quoted(token.name) + " comes from here"},
          {entry->loops[work->loop].where, "the loop is here"}},
         event.object, findings);
}

// A wait that the token cannot end.
static void judgeWait(const Program &program, const Function &function, const Event &event,
                      Findings &findings) {
  bool inLoop = event.loop != -1 && function.loops[event.loop].kind == Loop::Kind::Open;
  bool sleeps = event.kind == EventKind::Sleep && inLoop && !event.has(Polls);
  bool waits = event.kind == EventKind::Wait && event.path && !event.has(Timed) &&
               !event.has(PassesToken) && !event.has(Permit);
  if (!sleeps && !waits)
    return;
  const Token &token = function.tokens.front();
  if (token.name.empty())
    return;
  report(program, function, event.where, sleeps ? Level::Note : Level::Warning,
         quoted(event.name) + " goes on although " + quoted(token.name) +
             (sleeps ? " asks to stop; wait on a std::condition_variable_any with the token and a "
                       "time instead"
                     : " asks to stop; use std::condition_variable_any and pass the token"),
         {{token.where, quoted(token.name) + " comes from here"}}, event.object, findings);
}

void droppedCancellation(const Program &program, Findings &findings) {
  for (const Function &function : program.functions()) {
    if (function.tokens.empty())
      continue;
    judgeUnused(program, function, findings);
    for (const Event &event : function.events) {
      if (event.has(FreshToken) || event.has(LeavesTokenOut))
        judgeCall(program, function, event, findings);
      else if (event.kind == EventKind::Spawn || event.kind == EventKind::Submit)
        judgeWork(program, function, event, findings);
      else
        judgeWait(program, function, event, findings);
    }
  }
}

} // namespace belay
