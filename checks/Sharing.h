// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sharing: how the threads of a program use one variable, and what guards it.
//
#ifndef BELAY_CHECKS_SHARING_H
#define BELAY_CHECKS_SHARING_H

#include "checks/Check.h"
#include "facts/Origins.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

/// One access and the ways to it.
struct Use {
  Site site;
  std::vector<const Origin *> ways;

  auto origins() const { return llvm::make_pointee_range(ways); }
  bool writes() const { return site.event->kind == EventKind::Write; }
  /// Whether every way to it holds the lock in a mode that suffices.
  bool holds(Id lock) const;
  /// Whether nothing protects it on this way.
  bool isBare(const Origin &origin) const;
  /// The first way on which nothing protects it, or null.
  const Origin *bare() const;
};

/// The accesses to a variable whose ways are known; none if it is accessed atomically. Those by
/// its owner, the destructor of its object or the function whose local it is, only on demand.
std::vector<Use> usesOf(const Program &program, const Variable &variable, bool byOwner = false);

/// Two accesses of which one writes, on ways that may happen at the same time and are about the
/// same object.
struct Race {
  const Use *first = nullptr;
  const Origin *one = nullptr;
  const Use *second = nullptr;
  const Origin *other = nullptr;

  explicit operator bool() const { return first != nullptr; }
};

/// Whether two such ways may be under way at once.
bool mayRace(const Use &first, const Origin &one, const Use &second, const Origin &other);

/// The edit that makes the variable a std::atomic, if the source would take it and no function both
/// reads and writes it, which would stay two steps.
std::optional<Edit> atomicFor(const Program &program, const Variable &variable);

/// Whether two ways lead to one object for certain, not only to two of one class.
bool isSameObject(const Program &program, const Origin &one, const Origin &other);

/// How messages name a variable: with its class, so that it is the same wherever lines move.
std::string entityOf(const Variable &variable);

} // namespace belay

#endif
