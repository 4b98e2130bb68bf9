// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are judged several at a time: the findings are those of one after the other. Built under
// ThreadSanitizer as well.
//
#include "tool/Findings.h"
#include "tool/Cache.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <sqlite3.h>

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

static std::vector<LazyUnit> programs(unsigned count) {
  const SharedFunction shared = helper();
  std::vector<LazyUnit> units;
  for (unsigned number = 0; number != count; ++number)
    units.push_back(LazyUnit(program(number, shared)));
  return units;
}

/// The same units, as they come out of files.
static std::vector<LazyUnit> stored(llvm::ArrayRef<LazyUnit> units) {
  const auto known = std::make_shared<KnownFunctions>();
  std::vector<LazyUnit> copies;
  for (const LazyUnit &unit : units)
    copies.push_back(llvm::cantFail(LazyUnit::of(
        llvm::MemoryBuffer::getMemBufferCopy(write(*llvm::cantFail(unit.load())), "F.facts"),
        known)));
  return copies;
}

static Findings findWith(llvm::ArrayRef<LazyUnit> units, unsigned threads, Cache *cache = nullptr) {
  const auto checks = everyCheck();
  return llvm::cantFail(findingsIn(units, {checks, "/src", /*whole=*/true, threads, cache}));
}

TEST(Findings, AreTheSameHoweverManyThreadsLookForThem) {
  const std::vector<LazyUnit> units = programs(60);
  const Findings alone = findWith(units, 1);
  for (llvm::StringRef check : {"unbounded-spawn", "unguarded-handler-state"})
    EXPECT_TRUE(llvm::any_of(alone, [&](const Finding &each) { return each.check == check; }))
        << check.str();
  for (unsigned threads : {2u, 8u, 100u}) {
    EXPECT_EQ(findWith(units, threads), alone);
    EXPECT_EQ(findWith(stored(units), threads), alone);
  }
}

TEST(Findings, NeedNoProgram) { EXPECT_TRUE(findWith({}, 8).empty()); }

TEST(Findings, OfUnitsThatCannotBeReadAreAnError) {
  Unit unit = program(1, helper());
  Function broken;
  broken.id = 77;
  broken.events.emplace_back().loop = 0; // which it has not
  unit.functions.push_back(std::make_shared<const Function>(broken));
  const auto checks = everyCheck();
  auto found = findingsIn(stored(LazyUnit(unit)), {checks, "/src"});
  EXPECT_EQ(toString(found.takeError()), "F.facts: cut short or altered; extract it again");
}

namespace {

/// A cache in a folder of its own.
class KeptFindings : public testing::Test {
protected:
  KeptFindings() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("belay-findings", folder_)); }
  ~KeptFindings() override { llvm::sys::fs::remove_directories(folder_); }

  std::unique_ptr<Cache> open() const {
    std::string note;
    auto cache = Cache::open(folder_, note);
    EXPECT_EQ(note, "");
    return cache;
  }
  Findings find(llvm::ArrayRef<LazyUnit> units) const {
    const auto cache = open();
    Findings findings = findWith(units, 2, cache.get());
    cache->flush();
    return findings;
  }

  llvm::SmallString<128> folder_;
};

bool isLoaded(const LazyUnit &unit) { return unit.isLoaded(); }

} // namespace

TEST_F(KeptFindings, AreThoseThatWereFoundAndNeedNoUnit) {
  const std::vector<LazyUnit> units = programs(7);
  const Findings found = findWith(units, 1);
  EXPECT_EQ(find(stored(units)), found);
  const std::vector<LazyUnit> again = stored(units);
  EXPECT_EQ(find(again), found);
  EXPECT_TRUE(llvm::none_of(again, isLoaded));
}

TEST_F(KeptFindings, AreFoundAnewForAProgramThatHasChanged) {
  std::vector<LazyUnit> units = programs(7);
  find(stored(units));
  Unit changed = *llvm::cantFail(units[4].load());
  Function handler = *changed.functions.back();
  handler.events.back().where.line = 44;
  changed.functions.back() = std::make_shared<const Function>(handler);
  units[4] = LazyUnit(changed);
  const std::vector<LazyUnit> now = stored(units);
  const Findings found = find(now);
  EXPECT_EQ(found, findWith(units, 1));
  EXPECT_EQ(llvm::count_if(now, isLoaded), 1);
  EXPECT_TRUE(now[4].isLoaded());
}

TEST_F(KeptFindings, ThatAreDamagedAreFoundAnew) {
  const std::vector<LazyUnit> units = programs(3);
  const Findings found = find(stored(units));
  sqlite3 *database = nullptr;
  ASSERT_EQ(sqlite3_open(Cache::fileIn(folder_).c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, "UPDATE programs SET value = x'0102030405'", nullptr, nullptr,
                         nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  EXPECT_EQ(find(stored(units)), found);
}
