// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Link: units are merged by id, events indexed, and calls, virtual calls and handed-over
// callables become the edges of one graph. Reach.cpp walks it.
//
#include "facts/Link.h"
#include "facts/Merge.h"
#include "facts/Origins.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

// Callables handed on further than this are not followed, nor are more ways to one use: the
// first are the shortest, and a finding needs one.
constexpr unsigned MaxHandOvers = 8;
constexpr size_t MaxUses = 8;

Program::Program(llvm::ArrayRef<const Unit *> units, bool complete, llvm::StringRef root)
    : complete_(complete), root_(root) {
  merge(units);
  boundByPermits();
  index();
  edges_.resize(functions_.size());
  for (const Function &function : functions())
    for (const Event &event : function.events)
      connect(function, event);
  reach();
  indexEntrances();
}

// Identical functions of headers come once; of variants, everything that any of them may do.
// A template's pattern, which lacks the types, counts only where no unit instantiates it.
void Program::merge(llvm::ArrayRef<const Unit *> units) {
  for (const Unit *unit : units)
    for (const SharedFunction &function : unit->functions)
      if (function->pattern)
        instantiated_.insert(function->pattern);
  for (const Unit *unit : units) {
    for (const SharedFunction &shared : unit->functions) {
      const Function &function = *shared;
      if (function.has(Pattern) && instantiated_.contains(function.id))
        continue;
      auto [known, isNew] = byId_.try_emplace(function.id, functions_.size());
      if (isNew)
        functions_.push_back(&function);
      else if (const Function &first = *functions_[known->second];
               &first != &function && !first.has(External) && first != function)
        belay::merge(own(known->second), function);
    }
    for (const Class &each : unit->classes)
      classes_.try_emplace(each.id, each);
    for (const Variable &each : unit->variables) {
      auto [known, isNew] = variableById_.try_emplace(each.id, variables_.size());
      if (isNew)
        variables_.push_back(each);
      else
        variables_[known->second].flags |= each.flags;
    }
    llvm::append_range(edits_, unit->edits);
  }
  llvm::sort(edits_);
  edits_.erase(llvm::unique(edits_), edits_.end());
  llvm::sort(variables_, [](const Variable &a, const Variable &b) { return a.id < b.id; });
  for (const auto &[index, variable] : llvm::enumerate(variables_))
    variableById_[variable.id] = unsigned(index);
  for (const Function &function : functions())
    for (Id base : function.overrides)
      overriders_[base].push_back(indexOf(function));
}

/// The function as the program's own, which may be changed.
Function &Program::own(unsigned index) {
  const Function *&known = functions_[index];
  if (!owned_.insert(index).second)
    return const_cast<Function &>(*known); // one of own_
  known = &own_.emplace_back(*known);
  return own_.back();
}

llvm::StringRef Program::below(llvm::StringRef path) const {
  llvm::StringRef rest = path;
  return !root_.empty() && rest.consume_front(root_) && rest.consume_front("/") ? rest : path;
}

std::optional<Edit> Program::editFor(Edit::Kind kind, const Place &about) const {
  auto found = llvm::partition_point(edits_, [&](const Edit &each) {
    return std::tie(each.kind, each.about) < std::tie(kind, about);
  });
  return found != edits_.end() && found->kind == kind && found->about == about
             ? std::optional(*found)
             : std::nullopt;
}

const Function *Program::find(Id id) const {
  auto known = byId_.find(id);
  return known == byId_.end() ? nullptr : functions_[known->second];
}

void Program::index() {
  for (const Function &function : functions()) {
    unsigned &kinds = kinds_.emplace_back();
    for (const Event &event : function.events) {
      kinds |= 1u << unsigned(event.kind);
      if (event.object.id)
        about_[event.object.id].push_back({&function, &event});
      indexCallables(function, event);
    }
  }
}

