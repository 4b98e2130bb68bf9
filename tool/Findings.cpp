// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings: each program is linked and judged for itself, several at a time. They have only the
// units in common, which nobody changes. What a program's units say is all that its findings depend
// on, so a program of which every unit is as before keeps its findings.
//
#include "tool/Findings.h"
#include "tool/Cache.h"
#include "tool/KeptFindings.h"
#include "tool/Parallel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BuryPointer.h"

using namespace llvm;

namespace belay {

namespace {

/// The units of a program, and what was found in it, once that is known.
struct Group {
  std::vector<unsigned> units;
  Digest key{};
  std::optional<Findings> findings = std::nullopt;
};

class Judge {
public:
  Judge(ArrayRef<LazyUnit> units, const Search &search);

  Error run();
  Findings take();

private:
  void recall();
  Error load();
  void judge(Group &group);

  ArrayRef<LazyUnit> units_;
  const Search &search_;
  std::vector<Group> groups_;
  std::vector<Group *> open_; // those of which nothing is known
  bool complete_;
};

} // namespace

Judge::Judge(ArrayRef<LazyUnit> units, const Search &search) : units_(units), search_(search) {
  std::vector<const Outline *> outlines;
  for (const LazyUnit &unit : units)
    outlines.push_back(&unit.outline());
  for (std::vector<unsigned> &group : linkUnits(outlines))
    groups_.push_back({std::move(group)});
  // Units that no main needs may belong to any program (a plugin, or a handler that registers
  // itself), so with them no program is known to be complete.
  complete_ = search.whole && all_of(groups_, [&](const Group &group) {
                return any_of(group.units, [&](unsigned unit) { return outlines[unit]->hasMain; });
              });
}

Error Judge::run() {
  if (search_.cache)
    recall();
  for (Group &group : groups_)
    if (!group.findings)
      open_.push_back(&group);
  if (Error error = load())
    return error;
  inParallel(open_.size(), search_.threads, [&](size_t index) { judge(*open_[index]); });
  if (search_.cache)
    for (const Group *group : open_)
      search_.cache->keepProgram(group->key, bytesOf(*group->findings));
  return Error::success();
}

void Judge::recall() {
  std::string start =
      search_.surroundings + '\0' + search_.root + '\0' + (complete_ ? "complete" : "");
  for (const Check *check : search_.checks)
    start += '\0' + check->id.str();
  for (Group &group : groups_) {
    std::string text = start + '\0';
    for (unsigned unit : group.units)
      text += toStringRef(units_[unit].outline().contents);
    group.key = digestOf(text);
    if (const auto kept = search_.cache->findProgram(group.key))
      group.findings = findingsOf(*kept);
  }
}

/// Reads the units of the programs that are open.
Error Judge::load() {
  std::vector<unsigned> needed;
  for (const Group *group : open_)
    llvm::append_range(needed, group->units);
  llvm::sort(needed);
  needed.erase(llvm::unique(needed), needed.end());
  std::vector<std::string> problems(needed.size());
  inParallel(needed.size(), search_.threads, [&](size_t index) {
    if (auto unit = units_[needed[index]].load(); !unit)
      problems[index] = toString(unit.takeError());
  });
  const auto first = find_if(problems, [](const std::string &each) { return !each.empty(); });
  return first == problems.end() ? Error::success() : createStringError(*first);
}

void Judge::judge(Group &group) {
  std::vector<const Unit *> units;
  for (unsigned unit : group.units)
    units.push_back(cantFail(units_[unit].load())); // which it is
  auto program = std::make_unique<Program>(units, complete_, search_.root);
  belay::run(search_.checks, *program, group.findings.emplace());
  if (open_.size() == 1) // the process ends, so there is no need to take it apart
    BuryPointer(std::move(program));
}

Findings Judge::take() {
  Findings findings;
  for (Group &group : groups_)
    llvm::append_range(findings, make_range(std::make_move_iterator(group.findings->begin()),
                                            std::make_move_iterator(group.findings->end())));
  sortAndMerge(findings);
  return findings;
}

Expected<Findings> findingsIn(ArrayRef<LazyUnit> units, const Search &search) {
  Judge judge(units, search);
  if (Error error = judge.run())
    return std::move(error);
  return judge.take();
}

} // namespace belay
