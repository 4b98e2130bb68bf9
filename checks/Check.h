// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A check: one function from a Program to Findings. Add a line to Checks.def, one .cpp here,
// its test and its docs page; there is nothing else to register.
//
#ifndef BELAY_CHECKS_CHECK_H
#define BELAY_CHECKS_CHECK_H

#include "facts/Link.h"
#include "llvm/ADT/StringRef.h"

namespace belay {

enum class Level : uint8_t { Note, Warning, Error };

/// "note", "warning" or "error"; empty where it is none of them.
llvm::StringRef nameOf(Level level);

/// The rule that a mistake breaks.
enum class Family : uint8_t { Spawning, Sharing, Joining, Sleeping, Cancelling };

struct FamilyText {
  llvm::StringLiteral id;
  llvm::StringLiteral title;
  llvm::StringLiteral rule; ///< a sentence
};

const FamilyText &textOf(Family family);

/// A mistake with its trail. One per mistake and entity, at the place to edit.
struct Finding {
  std::string check; ///< the id, without the prefix "belay-"
  Level level = Level::Warning;
  Place where;
  std::string message;       ///< lower case, no full stop: the hazard; the way out
  Trail trail;               ///< in the order in which it happens
  std::string entity;        ///< what it is about, spelled so that moved lines do not change it
  Place declared{};          ///< the entity's declaration, where one finding about it is enough
  size_t meets = 0;          ///< where in the trail another thread's way starts; 0: it has one way
  std::string fingerprint{}; ///< survives moved lines; given by the tool, see Report.h
  std::optional<Edit> fix{}; ///< the edit that mends it, if one does for certain

  bool operator==(const Finding &) const = default;
};

using Findings = std::vector<Finding>;

struct Check {
  llvm::StringLiteral id;
  void (*run)(const Program &, Findings &);
  Level level; ///< of a usual finding; evidence may raise or lower it
  bool on;     ///< by default
  Family family;
  llvm::StringLiteral summary;
};

llvm::ArrayRef<Check> allChecks();

/// Runs the checks over the program and adds what they find.
void run(llvm::ArrayRef<const Check *> checks, const Program &program, Findings &findings);

/// By place, then check; equal ones once; of one mistake in several programs the one with the
/// highest level and then the shortest trail.
void sortAndMerge(Findings &findings);

#define CHECK(id, function, level, on, family, summary) void function(const Program &, Findings &);
#include "checks/Checks.def"
#undef CHECK

} // namespace belay

#endif
