// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts come back as they were written, or not at all.
//
#include "facts/Store.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include "gtest/gtest.h"
#include <random>

using namespace belay;

static SharedFunction share(Function function) {
  return std::make_shared<const Function>(std::move(function));
}

static bool isSame(const Unit &a, const Unit &b) {
  return a.file == b.file && a.classes == b.classes && a.variables == b.variables &&
         a.edits == b.edits && a.commented == b.commented &&
         llvm::equal(a.functions, b.functions, [](auto &x, auto &y) { return *x == *y; });
}

// A unit in which no field has the value that it starts with.
static Unit everything() {
  const Place place = {"/src/notifier.cpp", 12, 3};
  Callable callable = {Callable::Kind::Parameter, true, true, 41, 2, "task", "count"};

  Event event;
  event.kind = EventKind::Notify;
  event.destroyed = Destroyed::Leaks;
  event.runs = Runs::PerConnection;
  event.flags = Bounded | Timed | (1u << 31);
  event.loop = 1;
  event.where = place;
  event.object = {Object::Root::Temporary, true, 42, "threads_"};
  event.target = {Object::Root::This, false, 43, "this"};
  event.callee = 0xfedcba9876543210;
  event.name = "std::thread";
  event.arguments = {{3, callable}};
  event.live = {event.object};
  event.origin = {"/src/notifier.h", 4000000000, 7};

  Function function;
  function.id = 1ull << 63;
  function.parent = 44;
  function.parentClass = 45;
  function.flags = Lambda | External;
  function.runs = Runs::OnLoop;
  function.where = place;
  function.throwsAt = {"/src/notifier.cpp", 13, 5};
  function.name = "lambda in chat::Notifier::announce";
  function.handledBy = std::string("a\0b", 3);
  function.overrides = {46, 47};
  function.loops = {{Loop::Kind::Counted, -1, place}, {Loop::Kind::Data, 0, place}};
  function.events = {Event(), event};

  return {"/src/notifier.cpp",
          {share(Function()), share(function)},
          {{48, "chat::Notifier", true, {function.id}, {42}}},
          {},
          {{Edit::Kind::Atomic, place, function.throwsAt, "bool", "std::atomic<bool>", "<atomic>"}},
          {"/src/notifier.cpp"}};
}

static std::string messageFor(llvm::StringRef bytes) {
  KnownFunctions known;
  llvm::Expected<Unit> unit = read(bytes, "F.facts", known);
  return unit ? "" : toString(unit.takeError());
}

static Unit reread(const Unit &unit) {
  KnownFunctions known;
  llvm::Expected<Unit> result = read(write(unit), "F.facts", known);
  if (result)
    return *result;
  ADD_FAILURE() << toString(result.takeError());
  return {};
}

// The file with another body, and the length and checksum that go with it.
static std::string withBody(llvm::StringRef file, llvm::StringRef body) {
  char numbers[16];
  llvm::support::endian::write64le(numbers, body.size());
  llvm::support::endian::write64le(numbers + 8, llvm::xxh3_64bits(body));
  return (file.take_front(file.find('\n') + 1) + llvm::StringRef(numbers, 16) + body).str();
}

static llvm::StringRef bodyOf(llvm::StringRef file) { return file.substr(file.find('\n') + 17); }

static constexpr char NotFacts[] = "F.facts: not a facts file; write it with 'belay extract'";
static constexpr char Altered[] = "F.facts: cut short or altered; extract it again";

TEST(Store, ReadsWhatItWrote) {
  EXPECT_TRUE(isSame(reread(Unit()), Unit()));
  EXPECT_TRUE(isSame(reread(everything()), everything()));
  Unit other = everything();
  other.functions[1] = share(Function());
  EXPECT_FALSE(isSame(reread(other), everything()));
}

TEST(Store, SharesEqualFunctionsOfUnits) {
  KnownFunctions known;
  const auto readAll = [&](const Unit &unit) {
    return llvm::cantFail(read(write(unit), "F.facts", known));
  };
  Unit first = everything(), second = everything();
  second.file = "/src/other.cpp"; // so the strings of the second have other numbers
  Function changed = *second.functions[1];
  changed.id = 7;
  changed.name = "another";
  second.functions.insert(second.functions.begin(), share(changed));
  first = readAll(first);
  second = readAll(second);
  EXPECT_EQ(second.functions[1], first.functions[0]);
  EXPECT_EQ(second.functions[2], first.functions[1]);
  EXPECT_EQ(second.functions[0]->name, "another");

  // Variants of one function are not the same.
  Unit variant = everything();
  changed = *variant.functions[1];
  changed.events.back().where.line += 1;
  variant.functions[1] = share(changed);
  variant = readAll(variant);
  EXPECT_NE(variant.functions[1], first.functions[1]);
  EXPECT_EQ(*variant.functions[1], changed);
}

