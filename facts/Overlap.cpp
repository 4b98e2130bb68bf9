// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Overlap: see Overlap.h.
//
#include "facts/Overlap.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

// How many calls may lie between a function and the start of a thread, or a wait.
constexpr unsigned MaxDepth = 4;

static size_t indexOf(const Site &site) { return site.event - site.function->events.data(); }

// Whether the event starts the thread, or calls what does.
static bool leadsTo(const Program &program, const Event &event, const Site &start,
                    unsigned depth = 0) {
  if (&event == start.event)
    return true;
  if (event.kind != EventKind::Call || depth == MaxDepth)
    return false;
  return llvm::any_of(program.targets(event), [&](const Function *target) {
    return llvm::any_of(target->events, [&](const Event &each) {
      return leadsTo(program, each, start, depth + 1);
    });
  });
}

// Whatever is waited for may be the end of the thread.
static bool waits(const Program &program, const Event &event, unsigned depth = 0) {
  if (event.kind == EventKind::Join || event.kind == EventKind::Wait ||
      event.kind == EventKind::Sleep || event.has(Permit))
    return true;
  if (event.kind != EventKind::Call || depth == MaxDepth)
    return false;
  return llvm::any_of(program.targets(event), [&](const Function *target) {
    return llvm::any_of(target->events,
                        [&](const Event &each) { return waits(program, each, depth + 1); });
  });
}

// A handle that joins at the end of its scope, wherever that is.
static bool joinsSomewhere(const Event &start) {
  return start.destroyed == Destroyed::Joins && start.object.root != Object::Root::Field &&
         start.object.root != Object::Root::Global;
}

// A thread that waits first may wait for what the other prepares.
static bool waitsFirst(const Program &program, const Origin &thread) {
  return llvm::any_of(llvm::drop_begin(thread.chain), [&](const Site &site) {
    return llvm::any_of(site.before(), [&](const Event &event) { return waits(program, event); });
  });
}

static bool isMeanwhile(const Program &program, const Origin &thread, const Origin &other) {
  if (thread.from != Origin::From::Thread || !thread.start.event)
    return false;
  if (joinsSomewhere(*thread.start.event) || waitsFirst(program, thread))
    return false;
  for (const Site &site : other.chain) {
    llvm::ArrayRef<Event> events = site.function->events;
    size_t at = indexOf(site), started = at;
    for (size_t i = 0; i < at; ++i)
      if (leadsTo(program, events[i], thread.start))
        started = i;
    if (started < at && llvm::none_of(
                            events.slice(started + 1, at - started - 1),
                            [&](const Event &event) { return waits(program, event); }))
      return true;
  }
  return false;
}

// A loop that starts one thread after the other, and waits for none of them on the way.
static bool isRepeated(const Program &program, const Origin &thread) {
  const Event *start = thread.start.event;
  if (!start || start->loop == -1 || (joinsSomewhere(*start) && !start->object.grows))
    return false;
  return llvm::none_of(thread.start.function->events, [&](const Event &event) {
    return event.loop == start->loop && waits(program, event);
  });
}

// A lock that is held where the thread starts, and by the other as well: it may be held for as long
// as the thread runs, or keep it from its work.
static bool startsUnderLockOf(const Origin &thread, const Origin &other) {
  return thread.from == Origin::From::Thread && thread.start.event &&
         llvm::any_of(thread.start.event->held, [&](const Held &held) {
           return !held.sure || llvm::is_contained(other.locks, held.lock.last());
         });
}

bool overlaps(const Program &program, const Origin &one, const Origin &other) {
  if (startsUnderLockOf(one, other) || startsUnderLockOf(other, one))
    return false;
  if (one.from == Origin::From::Thread && one.start.event == other.start.event)
    return isRepeated(program, one);
  return isMeanwhile(program, one, other) || isMeanwhile(program, other, one);
}

} // namespace belay
