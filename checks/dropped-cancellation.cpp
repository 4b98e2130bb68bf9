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

static Finding &report(const Program &program, const Function &function, const Place &where,
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
  return findings.back();
}

static const Token *tokenNamed(const Function &function, Id id) {
  auto found = llvm::find_if(function.tokens, [&](const Token &each) { return each.id == id; });
  return found == function.tokens.end() ? nullptr : &*found;
}

// How bad it is that a lambda did not capture a token: what is called in place has no reason to
// do without, what a thread or pool runs may, and of a callback nobody knows.
static std::optional<Level> levelOf(const Program &program, const Function &lambda) {
  std::optional<Level> level;
  for (const Entrance &entrance : program.entrancesOf(lambda)) {
    if (entrance.how == Entrance::How::Call)
      level = level.value_or(Level::Warning);
    else if (entrance.how == Entrance::How::Thread || entrance.how == Entrance::How::Task)
      level = Level::Note;
    else
      return std::nullopt;
  }
  return level;
}

// A call that could be given the token.
static void judgeCall(const Program &program, const Function &function, const Event &event,
                      Findings &findings) {
  const Token *token = tokenNamed(function, event.target.id);
  Level level = Level::Warning;
  // A lambda that has none may capture one. What it starts may be meant to go on without.
  const Function *around = &function;
  while (!token && around->has(Lambda) && (around = program.find(around->parent))) {
    token = tokenNamed(*around, event.target.id);
    std::optional<Level> known = levelOf(program, function);
    if (!known)
      return;
    level = *known;
  }
  if (!token || function.has(Destructor))
    return;
  bool fresh = event.has(FreshToken);
  std::string message =
      fresh ? quoted(event.name) + " is given a new token, so that " + quoted(token->name) +
                  " cannot stop it; pass " + quoted(token->name) + ", or one that it stops"
            : quoted(event.name) + " takes a token and is called without, so that " +
                  quoted(token->name) + " cannot stop it; pass " + quoted(token->name);
  Finding &finding =
      report(program, function, event.where, level, std::move(message),
             {{token->where, quoted(token->name) + " comes from here"}}, event.target, findings);
  if (!fresh && around == &function)
    finding.fix = program.editFor(Edit::Kind::PassToken, event.where);
}

