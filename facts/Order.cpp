// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order: what has ended before something else can start: before a thread is started, after it is
// joined, once a signal is given, or since one run at a time is all that there is.
//
#include "facts/Origins.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

static size_t indexIn(const Function &function, const Event *event) {
  return event ? size_t(event - function.events.data()) : 0;
}

static bool isStarted(const Origin &origin) {
  return origin.from == Origin::From::Thread || origin.from == Origin::From::Task;
}

// Whether `other` has run before the thread starts, or after somebody has waited for its end.
static bool isOutside(const Origin &thread, const Origin &other) {
  if (!thread.start.event)
    return false;
  const Event &start = *thread.start.event;
  for (const Site &site : other.chain) {
    const Function &function = *site.function;
    size_t at = indexIn(function, site.event);
    bool isStart = site.event == other.start.event && isStarted(other); // which goes on
    if (!isStart && &function == thread.start.function && at < indexIn(function, &start) &&
        (start.loop == -1 || start.loop != site.event->loop))
      return true;
    if (!start.object || !other.has(EventKind::Join))
      continue;
    for (size_t i = 0; i < at; ++i)
      if (function.events[i].kind == EventKind::Join &&
          function.events[i].object.id == start.object.id)
        return true;
  }
  return false;
}

// Whether `second` waits for a signal that `first` gives when it is done. A condition variable,
// which is waited for under a lock, says less: others may notify it.
static bool isAwaited(const Origin &first, const Origin &second) {
  if (!first.has(EventKind::Notify) || !second.has(EventKind::Wait))
    return false;
  auto isGiven = [&](Id signal) {
    return llvm::any_of(first.chain, [&](const Site &site) {
      auto after = llvm::drop_begin(site.function->events, indexIn(*site.function, site.event));
      return llvm::any_of(after, [&](const Event &event) {
        return event.kind == EventKind::Notify && event.object.id == signal;
      });
    });
  };
  return llvm::any_of(second.chain, [&](const Site &site) {
    auto before =
        llvm::ArrayRef(site.function->events).take_front(indexIn(*site.function, site.event));
    return llvm::any_of(before, [&](const Event &event) {
      return event.kind == EventKind::Wait && !event.has(Timed) && event.object &&
             llvm::none_of(event.held, [](const Held &held) { return held.sure; }) &&
             isGiven(event.object.id);
    });
  });
}

bool isOrdered(const Origin &a, const Origin &b) {
  using From = Origin::From;
  auto isServer = [](const Origin &origin) {
    return origin.from == From::Handler || origin.from == From::Task;
  };
  // What `main` does, it does before it serves.
  if ((a.from == From::Main && isServer(b)) || (b.from == From::Main && isServer(a)))
    return true;
  if (isAwaited(a, b) || isAwaited(b, a))
    return true;
  bool same = a.from == b.from && a.start.function == b.start.function &&
              a.start.event == b.start.event && a.from != From::Caller;
  if (same)
    return !a.many;
  // What is started in several places, with one handle, runs once at a time.
  if (a.from == From::Thread && b.from == From::Thread && a.start.event && b.start.event &&
      a.start.event->object && !a.start.event->object.grows &&
      a.start.event->object.id == b.start.event->object.id)
    return true;
  if (a.own && b.own)
    return true;
  if (!isStarted(a) && !isStarted(b))
    return a.from != From::Handler && b.from != From::Handler;
  return (isStarted(a) && isOutside(a, b)) || (isStarted(b) && isOutside(b, a));
}

} // namespace belay
