// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Store: a file of facts is one line of text with the version, the length and checksum of the
// rest, the length of the outline, that with a digest of the unit, and the unit. Before each
// function stand a hash of what it says and its length, so that one that is known need not be read.
//
#include "facts/Store.h"
#include "facts/Bytes.h"
#include "facts/Link.h"
#include "facts/Names.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace belay {

static constexpr StringLiteral Magic = "belay-facts ";

// Counts up with every change of Facts.h or of this file between two versions of the tool.
static constexpr StringLiteral Format = "6";

static void fields(auto &io, Is<Object> auto &object) {
  auto &[root, grows, id, name] = object;
  io(root, grows, id, name);
}

static void fields(auto &io, Is<Path> auto &path) {
  auto &[root, id, fields, name] = path;
  io(root, id, fields, name);
}

static void fields(auto &io, Is<Held> auto &held) {
  auto &[lock, sure, shared, loop] = held;
  io(lock, sure, shared, loop);
}

static void fields(auto &io, Is<Passed> auto &passed) {
  auto &[index, path] = passed;
  io(index, path);
}

static void fields(auto &io, Is<Callable> auto &callable) {
  auto &[kind, capturesThis, capturesReference, id, index, name, captured, self] = callable;
  io(kind, capturesThis, capturesReference, id, index, name, captured, self);
}

static void fields(auto &io, Is<Argument> auto &argument) {
  auto &[index, callable] = argument;
  io(index, callable);
}

static void fields(auto &io, Is<Event> auto &event) {
  auto &[kind, destroyed, runs, flags, loop, where, object, target, callee, name, arguments, live,
         origin, path, passed, held] = event;
  io(kind, destroyed, runs, flags, loop, where, object, target, callee, name, arguments, live,
     origin, path, passed, held);
}

static void fields(auto &io, Is<Token> auto &token) {
  auto &[id, used, where, name, type] = token;
  io(id, used, where, name, type);
}

static void fields(auto &io, Is<Loop> auto &loop) {
  auto &[kind, parent, where, endless] = loop;
  io(kind, parent, where, endless);
}

static void fields(auto &io, Is<Function> auto &function) {
  auto &[id, parent, parentClass, pattern, flags, runs, where, throwsAt, name, handledBy, overrides,
         parameters, tokens, answers, refersTo, needs, takes, loops, events] = function;
  io(id, parent, parentClass, pattern, flags, runs, where, throwsAt, name, handledBy, overrides,
     parameters, tokens, answers, refersTo, needs, takes, loops, events);
}

static void fields(auto &io, Is<Class> auto &record) {
  auto &[id, name, hasFriends, methods, privateFields] = record;
  io(id, name, hasFriends, methods, privateFields);
}

static void fields(auto &io, Is<Variable> auto &variable) {
  auto &[id, shape, flags, where, name, parent, guard] = variable;
  io(id, shape, flags, where, name, parent, guard);
}

static void fields(auto &io, Is<Outline> auto &outline) {
  auto &[file, hasMain, defines, uses, commented, contents] = outline;
  io(file, hasMain, defines, uses, commented);
}

/// Whether following a loop's parents ends, and each event's loop exists.
static bool loopsHold(const Function &function) {
  const int count = int(function.loops.size());
  for (const Loop &loop : function.loops) {
    int parent = loop.parent;
    for (int steps = 0; parent != -1; ++steps) {
      if (parent >= count || steps == count)
        return false;
      parent = function.loops[parent].parent;
    }
  }
  return all_of(function.events, [&](const Event &event) { return event.loop < count; });
}

namespace {

/// A hash of what a function says, whichever unit says it.
class Content {
public:
  uint64_t of(const Function &function) {
    fields(*this, function);
    return xxh3_64bits(bytes_);
  }

  template <class... T> void operator()(const T &...values) { (one(values), ...); }

private:
  void number(uint64_t value) {
    char bytes[8];
    support::endian::write64le(bytes, value);
    bytes_.append(bytes, sizeof(bytes));
  }

  template <class T> void one(const T &value) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>)
      number(uint64_t(value));
    else
      fields(*this, value);
  }

  void one(Interned string) { number(xxh3_64bits(string.ref())); }

  template <class T> void one(const std::vector<T> &values) {
    number(values.size());
    for (const T &value : values)
      one(value);
  }

  std::string bytes_;
};

} // namespace

static void write(const Function &function, Writer &writer) {
  writer.number(function.id);
  writer.number(Content().of(function));
  writer.bytes(writer.apart([&] { writer(function); }));
}

SharedFunction KnownFunctions::find(Id id, uint64_t content) const {
  const std::lock_guard lock(mutex_);
  return functions_.lookup({id, content});
}

SharedFunction KnownFunctions::add(uint64_t content, SharedFunction function) {
  const std::lock_guard lock(mutex_);
  return functions_.try_emplace({function->id, content}, std::move(function)).first->second;
}