// A source dies while work that looks at its token goes on.
static void judgeSource(const Program &program, const Function &function, const Event &drop,
                        Findings &findings) {
  std::string name = quoted(drop.object.name);
  report(program, function, drop.where, Level::Warning,
         "nobody can stop the work that has a token of " + name + " any more when " + name +
             " dies here; ask it to stop on every path, or keep the source",
         {{drop.origin, "the work that starts here has a token of " + name}}, drop.object,
         findings);
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

// How far a token that nothing uses is looked for in what a function calls.
constexpr unsigned MaxCalls = 4;

namespace {
struct Deaf { // what no token can stop, and the calls on the way to it
  const Function *function = nullptr;
  const Loop *loop = nullptr;
  const Event *wait = nullptr;
  Trail way{};
};
} // namespace

static const Event *waitIn(const Function &function) {
  for (const Event &event : function.events)
    if (event.kind == EventKind::Wait && event.path && !event.has(Timed) && !event.has(Permit) &&
        !event.has(PassesToken))
      return &event;
  return nullptr;
}

static const Loop *endlessLoopIn(const Program &program, const Function &function) {
  auto found = llvm::find_if(function.loops, [](const Loop &loop) { return loop.endless; });
  bool leaves = found == function.loops.end() || !program.throwsFrom(function).empty();
  return leaves ? nullptr : &*found;
}

// The first endless loop that the function comes to, or else the first wait with no time-out.
static Deaf deafBelow(const Program &program, const Function &function) {
  std::vector<Deaf> queue{{&function}};
  llvm::DenseSet<const Function *> seen;
  Deaf waits;
  for (size_t next = 0; next < queue.size(); ++next) {
    Deaf at = queue[next];
    at.loop = endlessLoopIn(program, *at.function);
    if (at.loop)
      return at;
    at.wait = at.function == &function ? nullptr : waitIn(*at.function);
    if (at.wait && !waits.function)
      waits = at;
    if (at.way.size() == MaxCalls)
      continue;
    for (const Event &event : at.function->events) {
      if (event.kind != EventKind::Call || !event.callee || event.has(Virtual) ||
          event.has(PassesToken))
        continue;
      for (const Function *target : program.targets(event))
        if (target->tokens.empty() && seen.insert(target).second) {
          Deaf further{target, nullptr, nullptr, at.way};
          further.way.push_back({event.where, "calls " + quoted(target->name) + " here"});
          queue.push_back(std::move(further));
        }
    }
  }
  return waits;
}

// Whether a loop asks what another function changes.
static bool isEndedBy(const Program &program, const Function &function, int loop) {
  return llvm::any_of(function.events, [&](const Event &asked) {
    return asked.has(Condition) && asked.loop == loop &&
           llvm::any_of(program.about(asked.object.id), [&](const Site &site) {
             return site.event->kind == EventKind::Write && site.function != &function &&
                    !site.function->has(Constructor);
           });
  });
}

static void judgeUnused(const Program &program, const Function &function, Findings &findings) {
  bool looks = llvm::any_of(function.tokens, [](const Token &token) { return token.used; });
  if (looks || function.tokens.empty())
    return;
  const Token &token = function.tokens.front();
  std::string name = token.name.empty() ? "its stop token" : quoted(token.name);
  Trail trail{{token.where, "the token comes from here"}};
  const Event *work = longLoopIn(function);
  // A token without a name is left alone on purpose where something else ends the loop.
  if (work && token.name.empty() && isEndedBy(program, function, work->loop))
    return;
  if (work) {
    trail.push_back({work->where, "the loop does its work here"});
    report(program, function, function.loops[work->loop].where, Level::Warning,
           "this loop never looks at " + name +
               ", so that nobody can stop it; ask it in the loop's condition",
           std::move(trail), {}, findings);
    return;
  }
  Deaf deaf = deafBelow(program, function);
  if (!deaf.function || deaf.way.empty())
    return;
  llvm::append_range(trail, deaf.way);
  if (deaf.loop)
    report(program, *deaf.function, deaf.loop->where, Level::Warning,
           "this loop never ends, and " + name + " of " + quoted(function.name) +
               " does not come this far; pass it on and ask it in the loop's condition",
           std::move(trail), {}, findings);
  else if (!token.name.empty())
    report(program, *deaf.function, deaf.wait->where, Level::Note,
           quoted(deaf.wait->name) + " waits with no time-out, and " + name + " of " +
               quoted(function.name) + " does not come this far; pass it on and wait with it",
           std::move(trail), deaf.wait->object, findings);
}

// std::jthread asks its callable to stop and then waits for it.
static void judgeThread(const Program &program, const Function &starter, const Event &spawn,
                        Findings &findings) {
  const Function *entry =
      spawn.arguments.empty() ? nullptr : program.find(spawn.arguments.front().callable.id);
  bool neverDies = spawn.object.root == Object::Root::Local &&
                   llvm::any_of(starter.loops, [](const Loop &loop) { return loop.endless; });
  if (!entry || !entry->tokens.empty() || neverDies)
    return;
  Deaf deaf = deafBelow(program, *entry);
  if (!deaf.loop)
    return;
  Trail trail{{spawn.where, "the thread that runs " + quoted(entry->name) + " starts here",
               Step::Kind::Thread, entry->name}};
  llvm::append_range(trail, deaf.way);
  report(program, *deaf.function, deaf.loop->where, Level::Warning,
         "this loop never ends, so that the destructor of its thread waits for ever; take a "
         "std::stop_token and ask it in the loop's condition",
         std::move(trail), {}, findings);
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
  bool asks = entry->has(AsksToken) || llvm::any_of(entry->events, [](const Event &each) {
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
  // A callback of the token wakes what waits.
  bool isWoken = llvm::any_of(function.events, [](const Event &each) {
    return each.kind == EventKind::Submit && each.has(Later) && each.has(PassesToken);
  });
  if (token.name.empty() || (waits && isWoken))
    return;
  bool isCondition = llvm::StringRef(event.name).contains_insensitive("cond");
  Finding &finding = report(
      program, function, event.where, sleeps ? Level::Note : Level::Warning,
      quoted(event.name) + " goes on although " + quoted(token.name) +
          (sleeps ? " asks to stop; wait on a std::condition_variable_any with the token and a "
                    "time instead"
           : isCondition ? " asks to stop; use std::condition_variable_any and pass the token"
                         : " asks to stop; wait with a time-out, and ask the token in between"),
      {{token.where, quoted(token.name) + " comes from here"}}, event.object, findings);
  if (sleeps)
    finding.fix = program.editFor(Edit::Kind::StoppableSleep, event.where);
}

void droppedCancellation(const Program &program, Findings &findings) {
  for (const Function &function : program.functions()) {
    judgeUnused(program, function, findings);
    for (const Event &event : function.events) {
      if (event.kind == EventKind::Drop && event.has(OfToken))
        judgeSource(program, function, event, findings);
      else if (event.has(FreshToken) || event.has(LeavesTokenOut))
        judgeCall(program, function, event, findings);
      else if (event.has(GivesToken))
        judgeThread(program, function, event, findings);
      if (function.tokens.empty())
        continue;
      if (event.kind == EventKind::Spawn || event.kind == EventKind::Submit)
        judgeWork(program, function, event, findings);
      else if (!event.has(LeavesTokenOut) && !event.has(FreshToken))
        judgeWait(program, function, event, findings);
    }
  }
}

} // namespace belay