void Program::indexCallables(const Function &function, const Event &event) {
  if (event.kind == EventKind::Store)
    stores_[event.target.id].push_back({&function, &event});
  if (event.kind == EventKind::Call && event.callee)
    passed_[event.callee].push_back({&function, &event});
  for (const Argument &argument : event.arguments) {
    const Callable &callable = argument.callable;
    if (callable.kind == Callable::Kind::Function)
      passed_[callable.id].push_back({&function, &event});
    if (callable.kind == Callable::Kind::Parameter)
      parameterAt_[{callable.id, callable.index}].push_back({&function, &event});
    if (event.kind == EventKind::Call && event.callee)
      bound_[{event.callee, argument.index}].push_back(callable);
  }
}

std::vector<const Function *> Program::targets(const Event &event) const {
  std::vector<const Function *> found;
  auto add = [&](Id id) {
    if (const Function *function = find(id); function && !llvm::is_contained(found, function))
      found.push_back(function);
  };
  if (event.callee) {
    add(event.callee);
    if (event.has(Virtual))
      if (auto overriders = overriders_.find(event.callee); overriders != overriders_.end())
        for (unsigned overrider : overriders->second)
          add(functions_[overrider]->id);
  }
  for (const Argument &argument : event.arguments)
    if (!event.callee && argument.callable.kind == Callable::Kind::Function)
      add(argument.callable.id);
  return found;
}

const std::vector<Program::Use> &Program::usesOf(Key parameter, unsigned depth) {
  auto [known, isNew] = uses_.try_emplace(parameter);
  if (isNew && depth < MaxHandOvers)
    known->second = findUses(parameter, depth);
  return known->second;
}

Program::Use::How Program::howOf(const Event &event) {
  switch (event.kind) {
  case EventKind::Spawn:
    return Use::How::OnThread;
  case EventKind::Register:
    return Use::How::AsHandler;
  case EventKind::Store:
  case EventKind::Submit:
    return Use::How::Later;
  default:
    return event.callee || event.has(Now) ? Use::How::Calls : Use::How::Later;
  }
}

// The steps from the start of `owner` into a lambda of its body.
Trail Program::stepsInto(const Function &lambda, Id owner, Use::How &how) const {
  Trail steps;
  const Function *inner = &lambda;
  for (unsigned depth = 0; inner && inner->id != owner && depth < MaxHandOvers; ++depth) {
    auto sites = passed_.find(inner->id);
    if (sites == passed_.end() || sites->second.empty())
      break;
    const Site &site = sites->second.front();
    how = std::max(how, howOf(*site.event));
    Trail into = stepsOf({site.event, inner, nullptr, nullptr});
    steps.insert(steps.begin(), into.begin(), into.end());
    inner = site.function;
  }
  return steps;
}

std::vector<Program::Use> Program::findUses(Key parameter, unsigned depth) {
  std::vector<Use> found;
  auto sites = parameterAt_.find(parameter);
  if (sites == parameterAt_.end())
    return found;
  for (const Site &site : std::vector<Site>(sites->second)) {
    const Event &event = *site.event;
    if (found.size() >= MaxUses)
      break;
    Use use;
    use.how = howOf(event);
    use.trail = stepsInto(*site.function, parameter.first, use.how);
    llvm::append_range(use.trail, stepsOf({&event, nullptr, nullptr, nullptr}));
    if (event.kind != EventKind::Call || !event.callee) {
      found.push_back(std::move(use));
      continue;
    }
    for (const Argument &argument : event.arguments) {
      if (argument.callable.kind != Callable::Kind::Parameter ||
          argument.callable.id != parameter.first || argument.callable.index != parameter.second)
        continue;
      for (const Function *callee : targets(event))
        for (const Use &further :
             std::vector<Use>(usesOf({callee->id, argument.index}, depth + 1))) {
          Use whole = use;
          whole.how = std::max(whole.how, further.how);
          llvm::append_range(whole.trail, further.trail);
          found.push_back(std::move(whole));
        }
    }
  }
  return found;
}