/// A function, or one that is known and says the same; null if the bytes are not one.
static SharedFunction readFunction(Reader &reader, KnownFunctions &known) {
  Id id = 0;
  reader(id);
  const uint64_t content = reader.number();
  const StringRef bytes = reader.bytes();
  if (reader.failed())
    return nullptr;
  if (SharedFunction same = known.find(id, content))
    return same;
  auto function = std::make_shared<Function>();
  reader.within(bytes, [&] {
    reader(*function);
    if (function->id != id || !loopsHold(*function))
      reader.fail();
  });
  if (reader.failed())
    return nullptr;
  return known.add(content, std::move(function));
}

static std::string bodyOf(const Unit &unit) {
  const auto &[file, functions, classes, variables, edits, commented] = unit;
  Writer writer;
  writer(file);
  writer.number(functions.size());
  for (const SharedFunction &function : functions)
    write(*function, writer);
  writer(classes, variables, edits, commented);
  return writer.take();
}

static std::optional<Unit> unitIn(StringRef body, KnownFunctions &known) {
  Unit unit;
  auto &[file, functions, classes, variables, edits, commented] = unit;
  Reader reader(body);
  reader(file);
  for (uint64_t count = reader.number(); count && !reader.failed(); --count)
    functions.push_back(readFunction(reader, known));
  reader(classes, variables, edits, commented);
  return reader.failed() || !reader.atEnd() ? std::nullopt : std::optional(std::move(unit));
}

static Error failure(StringRef file, const Twine &why) {
  return createStringError(file + ": " + why);
}

static Error altered(StringRef file) {
  return failure(file, "cut short or altered; extract it again");
}

std::string write(const Unit &unit) {
  const std::string body = bodyOf(unit);
  const Outline outline = outlineOf(unit);
  Writer writer;
  writer(outline);
  writer.bytes(toStringRef(BLAKE3::hash<sizeof(outline.contents)>(arrayRefFromStringRef(body))));
  const std::string start = writer.take();
  char numbers[16];
  support::endian::write64le(numbers, start.size());
  const std::string rest = (StringRef(numbers, 8) + start + body).str();
  support::endian::write64le(numbers, rest.size());
  support::endian::write64le(numbers + 8, xxh3_64bits(rest));
  return (Magic + BELAY_VERSION + " " + Format + "\n" + StringRef(numbers, 16) + rest).str();
}

/// What stands after the length and checksum, if these are right.
static Expected<StringRef> restOf(StringRef bytes, StringRef file) {
  if (!bytes.consume_front(Magic))
    return failure(file, "not a facts file; write it with 'belay extract'");
  const auto [stamp, rest] = bytes.split('\n');
  const auto [version, format] = stamp.split(' ');
  if (stamp.size() == bytes.size() || !all_of(stamp, isPrint))
    return altered(file);
  if (version != BELAY_VERSION)
    return failure(file, formatv("facts of belay {0}, this is belay {1}; extract it again", version,
                                 BELAY_VERSION));
  if (format != Format)
    return failure(file, formatv("facts of belay {0} in format {1}, this is format {2}; "
                                 "extract it again",
                                 version, format, Format));
  const StringRef body = rest.drop_front(std::min<size_t>(rest.size(), 16));
  if (rest.size() < 16 || support::endian::read64le(rest.data()) != body.size() ||
      support::endian::read64le(rest.data() + 8) != xxh3_64bits(body))
    return altered(file);
  return body;
}

/// The outline, and the bytes of the unit.
static Expected<std::pair<Outline, StringRef>> readOutline(StringRef bytes, StringRef file) {
  auto rest = restOf(bytes, file);
  if (!rest)
    return rest.takeError();
  const uint64_t length = rest->size() < 8 ? UINT64_MAX : support::endian::read64le(rest->data());
  if (length > rest->size() - std::min<size_t>(rest->size(), 8))
    return altered(file);
  Outline outline;
  Reader reader(rest->substr(8, length));
  reader(outline);
  const StringRef contents = reader.bytes();
  if (reader.failed() || !reader.atEnd() || contents.size() != outline.contents.size())
    return altered(file);
  copy(arrayRefFromStringRef(contents), outline.contents.begin());
  return std::pair(std::move(outline), rest->drop_front(8 + length));
}

Expected<Unit> read(StringRef bytes, StringRef file, KnownFunctions &known) {
  auto outline = readOutline(bytes, file);
  if (!outline)
    return outline.takeError();
  auto unit = unitIn(outline->second, known);
  return unit ? Expected<Unit>(std::move(*unit)) : altered(file);
}

Expected<LazyUnit> LazyUnit::of(std::unique_ptr<MemoryBuffer> bytes,
                                std::shared_ptr<KnownFunctions> known) {
  auto outline = readOutline(bytes->getBuffer(), bytes->getBufferIdentifier());
  if (!outline)
    return outline.takeError();
  return LazyUnit(
      State{std::move(outline->first), std::move(bytes), outline->second, std::move(known), {}});
}

LazyUnit::LazyUnit(Unit unit) : LazyUnit(State{outlineOf(unit), {}, {}, {}, std::move(unit)}) {}

Expected<const Unit *> LazyUnit::load() const {
  if (!state_->unit) {
    state_->unit = unitIn(state_->body, *state_->known);
    if (!state_->unit)
      return altered(state_->bytes->getBufferIdentifier());
    state_->bytes.reset();
  }
  return &*state_->unit;
}

} // namespace belay
