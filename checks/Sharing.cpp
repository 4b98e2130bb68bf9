// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sharing: see Sharing.h.
//
#include "checks/Sharing.h"
#include "llvm/ADT/STLExtras.h"

namespace belay {

bool Use::holds(Id lock) const {
  return llvm::all_of(origins(), [&](const Origin &origin) {
    return llvm::is_contained(origin.locks, lock) &&
           !(writes() && llvm::is_contained(origin.readers, lock));
  });
}

bool Use::isBare(const Origin &origin) const {
  if (!writes())
    return origin.bare();
  // A lock in shared mode protects no writes.
  return !origin.perhaps && llvm::all_of(origin.locks, [&](Id lock) {
    return llvm::is_contained(origin.readers, lock);
  });
}

const Origin *Use::bare() const {
  auto found = llvm::find_if(ways, [&](const Origin *origin) { return isBare(*origin); });
  return found == ways.end() ? nullptr : *found;
}

std::vector<Use> usesOf(const Program &program, const Variable &variable, bool byOwner) {
  std::vector<Use> uses;
  llvm::ArrayRef<Site> sites = program.about(variable.id);
  bool isWritten =
      llvm::any_of(sites, [](const Site &site) { return site.event->kind == EventKind::Write; });
  if ((variable.flags & Atomically) || (!isWritten && !variable.guard))
    return uses;
  for (const Site &site : sites) {
    if (site.event->kind != EventKind::Read && site.event->kind != EventKind::Write)
      continue;
    if (site.function->has(Pattern)) // a template that nobody uses: its locks are not known
      continue;
    Use use{site, {}};
    for (const Origin &origin : program.originsOf(site))
      if (byOwner || (origin.from != Origin::From::End && origin.from != Origin::From::Owner))
        use.ways.push_back(&origin);
    if (!use.ways.empty())
      uses.push_back(std::move(use));
  }
  // The ids' order hangs on where the project lies.
  auto key = [](const Use &use) {
    return std::tie(use.site.event->where, use.site.function->id, use.site.event);
  };
  llvm::sort(uses, [&](const Use &a, const Use &b) { return key(a) < key(b); });
  return uses;
}

// Paths from two places that may end at one object: the shorter way is the end of the longer.
static bool mayBeSame(const Path &a, const Path &b) {
  if (a.root == Object::Root::Global || b.root == Object::Root::Global)
    return a.root != b.root || a.id == b.id;
  if (a.root == Object::Root::Local && b.root == Object::Root::Local && a.id != b.id)
    return false;
  size_t common = std::min(a.fields.size(), b.fields.size());
  return std::equal(a.fields.end() - common, a.fields.end(), b.fields.end() - common);
}

// Whether the way to the variable leads through an element of a container: which one, nobody knows.
static bool isOfElement(const Program &program, const Path &path) {
  auto hasElements = [&](Id id) {
    const Variable *variable = program.variable(id);
    return variable && (variable->flags & Elements);
  };
  return !path.fields.empty() &&
         (hasElements(path.id) ||
          llvm::any_of(llvm::ArrayRef(path.fields).drop_back(), hasElements));
}

bool isSameObject(const Program &program, const Origin &one, const Origin &other) {
  using Root = Object::Root;
  const Path &a = one.path, &b = other.path;
  auto isNamed = [](const Path &path) {
    return path.root == Root::Local || path.root == Root::Parameter;
  };
  bool comparable = a.root == b.root || isNamed(a) || isNamed(b);
  return comparable && a.fields.size() == b.fields.size() && mayBeSame(a, b) &&
         !isOfElement(program, a) && !isOfElement(program, b);
}

bool mayRace(const Use &first, const Origin &one, const Use &second, const Origin &other) {
  if (!first.writes() && !second.writes())
    return false;
  bool common = llvm::any_of(one.locks, [&](Id lock) {
    return llvm::is_contained(other.locks, lock) &&
           !(llvm::is_contained(one.readers, lock) && llvm::is_contained(other.readers, lock));
  });
  return !common && !isOrdered(one, other) && mayBeSame(one.path, other.path);
}

std::optional<Edit> atomicFor(const Program &program, const Variable &variable) {
  if (variable.flags & (Unfit | Elements | Atomically))
    return std::nullopt;
  llvm::DenseSet<const Function *> readers, writers;
  for (const Site &site : program.about(variable.id)) {
    if (site.event->kind == EventKind::Read)
      readers.insert(site.function);
    if (site.event->kind == EventKind::Write)
      writers.insert(site.function);
  }
  if (llvm::any_of(writers, [&](const Function *each) { return readers.contains(each); }))
    return std::nullopt;
  return program.editFor(Edit::Kind::Atomic, variable.where);
}

std::string entityOf(const Variable &variable) {
  return (variable.parent.empty() ? "" : variable.parent.str() + "::") + variable.name.str();
}

} // namespace belay
