// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The findings of many programs become one list.
//
#include "checks/Check.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace belay;

static Finding finding(std::string check, unsigned line, Level level, size_t steps,
                       std::string entity = "worker") {
  return {check, level, {"/a.cpp", line, 3}, "message", Trail(steps), entity};
}

TEST(Check, IdsAreUnique) {
  std::vector<llvm::StringRef> ids;
  for (const Check &check : allChecks())
    ids.push_back(check.id);
  EXPECT_FALSE(ids.empty());
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST(Check, SortsByPlaceThenCheck) {
  const Findings sorted = {finding("b", 1, Level::Note, 0), finding("a", 2, Level::Note, 0),
                           finding("b", 2, Level::Error, 0), finding("a", 10, Level::Error, 0)};
  Findings findings(sorted.rbegin(), sorted.rend());
  sortAndMerge(findings);
  EXPECT_EQ(findings, sorted);
}

TEST(Check, KeepsTheHighestLevelThenTheShortestTrail) {
  Findings findings = {finding("a", 1, Level::Warning, 1), finding("a", 1, Level::Error, 3),
                       finding("a", 1, Level::Error, 2), finding("a", 1, Level::Error, 2)};
  sortAndMerge(findings);
  EXPECT_EQ(findings, Findings{finding("a", 1, Level::Error, 2)});
}

TEST(Check, KeepsTwoEntitiesOnOnePlace) {
  Findings findings = {finding("a", 1, Level::Error, 0, "x"),
                       finding("a", 1, Level::Error, 0, "y")};
  sortAndMerge(findings);
  EXPECT_EQ(findings.size(), 2u);
}

// Which of two equally good trails is kept depends on their texts alone.
TEST(Check, DoesNotDependOnTheOrderOfPrograms) {
  Finding first = finding("a", 1, Level::Error, 1), second = first;
  first.trail[0].text = "from main";
  second.trail[0].text = "from a handler";
  Findings forth = {first, second}, back = {second, first};
  sortAndMerge(forth);
  sortAndMerge(back);
  EXPECT_EQ(forth, back);
}