// What a damaged unit said stays in it.
TEST(Store, KeepsNoFunctionOfARefusedUnit) {
  Unit unit;
  Function function;
  function.events.emplace_back().loop = 0; // which it has not
  unit.functions = {share(function)};
  KnownFunctions known;
  const std::string bytes = write(unit);
  for (int repeat = 0; repeat != 2; ++repeat)
    EXPECT_EQ(toString(read(bytes, "F.facts", known).takeError()), Altered);
}

TEST(Store, KeepsEveryEnumerator) {
  Unit unit;
  Function function;
  for (int kind = 0; kind <= int(EventKind::Notify); ++kind)
    function.events.emplace_back().kind = EventKind(kind);
  for (int root = 0; root <= int(Object::Root::Temporary); ++root)
    function.events.emplace_back().object.root = Object::Root(root);
  for (int kind = 0; kind <= int(Callable::Kind::Object); ++kind) {
    Argument &argument = function.events.emplace_back().arguments.emplace_back();
    argument.callable.kind = Callable::Kind(kind);
  }
  for (int destroyed = 0; destroyed <= int(Destroyed::Leaks); ++destroyed)
    function.events.emplace_back().destroyed = Destroyed(destroyed);
  for (int runs = 0; runs <= int(Runs::PerConnection); ++runs)
    function.events.emplace_back().runs = Runs(runs);
  for (int kind = 0; kind <= int(Loop::Kind::Open); ++kind)
    function.loops.emplace_back().kind = Loop::Kind(kind);
  unit.functions = {share(function)};
  EXPECT_TRUE(isSame(reread(unit), unit));
}

TEST(Store, GivesEqualBytesForEqualFacts) {
  EXPECT_EQ(write(everything()), write(everything()));
  EXPECT_EQ(write(reread(everything())), write(everything()));
}

TEST(Store, RefusesEveryTruncation) {
  const std::string bytes = write(everything());
  const size_t magic = llvm::StringRef("belay-facts ").size();
  for (size_t size = 0; size != bytes.size(); ++size)
    ASSERT_EQ(messageFor(llvm::StringRef(bytes).take_front(size)),
              size < magic ? NotFacts : Altered)
        << size << " bytes";
}

TEST(Store, RefusesEveryAlteredByte) {
  const std::string bytes = write(everything());
  for (size_t at = 0; at != bytes.size(); ++at)
    for (int change : {0x01, 0x0a, 0x80}) {
      std::string altered = bytes;
      altered[at] ^= change;
      const std::string message = messageFor(altered);
      ASSERT_TRUE(llvm::StringRef(message).starts_with("F.facts: ")) << "byte " << at;
      ASSERT_EQ(message.find('\n'), std::string::npos) << "byte " << at;
    }
  EXPECT_EQ(messageFor(bytes + "x"), Altered);
}

TEST(Store, RefusesOtherVersions) {
  EXPECT_EQ(messageFor("belay-facts 0.0.9 1\nwhatever"),
            "F.facts: facts of belay 0.0.9, this is belay " BELAY_VERSION "; extract it again");
  EXPECT_TRUE(
      llvm::StringRef(messageFor("belay-facts " BELAY_VERSION " 0\nwhatever"))
          .starts_with("F.facts: facts of belay " BELAY_VERSION " in format 0, this is format "));
  EXPECT_EQ(messageFor("int main() {}\n"), NotFacts);
  EXPECT_EQ(messageFor(""), NotFacts);
}

static std::string messageFor(const Function &function) {
  return messageFor(write({"", {share(function)}, {}}));
}

TEST(Store, RefusesLoopsThatAreNotThere) {
  Function function;
  function.events.emplace_back().loop = 0;
  EXPECT_EQ(messageFor(function), Altered);
  function.loops.resize(2);
  EXPECT_EQ(messageFor(function), "");
  function.loops[0].parent = 1;
  EXPECT_EQ(messageFor(function), "");
  function.loops[1].parent = 0;
  EXPECT_EQ(messageFor(function), Altered);
  function.loops[1].parent = 2;
  EXPECT_EQ(messageFor(function), Altered);
}

TEST(Store, RefusesReservedIds) {
  Function function;
  for (Id id : {~Id(0), ~Id(0) - 1}) {
    function.id = id;
    EXPECT_EQ(messageFor(function), Altered);
  }
}

