// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are judged several at a time: the findings are those of one after the other. Built under
// ThreadSanitizer as well.
//
#include "tool/Findings.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace belay;

static std::vector<const Check *> everyCheck() {
  std::vector<const Check *> checks;
  for (const Check &check : allChecks())
    checks.push_back(&check);
  return checks;
}

/// A function of a header that starts a thread for whoever calls it.
static SharedFunction helper() {
  Function function;
  function.id = 1;
  function.name = "startWork";
  function.where = {"/src/work.h", 3, 1};
  Event spawn;
  spawn.kind = EventKind::Spawn;
  spawn.where = {"/src/work.h", 4, 3};
  spawn.object = {Object::Root::Temporary, false, 2, "std::thread"};
  spawn.name = "std::thread";
  spawn.arguments = {{0, {Callable::Kind::Function, false, false, 3, 0, "work", ""}}};
  Event detach = spawn;
  detach.kind = EventKind::Detach;
  detach.arguments = {};
  Event write;
  write.kind = EventKind::Write;
  write.where = {"/src/work.h", 5, 3};
  write.object = {Object::Root::Global, false, 4, "total"};
  write.path = {Object::Root::Global, 4, {}, "total"};
  write.name = "total";
  function.events = {spawn, detach, write};
  return std::make_shared<const Function>(function);
}

/// A program whose requests call the helper; some hold a variant of it, which has to be merged.
static Unit program(unsigned number, const SharedFunction &helper) {
  const std::string file = "/src/server" + std::to_string(number) + ".cpp";
  Unit unit{file, {helper}, {}, {}};
  if (number % 3 == 0) {
    Function variant = *helper;
    variant.events.back().where.column = 7;
    unit.functions.push_back(std::make_shared<const Function>(variant));
  }
  Function main;
  main.id = 100 + number;
  main.flags = Main | External;
  main.name = "main";
  main.where = {file, 9, 1};
  Function handler;
  handler.id = 10000 + number;
  handler.flags = Handler;
  handler.handledBy = "annotation";
  handler.name = "onRequest";
  handler.where = {file, 2, 1};
  Event call;
  call.callee = helper->id;
  call.name = "startWork";
  call.where = {file, 3, 3};
  handler.events = {call};
  unit.functions.push_back(std::make_shared<const Function>(main));
  unit.functions.push_back(std::make_shared<const Function>(handler));
  unit.variables = {{4, Shape::Scalar, 0, {"/src/work.h", 1, 5}, "total", "", {}}};
  return unit;
}

TEST(Findings, AreTheSameHoweverManyThreadsLookForThem) {
  const SharedFunction shared = helper();
  std::vector<Unit> units;
  for (unsigned number = 0; number != 60; ++number)
    units.push_back(program(number, shared));
  std::vector<const Unit *> all;
  for (const Unit &unit : units)
    all.push_back(&unit);
  const Findings alone = findingsIn(all, /*whole=*/true, everyCheck(), "/src", 1);
  for (llvm::StringRef check : {"unbounded-spawn", "unguarded-handler-state"})
    EXPECT_TRUE(llvm::any_of(alone, [&](const Finding &each) { return each.check == check; }))
        << check.str();
  for (unsigned threads : {2u, 8u, 100u})
    EXPECT_EQ(findingsIn(all, /*whole=*/true, everyCheck(), "/src", threads), alone);
}

TEST(Findings, NeedNoProgram) {
  EXPECT_TRUE(findingsIn({}, /*whole=*/true, everyCheck(), "/src", 8).empty());
}
