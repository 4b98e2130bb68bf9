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
  explicit Needs(llvm::ArrayRef<const Unit *> units);

  bool hasMain(unsigned unit) const { return main_[unit]; }
  /// The units that define what `unit` uses; of several definers the one nearest to `root`.
  std::vector<unsigned> of(unsigned unit, llvm::StringRef root) const;
  std::vector<unsigned> closure(std::vector<unsigned> start, llvm::StringRef root) const;

private:
  llvm::ArrayRef<const Unit *> units_;
  llvm::DenseMap<Id, std::vector<unsigned>> definers_;
  std::vector<std::vector<Id>> used_; // by unit: what it does not define itself
  std::vector<char> main_;
};

size_t commonPrefix(llvm::StringRef a, llvm::StringRef b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i])
    ++i;
  return i;
}

} // namespace

Needs::Needs(llvm::ArrayRef<const Unit *> units)
    : units_(units), used_(units.size()), main_(units.size()) {
  for (unsigned i = 0; i < units.size(); ++i)
    for (const Function &function : llvm::make_pointee_range(units[i]->functions)) {
      main_[i] |= function.has(Main);
      if (function.has(External) && !function.has(Main))
        definers_[function.id].push_back(i);
    }
  for (unsigned i = 0; i < units.size(); ++i)
    for (const Function &function : llvm::make_pointee_range(units[i]->functions))
      for (const Event &event : function.events) {
        if (event.callee && definers_.contains(event.callee))
          used_[i].push_back(event.callee);
        for (const Argument &argument : event.arguments)
          if (definers_.contains(argument.callable.id))
            used_[i].push_back(argument.callable.id);
      }
  for (auto &used : used_) {
    llvm::sort(used);
    used.erase(llvm::unique(used), used.end());
  }
}

std::vector<unsigned> Needs::of(unsigned unit, llvm::StringRef root) const {
  std::vector<unsigned> found;
  for (Id id : used_[unit]) {
    const std::vector<unsigned> &definers = definers_.find(id)->second;
    if (llvm::is_contained(definers, unit))
      continue;
    unsigned nearest = definers.front();
    for (unsigned definer : definers)
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
      if (!seen[needed] && !main_[needed]) {
        seen[needed] = true;
        found.push_back(needed);
      }
  llvm::sort(found);
  return found;
}

std::vector<std::vector<const Unit *>> linkUnits(llvm::ArrayRef<const Unit *> units) {
  Needs needs(units);
  std::vector<std::vector<unsigned>> groups;
  std::vector<char> placed(units.size());
  for (unsigned i = 0; i < units.size(); ++i)
    if (needs.hasMain(i)) {
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
  std::vector<std::vector<const Unit *>> result;
  for (const auto &group : groups) {
    auto &units_ = result.emplace_back();
    for (unsigned unit : group)
      units_.push_back(units[unit]);
  }
  return result;
}

} // namespace belay
