// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reach: which functions a request or a connection leads to, by the shortest way, and which
// exceptions leave a function.
//
#include "facts/Link.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringRef.h"

namespace belay {

std::string quoted(llvm::StringRef name) { return "'" + name.str() + "'"; }

static const Callable *firstCallable(const Event &event) {
  return event.arguments.empty() ? nullptr : &event.arguments.front().callable;
}

Trail Program::stepsOf(const Edge &edge) const {
  const Event &event = *edge.event;
  const Callable *callable = firstCallable(event);
  const Interned into = edge.to ? edge.to->name : callable ? callable->name : event.name;
  std::string passed = quoted(into);
  Step::Kind kind = Step::Kind::Enters;
  Trail steps;
  if (edge.use) {
    steps.push_back(
        {event.where, "passes " + passed + " to " + quoted(event.name) + " here", kind, into});
    llvm::append_range(steps, edge.use->trail);
    return steps;
  }
  std::string text;
  switch (event.kind) {
  case EventKind::Submit:
    text = "hands " + passed + " to " + quoted(event.name) + " here";
    break;
  case EventKind::Spawn:
    text = "starts a thread that runs " + passed + " here";
    kind = Step::Kind::Thread;
    break;
  case EventKind::Store:
    text = "keeps " + passed + " in " + quoted(event.target.name) + " here, to be called later";
    break;
  case EventKind::Register:
    text = quoted(event.name) + " registers " + passed + " as a handler here";
    kind = Step::Kind::Handler;
    break;
  default:
    if (edge.to && callable && callable->id == edge.to->id && callable->name != event.name)
      text = "passes " + passed + " to " + quoted(event.name) + " here";
    else if (edge.to && event.has(Virtual) && event.callee != edge.to->id)
      text = "calls " + quoted(event.name) + ", overridden by " + passed + ", here";
    else
      text = "calls " + quoted(event.name) + " here";
  }
  steps.push_back({event.where, std::move(text), kind, into});
  if (edge.store)
    steps.push_back({edge.store->where, quoted(edge.store->target.name) + " is set to " +
                                            quoted(edge.to->name) + " here"});
  return steps;
}

static llvm::StringRef howItRuns(Runs runs) {
  switch (runs) {
  case Runs::ManyAtOnce:
    return "for each request, many at once";
  case Runs::OnLoop:
    return "for each request, on an event loop";
  case Runs::PerConnection:
    return "for each connection";
  }
  return "";
}

void Program::arriveAt(std::vector<unsigned> &queue, const Callable &callable, Way start) {
  const Function *function = find(callable.id);
  if (callable.kind == Callable::Kind::Object) {
    if (auto stores = stores_.find(callable.id); stores != stores_.end())
      for (const Site &site : stores->second)
        if (const Callable &stored = site.event->arguments.front().callable;
            stored.kind == Callable::Kind::Function)
          arriveAt(queue, stored, start);
    return;
  }
  if (callable.kind != Callable::Kind::Function || !function)
    return;
  Arrival &arrival = arrivals_[indexOf(*function)];
  if (arrival.reached)
    return;
  arrival.reached = true;
  arrival.kind = start.from;
  arrival.start = std::move(start.trail);
  queue.push_back(indexOf(*function));
}

static Step acceptStep(const Event &accept) {
  return {accept.where, "takes a connection here, in a loop", Step::Kind::Connections};
}

static Way from(Runs runs, Step start) {
  return {runs == Runs::PerConnection ? Way::From::Connection : Way::From::Request,
          {std::move(start)}};
}

void Program::reachHandlers(std::vector<unsigned> &queue) {
  for (const Function &function : functions()) {
    if (function.has(Handler)) {
      Callable self{.kind = Callable::Kind::Function, .id = function.id};
      std::string how = quoted(function.name) + " runs " + howItRuns(function.runs).str() +
                        ": it is a handler by " + function.handledBy.str();
      arriveAt(queue, self,
               from(function.runs,
                    {function.where, std::move(how), Step::Kind::Handler, function.name}));
    }
    for (const Event &event : function.events)
      for (const Argument &argument : event.arguments) {
        if (event.kind == EventKind::Register) {
          std::string how = quoted(event.name) + " registers " + quoted(argument.callable.name) +
                            " here; it runs " + howItRuns(event.runs).str();
          arriveAt(queue, argument.callable,
                   from(event.runs, {event.where, std::move(how), Step::Kind::Handler,
                                     argument.callable.name}));
        } else if (event.kind == EventKind::Call && event.callee) {
          reachRegistered(queue, event, argument);
        }
      }
  }
}

// A handler by way of a function that registers what it is passed.
void Program::reachRegistered(std::vector<unsigned> &queue, const Event &event,
                              const Argument &argument) {
  for (const Function *target : targets(event))
    for (const Use &use : usesOf({target->id, argument.index})) {
      if (use.how != Use::How::AsHandler)
        continue;
      Way start{
          Way::From::Request,
          {{event.where,
            "passes " + quoted(argument.callable.name) + " to " + quoted(event.name) + " here",
            Step::Kind::Handler, argument.callable.name}}};
      llvm::append_range(start.trail, use.trail);
      arriveAt(queue, argument.callable, std::move(start));
    }
}

// A function that takes one connection: an accept outside of any loop of its own but a retry.
const Event *Program::acceptIn(const Function &function, unsigned depth) const {
  for (const Event &event : function.events) {
    if (event.kind != EventKind::Accept)
      continue;
    bool isRetry = llvm::none_of(
        function.events, [&](const Event &other) { return &other != &event && other.loop != -1; });
    return event.loop == -1 || isRetry ? &event : nullptr;
  }
  if (depth == 0)
    return nullptr;
  for (const Edge &edge : edges_[indexOf(function)])
    if (edge.event->loop == -1 && edge.event->kind == EventKind::Call)
      if (const Event *accept = acceptIn(*edge.to, depth - 1))
        return accept;
  return nullptr;
}

static bool isInside(const Function &function, int loop, int outer) {
  for (; loop != -1; loop = function.loops[loop].parent)
    if (loop == outer)
      return true;
  return false;
}

void Program::reachAcceptLoops(std::vector<unsigned> &queue) {
  for (const Function &function : functions()) {
    if (function.loops.empty())
      continue;
    llvm::SmallVector<std::pair<int, const Event *>, 2> loops; // with what accepts in them
    for (const Event &event : function.events)
      if (event.kind == EventKind::Accept && event.loop != -1)
        loops.push_back({event.loop, &event});
    for (const Edge &edge : edges_[indexOf(function)])
      if (edge.event->loop != -1 && edge.event->kind == EventKind::Call &&
          acceptIn(*edge.to, /*depth=*/2))
        loops.push_back({edge.event->loop, edge.event});
    for (auto [loop, accept] : loops)
      for (int outer = loop; outer != -1; outer = function.loops[outer].parent) {
        for (const Event &event : function.events)
          if (isInside(function, event.loop, outer))
            inAcceptLoop_.try_emplace(&event, LoopArrival{accept});
        for (const Edge &edge : edges_[indexOf(function)]) {
          Arrival &arrival = arrivals_[indexOf(*edge.to)];
          if (arrival.reached || edge.event == accept || edge.event->has(Bounded) ||
              !isInside(function, edge.event->loop, outer))
            continue;
          arrival = {nullptr, {}, Way::From::Connection, {acceptStep(*accept)}, true};
          llvm::append_range(arrival.start, stepsOf(edge));
          queue.push_back(indexOf(*edge.to));
        }
      }
  }
}

void Program::reach() {
  arrivals_.resize(functions_.size());
  std::vector<unsigned> queue;
  reachHandlers(queue);
  reachAcceptLoops(queue);
  for (size_t next = 0; next < queue.size(); ++next) {
    unsigned from = queue[next];
    for (const Edge &edge : edges_[from]) {
      Arrival &arrival = arrivals_[indexOf(*edge.to)];
      if (arrival.reached || edge.event->has(Bounded))
        continue;
      arrival = {functions_[from], edge, arrivals_[from].kind, {}, true};
      queue.push_back(indexOf(*edge.to));
    }
  }
}

Trail Program::trailTo(const Function &function) const {
  std::vector<const Arrival *> back;
  for (const Function *at = &function; at; at = back.back()->from)
    back.push_back(&arrivals_[indexOf(*at)]);
  Trail trail = back.back()->start;
  for (const Arrival *arrival : llvm::reverse(back))
    if (arrival->from)
      llvm::append_range(trail, stepsOf(arrival->edge));
  return trail;
}

std::optional<Way> Program::wayTo(const Function &function, const Event &event) const {
  const Arrival &arrival = arrivals_[indexOf(function)];
  if (arrival.reached) {
    bool direct = true;
    for (const Arrival *at = &arrival; at->from; at = &arrivals_[indexOf(*at->from)])
      direct &= runsNow(at->edge);
    return Way{arrival.kind, trailTo(function), direct};
  }
  if (auto loop = inAcceptLoop_.find(&event); loop != inAcceptLoop_.end())
    return Way{Way::From::Connection, {acceptStep(*loop->second.accept)}};
  return std::nullopt;
}

// Whether the call has returned only after the target did: not where a callable is kept, or
// passed to a function that nobody knows.
bool Program::runsNow(const Edge &edge) {
  if (edge.event->kind != EventKind::Call)
    return false;
  return edge.use ? edge.use->how == Use::How::Calls : edge.event->callee || edge.event->has(Now);
}

std::vector<const Function *> Program::runsIn(Id entry) const {
  llvm::SetVector<const Function *> found;
  if (const Function *start = find(entry))
    found.insert(start);
  for (size_t next = 0; next < found.size(); ++next)
    for (const Edge &edge : edges_[indexOf(*found[next])])
      if (runsNow(edge))
        found.insert(edge.to);
  return {found.begin(), found.end()};
}

// A throw further down is a possibility that no reader of the finding could check.
constexpr unsigned MaxCallsToThrow = 3;

Trail Program::throwsFrom(const Function &function) const {
  struct Visit {
    const Function *function;
    size_t from;
    const Edge *edge;
    unsigned calls;
  };
  std::vector<Visit> visits{{&function, 0, nullptr, 0}};
  llvm::DenseSet<const Function *> seen{&function};
  for (size_t next = 0; next < visits.size(); ++next) {
    const Function &at = *visits[next].function;
    if (at.has(NoThrow))
      continue;
    if (at.throwsAt) {
      Trail trail{{at.throwsAt, "throws here"}};
      for (size_t i = next; visits[i].edge; i = visits[i].from) {
        Trail steps = stepsOf(*visits[i].edge);
        trail.insert(trail.begin(), steps.begin(), steps.end());
      }
      return trail;
    }
    if (visits[next].calls == MaxCallsToThrow)
      continue;
    for (const Edge &edge : edges_[indexOf(at)])
      if (runsNow(edge) && !edge.event->has(InTry) && seen.insert(edge.to).second)
        visits.push_back({edge.to, next, &edge, visits[next].calls + 1});
  }
  return {};
}

} // namespace belay