// Bytes that no tool wrote, with a checksum that fits: they are read or refused, within bounds.
TEST(Store, SurvivesAnyBody) {
  const std::string file = write(everything());
  std::mt19937 random(1);
  std::string sink;
  llvm::raw_string_ostream out(sink);
  for (int i = 0; i != 20000; ++i) {
    std::string body = bodyOf(file).str();
    for (int changes = random() % 4; changes >= 0; --changes)
      body[random() % body.size()] = char(random());
    KnownFunctions known;
    if (llvm::Expected<Unit> unit = read(withBody(file, body), "F.facts", known))
      print(*unit, out);
    else
      ASSERT_EQ(toString(unit.takeError()), Altered);
    sink.clear();
  }
  for (size_t size = 0; size != bodyOf(file).size(); ++size)
    ASSERT_EQ(messageFor(withBody(file, bodyOf(file).take_front(size))), Altered);
}

// A number in more bytes than it needs, which LLVM's decoder would shift out of its type.
TEST(Store, RefusesNumbersOfMoreThanTenBytes) {
  const std::string file = write(Unit());
  const llvm::StringRef body = bodyOf(file);
  const std::string zero = std::string(12, char(0x80)) + '\0';
  char length[8]; // of the outline, which starts with a number
  llvm::support::endian::write64le(length, llvm::support::endian::read64le(body.data()) + 12);
  EXPECT_EQ(messageFor(
                withBody(file, llvm::StringRef(length, 8).str() + zero + body.drop_front(9).str())),
            Altered);
}

static LazyUnit lazy(const Unit &unit) {
  return llvm::cantFail(LazyUnit::of(llvm::MemoryBuffer::getMemBufferCopy(write(unit), "F.facts"),
                                     std::make_shared<KnownFunctions>()));
}

TEST(LazyUnit, KnowsItsOutlineBeforeItIsLoaded) {
  Unit unit = everything();
  Function main, helper;
  main.id = 5;
  main.flags = Main | External;
  helper.id = 3;
  helper.flags = External;
  Event call, own;
  call.callee = 9;
  own.callee = helper.id;
  main.events = {own, call};
  unit.functions = {share(helper), share(main)};
  const LazyUnit stored = lazy(unit);
  EXPECT_FALSE(stored.isLoaded());
  EXPECT_EQ(stored.outline().file, unit.file);
  EXPECT_TRUE(stored.outline().hasMain);
  EXPECT_EQ(stored.outline().defines, std::vector<Id>{3});
  EXPECT_EQ(stored.outline().uses, std::vector<Id>{9});
  EXPECT_EQ(stored.outline().commented, unit.commented);
  const LazyUnit copy = stored;
  EXPECT_TRUE(isSame(*llvm::cantFail(copy.load()), unit));
  EXPECT_TRUE(stored.isLoaded());
}

TEST(LazyUnit, ToldApartByAllThatItSays) {
  const Unit unit = everything();
  EXPECT_EQ(lazy(unit).outline().contents, lazy(everything()).outline().contents);
  Unit other = unit;
  other.edits.front().to = "int";
  EXPECT_NE(lazy(other).outline().contents, lazy(unit).outline().contents);
}

TEST(Print, SaysWhatTheFactsSay) {
  Unit unit = {"/src/notifier.cpp", {}, {{48, "chat::Notifier", false, {40}, {42, 1ull << 63}}}};
  Event spawn;
  spawn.kind = EventKind::Spawn;
  spawn.flags = Bounded;
  spawn.loop = 0;
  spawn.where = {"/src/notifier.cpp", 20, 3};
  spawn.object = {Object::Root::Field, true, 42, "threads_"};
  spawn.name = "std::thread";
  spawn.arguments = {{0, {Callable::Kind::Function, true, false, 41, 0, "lambda in announce", ""}}};
  Event call;
  call.callee = 0xabcdef1234567890;
  call.where = {"/lib/room.h", 120, 13};
  Function function;
  function.id = 40;
  function.flags = Handler;
  function.name = "chat::Notifier::announce";
  function.where = {"/src/notifier.cpp", 12, 1};
  function.loops = {{Loop::Kind::Data, -1, {"/src/notifier.cpp", 18, 3}}};
  function.events = {spawn, call};
  unit.functions = {share(function)};

  std::string text;
  llvm::raw_string_ostream out(text);
  print(unit, out);
  EXPECT_EQ(text, R"(unit /src/notifier.cpp
function chat::Notifier::announce  notifier.cpp:12:1  handler  runs: many-at-once
  spawn      std::thread  notifier.cpp:20:3   handle: threads_ (field, grows)  )"
                  R"(entry: lambda in announce [this]  bounded  loop: data 18:3
  call       #abcdef12    /lib/room.h:120:13
class chat::Notifier  methods: chat::Notifier::announce  private fields: threads_, #80000000
)");
}