// Reaching a callable that is kept in an object: everything the object was set to. What callers
// pass for a parameter is followed from each caller, except where it was kept in between.
void Program::enter(unsigned from, const Event &event, const Callable &callable) {
  struct Way {
    const Callable *callable;
    const Event *store;
  };
  std::vector<Way> ways{{&callable, nullptr}};
  llvm::DenseSet<Key> seen;
  for (size_t next = 0; next < ways.size(); ++next) {
    Way way = ways[next];
    Key key{way.callable->id, way.callable->index};
    if (!seen.insert(key).second)
      continue;
    switch (way.callable->kind) {
    case Callable::Kind::Function:
      if (const Function *target = find(way.callable->id))
        edges_[from].push_back({&event, target, nullptr, way.store});
      break;
    case Callable::Kind::Object:
      if (auto stores = stores_.find(way.callable->id); stores != stores_.end())
        for (const Site &site : stores->second)
          ways.push_back({&site.event->arguments.front().callable, site.event});
      break;
    case Callable::Kind::Parameter:
      if (auto bound = bound_.find(key); way.store && bound != bound_.end())
        for (const Callable &passed : bound->second)
          ways.push_back({&passed, way.store});
      break;
    case Callable::Kind::Unknown:
      break;
    }
  }
}

void Program::connect(const Function &function, const Event &event) {
  if (event.kind != EventKind::Call && event.kind != EventKind::Submit)
    return;
  unsigned from = indexOf(function);
  std::vector<const Function *> known = targets(event);
  // What an unknown function does with a callable, it may do now.
  if (!event.callee || known.empty()) {
    for (const Argument &argument : event.arguments)
      enter(from, event, argument.callable);
    return;
  }
  for (const Function *target : known) {
    edges_[from].push_back({&event, target, nullptr, nullptr});
    for (const Argument &argument : event.arguments)
      if (const Function *passed = argument.callable.kind == Callable::Kind::Function
                                       ? find(argument.callable.id)
                                       : nullptr)
        for (const Use &use : usesOf({target->id, argument.index}))
          if (use.how <= Use::How::Later)
            edges_[from].push_back({&event, passed, &use, nullptr});
  }
}

// A function that ends with a permit in hand: it takes one and gives none back.
bool Program::takesPermit(const Function &function, unsigned depth) const {
  for (const Event &event : function.events) {
    if (event.kind == EventKind::Acquire && event.has(Permit))
      return llvm::none_of(function.events, [&](const Event &other) {
        return other.kind == EventKind::Release && other.object.id == event.object.id;
      });
    if (event.kind != EventKind::Call || depth == 0)
      continue;
    for (const Function *target : targets(event))
      if (takesPermit(*target, depth - 1))
        return true;
  }
  return false;
}

// What a function does after it had a permit taken, by a helper or a guard's constructor, is
// bounded as if it had taken it itself.
void Program::boundByPermits() {
  auto isPermit = [](const Event &event) {
    return event.kind == EventKind::Acquire && event.has(Permit);
  };
  if (llvm::none_of(functions(), [&](const Function &function) {
        return llvm::any_of(function.events, isPermit);
      }))
    return;
  for (unsigned index = 0; index < functions_.size(); ++index) {
    const std::vector<Event> &events = functions_[index]->events;
    const auto taking = llvm::find_if(events, [&](const Event &event) {
      return event.kind == EventKind::Call &&
             llvm::any_of(targets(event), [&](const Function *target) {
               return takesPermit(*target, /*depth=*/2);
             });
    });
    if (events.end() - taking < 2) // the last, or none
      continue;
    const size_t first = taking - events.begin() + 1;
    for (Event &event : llvm::drop_begin(own(index).events, first))
      event.flags |= Bounded;
  }
}

llvm::ArrayRef<Site> Program::about(Id object) const {
  auto found = about_.find(object);
  return found == about_.end() ? llvm::ArrayRef<Site>() : llvm::ArrayRef<Site>(found->second);
}

bool Program::seesAllOf(const Object &object) const {
  switch (object.root) {
  case Object::Root::Local:
  case Object::Root::Temporary:
    return true;
  case Object::Root::Field:
    for (const auto &[id, each] : classes_)
      if (llvm::is_contained(each.privateFields, object.id))
        return complete_ || (!each.hasFriends && llvm::all_of(each.methods, [&](Id method) {
                 return byId_.contains(method) || instantiated_.contains(method);
               }));
    return complete_;
  default:
    return complete_;
  }
}

} // namespace belay
