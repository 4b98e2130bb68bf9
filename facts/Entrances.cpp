// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entrances: for each function, what calls it or hands it over to be run; see Link.h.
//
#include "facts/Link.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

// Guards, mutexes and loops take themselves, but that is in the facts of the caller.
static bool leavesTaken(const Function &caller, const Event &call, const Function &target) {
  return !target.has(Constructor) && llvm::any_of(target.takes, [](const Held &held) {
    return !held.loop && !(held.lock.root == Object::Root::This && held.lock.fields.empty());
  }) && llvm::none_of(caller.events, [&](const Event &event) {
    return event.kind == EventKind::Acquire && event.where == call.where;
  });
}

void Program::indexEntrances() {
  entrances_.resize(functions_.size());
  taking_.resize(functions_.size());
  for (const Function &function : functions())
    for (const Event &event : function.events)
      addEntrances(function, event);
}

void Program::addEntrance(Entrance::How how, Site site, const Callable &callable) {
  if (callable.kind == Callable::Kind::Object) { // whatever it was set to
    if (auto stores = stores_.find(callable.id); stores != stores_.end())
      for (const Site &store : stores->second)
        if (const Callable &stored = store.event->arguments.front().callable;
            stored.kind == Callable::Kind::Function)
          addEntrance(how, store, stored);
    return;
  }
  if (callable.kind != Callable::Kind::Function)
    return;
  llvm::SmallVector<Id, 4> ids{callable.id};
  if (auto overriders = overriders_.find(callable.id); overriders != overriders_.end())
    for (unsigned overrider : overriders->second)
      ids.push_back(functions_[overrider]->id);
  for (Id id : ids)
    if (auto known = byId_.find(id); known != byId_.end())
      entrances_[known->second].push_back({how, site, &callable});
}

void Program::addEntrances(const Function &function, const Event &event) {
  Site site{&function, &event};
  if (event.kind == EventKind::Spawn || event.kind == EventKind::Submit ||
      event.kind == EventKind::Register || event.kind == EventKind::Store) {
    Entrance::How how = event.kind == EventKind::Spawn      ? Entrance::How::Thread
                        : event.kind == EventKind::Register ? Entrance::How::Handler
                        : event.kind == EventKind::Store || event.has(Later) ? Entrance::How::Later
                                                                             : Entrance::How::Task;
    for (const Argument &argument : event.arguments)
      addEntrance(how, site, argument.callable);
    return;
  }
  if (event.kind != EventKind::Call)
    return;
  std::vector<const Function *> known = targets(event);
  for (const Function *target : known) {
    entrances_[indexOf(*target)].push_back({Entrance::How::Call, site, nullptr});
    const Event *&taking = taking_[indexOf(function)];
    if (!taking && leavesTaken(function, event, *target))
      taking = &event;
  }
  for (const Argument &argument : event.arguments) {
    if (event.callee && !known.empty()) {
      for (const Function *target : known)
        for (const Use &use : usesOf({target->id, argument.index}))
          addEntrance(use.how == Use::How::Calls      ? Entrance::How::Call
                      : use.how == Use::How::Later    ? Entrance::How::Later
                      : use.how == Use::How::OnThread ? Entrance::How::Thread
                                                      : Entrance::How::Handler,
                      site, argument.callable);
    } else if (event.callee || !event.has(Now)) {
      addEntrance(Entrance::How::Later, site, argument.callable);
    } else if (argument.callable.kind == Callable::Kind::Object) {
      addEntrance(Entrance::How::Later, site, argument.callable);
    }
  }
}

} // namespace belay
