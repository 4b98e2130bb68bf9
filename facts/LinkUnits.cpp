// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LinkUnits: which units make one executable. A compile database does not say, so it is read
// off the code: what each `main` needs, transitively, and whatever no `main` needs together.
//
#include "facts/Link.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace belay {

namespace {

class Needs {
public:
  explicit Needs(llvm::ArrayRef<const Outline *> units);

  /// The units that define what `unit` uses; of several definers the one nearest to `root`.
  std::vector<unsigned> of(unsigned unit, llvm::StringRef root) const;
  std::vector<unsigned> closure(std::vector<unsigned> start, llvm::StringRef root) const;

private:
  llvm::ArrayRef<const Outline *> units_;
  llvm::DenseMap<Id, llvm::SmallVector<unsigned, 1>> definers_;
};

size_t commonPrefix(llvm::StringRef a, llvm::StringRef b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i])
    ++i;
  return i;
}

void sortUnique(std::vector<Id> &ids) {
  llvm::sort(ids);
  ids.erase(llvm::unique(ids), ids.end());
}

} // namespace

Outline outlineOf(const Unit &unit) {
  Outline outline;
  outline.file = unit.file;
  outline.commented = unit.commented;
  for (const Function &function : llvm::make_pointee_range(unit.functions)) {
    outline.hasMain |= function.has(Main);
    if (function.has(External) && !function.has(Main))
      outline.defines.push_back(function.id);
    for (const Event &event : function.events) {
      outline.uses.push_back(event.callee);
      for (const Argument &argument : event.arguments)
        outline.uses.push_back(argument.callable.id);
    }
  }
  sortUnique(outline.defines);
  sortUnique(outline.uses);
  llvm::erase_if(outline.uses,
                 [&](Id id) { return id == 0 || llvm::binary_search(outline.defines, id); });
  return outline;
}

Needs::Needs(llvm::ArrayRef<const Outline *> units) : units_(units) {
  for (unsigned i = 0; i < units.size(); ++i)
    for (Id id : units[i]->defines)
      definers_[id].push_back(i);
}

std::vector<unsigned> Needs::of(unsigned unit, llvm::StringRef root) const {
  std::vector<unsigned> found;
  for (Id id : units_[unit]->uses) {
    const auto definers = definers_.find(id);
    if (definers == definers_.end())
      continue;
    unsigned nearest = definers->second.front();
    for (unsigned definer : definers->second)
      if (commonPrefix(units_[definer]->file, root) > commonPrefix(units_[nearest]->file, root))
        nearest = definer;
    found.push_back(nearest);
  }
  return found;
}

std::vector<unsigned> Needs::closure(std::vector<unsigned> found, llvm::StringRef root) const {
  std::vector<char> seen(units_.size());
  for (unsigned unit : found)
    seen[unit] = true;
  for (size_t next = 0; next < found.size(); ++next)
    for (unsigned needed : of(found[next], root))
      if (!seen[needed] && !units_[needed]->hasMain) {
        seen[needed] = true;
        found.push_back(needed);
      }
  llvm::sort(found);
  return found;
}

std::vector<std::vector<unsigned>> linkUnits(llvm::ArrayRef<const Outline *> units) {
  Needs needs(units);
  std::vector<std::vector<unsigned>> groups;
  std::vector<char> placed(units.size());
  for (unsigned i = 0; i < units.size(); ++i)
    if (units[i]->hasMain) {
      groups.push_back(needs.closure({i}, units[i]->file));
      for (unsigned unit : groups.back())
        placed[unit] = true;
    }
  llvm::EquivalenceClasses<unsigned> rest;
  for (unsigned i = 0; i < units.size(); ++i) {
    if (placed[i])
      continue;
    rest.insert(i);
    for (unsigned needed : needs.of(i, units[i]->file))
      if (!placed[needed])
        rest.unionSets(i, needed);
  }
  for (unsigned i = 0; i < units.size(); ++i) {
    if (placed[i] || rest.getLeaderValue(i) != i)
      continue;
    std::vector<unsigned> members(rest.findLeader(i), rest.member_end());
    llvm::sort(members);
    groups.push_back(needs.closure(members, units[members.front()]->file));
  }
  return groups;
}

} // namespace belay
