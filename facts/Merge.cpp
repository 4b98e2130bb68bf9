// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merge: see Merge.h.
//
#include "facts/Merge.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

// The loop of `into` at the same place, added with those around it if there is none.
static int loopIn(Function &into, const Function &from, int loop) {
  if (loop == -1)
    return -1;
  const Loop &wanted = from.loops[loop];
  auto known = llvm::find_if(into.loops, [&](const Loop &each) {
    return each.where == wanted.where && each.kind == wanted.kind;
  });
  if (known != into.loops.end())
    return int(known - into.loops.begin());
  int parent = loopIn(into, from, wanted.parent);
  into.loops.push_back({wanted.kind, parent, wanted.where, wanted.endless});
  return int(into.loops.size()) - 1;
}

// Objects and callables of two instantiations have equal ids but may have other types' names.
static bool isSame(const Event &a, const Event &b) {
  if (a.kind != b.kind || a.where != b.where || a.callee != b.callee ||
      a.object.id != b.object.id || a.path != b.path || a.arguments.size() != b.arguments.size())
    return false;
  return llvm::equal(a.arguments, b.arguments, [](const Argument &x, const Argument &y) {
    return x.index == y.index && x.callable.id == y.callable.id;
  });
}

void merge(Function &into, const Function &from) {
  if (into == from)
    return;
  into.flags |= from.flags;
  if (!into.throwsAt)
    into.throwsAt = from.throwsAt;
  for (const Object &answer : from.answers)
    if (!llvm::is_contained(into.answers, answer))
      into.answers.push_back(answer);
  for (const Event &event : from.events) {
    if (llvm::any_of(into.events, [&](const Event &known) { return isSame(known, event); }))
      continue;
    Event added = event;
    added.loop = loopIn(into, from, event.loop);
    into.events.push_back(std::move(added));
  }
}

} // namespace belay
