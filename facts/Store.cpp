// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Store: a file of facts is one line of text with the version, the length and checksum of the
// rest, a table of strings, and the unit with every number as ULEB128. Before each function stand
// a hash of what it says and its length, so that one that is known need not be read.
//
#include "facts/Store.h"
#include "facts/Names.h"
#include "llvm/ADT/CachedHashString.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/xxhash.h"
#include <climits>
#include <optional>
#include <utility>

using namespace llvm;

namespace belay {

static constexpr StringLiteral Magic = "belay-facts ";

// Counts up with every change of Facts.h or of this file between two versions of the tool.
static constexpr StringLiteral Format = "4";

// What each struct consists of, for writing and reading alike: `io` takes the fields in the
// order of the file, const from a Writer, to be filled from a Reader. A binding names every
// field, so that the compiler asks for the next one that Facts.h gains.
template <class T, class Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

static void fields(auto &io, Is<Place> auto &place) {
  auto &[file, line, column] = place;
  io(file, line, column);
}

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

static void fields(auto &io, Is<Edit> auto &edit) {
  auto &[kind, about, where, from, to, include] = edit;
  io(kind, about, where, from, to, include);
}

static void fields(auto &io, Is<Unit> auto &unit) {
  auto &[file, functions, classes, variables, edits] = unit;
  io(file, functions, classes, variables, edits);
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

class Writer {
public:
  template <class... T> void operator()(const T &...values) { (one(values), ...); }

  /// The table of strings, then the fields.
  std::string take() {
    std::string bytes;
    raw_string_ostream out(bytes);
    encodeULEB128(strings_.size(), out);
    for (StringRef string : strings_) {
      encodeULEB128(string.size(), out);
      out << string;
    }
    out << body_;
    return bytes;
  }

private:
  void number(uint64_t value) { encodeULEB128(value, out_); }

  template <class T> void one(const T &value) {
    if constexpr (std::is_enum_v<T> || std::is_unsigned_v<T>)
      number(uint64_t(value));
    else if constexpr (std::is_same_v<T, int>) // an index, or -1
      number(uint64_t(value + 1));
    else
      fields(*this, value);
  }

  void one(Interned string) {
    auto [known, isNew] = numbers_.try_emplace(CachedHashStringRef(string), strings_.size());
    if (isNew)
      strings_.push_back(string);
    number(known->second);
  }

  void one(const SharedFunction &function) {
    std::string rest = std::exchange(body_, {});
    fields(*this, *function);
    const std::string bytes = std::exchange(body_, std::move(rest));
    number(function->id);
    number(Content().of(*function));
    number(bytes.size());
    body_ += bytes;
  }

  template <class T> void one(const std::vector<T> &values) {
    number(values.size());
    for (const T &value : values)
      one(value);
  }

  std::vector<StringRef> strings_; // in the order of their first use
  DenseMap<CachedHashStringRef, unsigned> numbers_;
  std::string body_;
  raw_string_ostream out_{body_}; // without a buffer
};

/// Any bytes are safe to read: what they promise and do not hold is a failure, after which
/// every number reads as 0.
class Reader {
public:
  Reader(StringRef bytes, KnownFunctions &known)
      : next_(bytes.bytes_begin()), end_(bytes.bytes_end()), known_(known) {
    for (uint64_t count = number(); count && !failed_; --count)
      strings_.push_back({takeBytes(number()), std::nullopt});
  }

  template <class... T> void operator()(T &...values) { (one(values), ...); }

  bool failed() const { return failed_; }
  bool atEnd() const { return next_ == end_; }

private:
  void fail() {
    failed_ = true;
    next_ = end_;
  }

  uint64_t number(uint64_t most = UINT64_MAX) {
    const char *error = nullptr;
    // 64 bits are ten bytes; of more, LLVM's function shifts further than C++ allows.
    const uint8_t *end = end_ - next_ > 10 ? next_ + 10 : end_;
    uint64_t value = decodeULEB128AndInc(next_, end, &error);
    if (!error && value <= most)
      return value;
    fail();
    return 0;
  }

  StringRef takeBytes(uint64_t size) {
    if (size > uint64_t(end_ - next_)) {
      fail();
      return {};
    }
    StringRef bytes(reinterpret_cast<const char *>(next_), size);
    next_ += size;
    return bytes;
  }

  template <class T> void one(T &value) {
    if constexpr (std::is_enum_v<T>) {
      value = T(number(UINT8_MAX));
      if (nameOf(value).empty())
        fail();
    } else if constexpr (std::is_unsigned_v<T>) {
      value = T(number(std::numeric_limits<T>::max()));
    } else if constexpr (std::is_same_v<T, int>) {
      value = int(number(INT_MAX)) - 1;
    } else {
      fields(*this, value);
    }
  }

  // Two ids are reserved by the maps that ids are kept in.
  void one(Id &id) {
    id = number();
    if (id == DenseMapInfo<Id>::getEmptyKey() || id == DenseMapInfo<Id>::getTombstoneKey())
      fail();
  }

  void one(Interned &string) {
    const uint64_t index = number();
    if (index >= strings_.size())
      return fail();
    auto &[bytes, interned] = strings_[index];
    if (!interned) // many are those of functions that are known
      interned = bytes;
    string = *interned;
  }

  void one(SharedFunction &function) {
    Id id = 0;
    one(id);
    const uint64_t content = number();
    const StringRef bytes = takeBytes(number());
    if (failed_)
      return;
    if (auto known = known_.find({id, content}); known != known_.end()) {
      function = known->second;
      return;
    }
    function = functionIn(bytes, id);
    if (!failed_)
      known_.try_emplace({id, content}, function);
  }

  /// The function that the bytes say; fails if they say another or none.
  SharedFunction functionIn(StringRef bytes, Id id) {
    const uint8_t *after = std::exchange(next_, bytes.bytes_begin());
    const uint8_t *end = std::exchange(end_, bytes.bytes_end());
    auto function = std::make_shared<Function>();
    fields(*this, *function);
    const bool isWhole = !failed_ && next_ == end_ && function->id == id && loopsHold(*function);
    next_ = after;
    end_ = end;
    if (!isWhole)
      fail();
    return function;
  }

  // Grows with what is read, so that a false count cannot ask for much memory.
  template <class T> void one(std::vector<T> &values) {
    uint64_t count = number();
    values.reserve(std::min<uint64_t>(count, 64));
    for (; count && !failed_; --count)
      one(values.emplace_back());
  }

  const uint8_t *next_;
  const uint8_t *end_;
  bool failed_ = false;
  std::vector<std::pair<StringRef, std::optional<Interned>>> strings_;
  KnownFunctions &known_;
};

} // namespace

static Error failure(StringRef file, const Twine &why) {
  return createStringError(file + ": " + why);
}

std::string write(const Unit &unit) {
  Writer writer;
  writer(unit);
  const std::string body = writer.take();
  char numbers[16];
  support::endian::write64le(numbers, body.size());
  support::endian::write64le(numbers + 8, xxh3_64bits(body));
  return (Magic + BELAY_VERSION + " " + Format + "\n" + StringRef(numbers, 16) + body).str();
}

Expected<Unit> read(StringRef bytes, StringRef file, KnownFunctions &known) {
  if (!bytes.consume_front(Magic))
    return failure(file, "not a facts file; write it with 'belay extract'");
  const auto altered = [&] { return failure(file, "cut short or altered; extract it again"); };
  const auto [stamp, rest] = bytes.split('\n');
  const auto [version, format] = stamp.split(' ');
  if (stamp.size() == bytes.size() || !all_of(stamp, isPrint))
    return altered();
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
    return altered();
  Unit unit;
  Reader reader(body, known);
  reader(unit);
  if (reader.failed() || !reader.atEnd())
    return altered();
  return unit;
}

} // namespace belay
