// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Origins: from which threads an access to a variable comes, through which calls and under which
// locks. Found by going up the callers, while the path to the variable is said anew in the
// terms of each of them.
//
#ifndef BELAY_FACTS_ORIGINS_H
#define BELAY_FACTS_ORIGINS_H

#include "facts/Link.h"

namespace belay {

/// One way on which an access is reached.
struct Origin {
  enum class From : uint8_t {
    Thread,  ///< the entry of a thread
    Task,    ///< work handed to a pool, strand or loop
    Handler, ///< a request or connection
    Caller,  ///< a function that anybody may call
    Main,    ///< `main`, or the initialiser of a global
    Unknown, ///< a callback, on a thread that is not known
    End,     ///< the destructor of the object, which only its own threads may still meet
    Owner,   ///< the function whose local it is, which only threads that refer to it may meet
  };
  From from = From::Caller;
  bool many = false;             ///< several such runs may be under way at once
  bool own = false;              ///< the object is made anew for each such run
  bool perhaps = false;          ///< another lock, or another thread's order, may protect it
  const Function *top = nullptr; ///< in whose terms the path is
  Site start;                    ///< what hands the entry over; no event for overriders
  Path path;
  std::vector<Id> locks;   ///< held for certain, of the object itself or global; sorted
  std::vector<Id> loops;   ///< those of them that are event loops or strands
  std::vector<Id> readers; ///< those of them that are only held in shared mode
  std::vector<Site> chain; ///< from the top down, the access last
  unsigned kinds = 0;      ///< a bit for each kind of event in the functions of the chain

  bool has(EventKind kind) const { return kinds >> unsigned(kind) & 1; }
  bool bare() const { return locks.empty() && !perhaps; }
};

/// Whether one of two accesses has ended before the other can start.
bool isOrdered(const Origin &a, const Origin &b);

/// The steps of the way, the access included.
Trail trailOf(const Origin &origin);

} // namespace belay

#endif
