// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ModelRows: YAML -> rows; see ModelRows.h. The text may come from a stranger's change: the tree
// is read while it is parsed, so nothing recurses into what no row can hold, aliases are refused,
// and there is a limit to what braces may spell.
//
#include "facts/ModelRows.h"
#include "facts/Names.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using llvm::ArrayRef;
using llvm::formatv;
using llvm::StringRef;
using llvm::Twine;
namespace yaml = llvm::yaml;

namespace belay {

constexpr size_t MaxKeyLength = 1000;    // characters of a key, with its braces
constexpr size_t MaxNamesOfKey = 1000;   // that the braces of one key spell
constexpr size_t MaxNamesOfFile = 10000; // that all keys of a file spell
constexpr size_t MaxHandlers = 1000;
constexpr unsigned MaxArgument = 63;

//===-- The vocabulary ----------------------------------------------------------------------===//

static constexpr StringRef VerbNames[] = {
    "spawn",         "submit",    "runs-now",  "runs-later", "handler",  "handle",     "attributes",
    "sets-detached", "passes",    "binds",     "forwards",   "refers",   "constructs", "stores",
    "join",          "detach",    "hand-over", "acquire",    "release",  "wait",       "notify",
    "sleep",         "poll-stop", "new-stop",  "reads",      "requires", "on",         "makes"};
static_assert(std::size(VerbNames) == VerbCount);

// Words whose only value is true.
static constexpr std::pair<StringRef, bool Row::*> Switches[] = {
    {"once", &Row::once},     {"timed", &Row::timed},      {"confines", &Row::confines},
    {"shared", &Row::shared}, {"may-fail", &Row::mayFail}, {"own-object", &Row::ownObject},
    {"paces", &Row::paces},   {"entry", &Row::entry},      {"gives-token", &Row::givesToken}};

// From TypeIs::Thread on: TypeIs::Nothing is not said.
static constexpr StringRef TypeNames[] = {
    "thread",     "future",      "container",    "owner",      "shared-owner",       "reference",
    "function",   "mutex",       "shared-mutex", "guard",      "condition-variable", "semaphore",
    "latch",      "atomic",      "thread-safe",  "defer-lock", "try-lock",           "adopt-lock",
    "stop-token", "stop-source", "pool",         "strand",     "event-loop"};
static_assert(std::size(TypeNames) == size_t(TypeIs::EventLoop));

// By Part::Kind; arguments are numbered.
static constexpr StringRef PartNames[] = {"",     "arg",    "last",     "first-callable",
                                          "this", "result", "override", "methods"};
static_assert(std::size(PartNames) == size_t(Part::Kind::Methods) + 1);

StringRef nameOf(Verb verb) { return VerbNames[size_t(verb)]; }

StringRef nameOf(TypeIs type) { return TypeNames[size_t(type) - 1]; }

std::string nameOf(Part part) {
  std::string name = PartNames[size_t(part.kind)].str();
  return part.kind == Part::Kind::Argument ? name + std::to_string(part.index) : name;
}

static Part partNamed(StringRef name) {
  for (size_t kind = size_t(Part::Kind::Last); kind != std::size(PartNames); ++kind)
    if (name == PartNames[kind])
      return {Part::Kind(kind), 0};
  unsigned index = 0;
  if (name.consume_front(PartNames[size_t(Part::Kind::Argument)]) &&
      llvm::all_of(name, llvm::isDigit) && !name.getAsInteger(10, index) && index <= MaxArgument)
    return {Part::Kind::Argument, index};
  return {};
}

//===-- One word of a row: each function returns what is wrong, or nothing ------------------===//

// Text of the file as messages show it: short, and nothing in it that a terminal would obey.
static std::string quoted(StringRef text) {
  std::string result;
  llvm::raw_string_ostream(result).write_escaped(text.take_front(80));
  return "'" + result + (text.size() > 80 ? "...'" : "'");
}

template <typename T> static std::vector<StringRef> wordsOf() {
  std::vector<StringRef> words;
  for (StringRef word; !(word = nameOf(T(words.size()))).empty();)
    words.push_back(word);
  return words;
}

static std::string choose(StringRef word, StringRef value, ArrayRef<StringRef> words,
                          llvm::function_ref<void(size_t)> set) {
  const StringRef *found = llvm::find(words, value);
  if (found == words.end())
    return formatv("{0} is no word for '{1}'; expected {2}{3}", quoted(value), word,
                   words.size() > 1 ? "one of " : "", llvm::join(words, ", "));
  set(found - words.begin());
  return {};
}

static std::string sayVerb(Row &row, Verb verb, StringRef value) {
  StringRef word = nameOf(verb);
  Part part = partNamed(value);
  if (!part)
    return formatv("{0} is no part of a call; expected arg0, arg1, ..., last, first-callable, "
                   "this or result",
                   quoted(value));
  bool isOfClass = part.kind == Part::Kind::Override || part.kind == Part::Kind::Methods;
  if (isOfClass && verb != Verb::Handler)
    return formatv("'{0}' is not about overriders; only handler may be {1}", word, value);
  if (part.kind != Part::Kind::Argument && verb == Verb::Passes)
    return "'passes' counts arguments; expected arg0, arg1, ...";
  bool isInput = verb <= Verb::Handler || (verb >= Verb::Passes && verb <= Verb::Refers);
  if (part.kind == Part::Kind::Result && isInput)
    return formatv("'{0}' is about what goes into a call; expected arg0, arg1, ..., last, "
                   "first-callable or this",
                   word);
  row.parts[size_t(verb)] = part;
  return {};
}

static std::string say(WrittenRow &written, StringRef word, StringRef value) {
  Row &row = written.row;
  if (const auto *verb = llvm::find(VerbNames, word); verb != std::end(VerbNames))
    return sayVerb(row, Verb(verb - VerbNames), value);
  if (word == "is")
    return choose(word, value, TypeNames, [&](size_t i) { row.is = TypeIs(i + 1); });
  if (word == "destroyed-joinable")
    return choose(word, value, wordsOf<Destroyed>(),
                  [&](size_t i) { row.destroyed = Destroyed(i); });
  if (word == "runs") {
    written.saysRuns = true;
    return choose(word, value, wordsOf<Runs>(), [&](size_t i) { row.runs = Runs(i); });
  }
  if (word == "accepts")
    return choose(word, value, {"connection"}, [&](size_t) { row.acceptsConnection = true; });
  for (const auto &[name, member] : Switches)
    if (word == name)
      return choose(word, value, {"true"}, [&](size_t) { row.*member = true; });
  return formatv(
      "unknown word {0}; expected one of is, {1}, destroyed-joinable, runs, accepts, {2}",
      quoted(word), llvm::join(ArrayRef(VerbNames), ", "),
      llvm::join(llvm::make_first_range(Switches), ", "));
}

//===-- Names -------------------------------------------------------------------------------===//

// `a::B::c`, `a::B::~B` or `a::B::operator()`; with `*` for any characters if `glob`.
static bool isQualifiedName(StringRef name, bool glob) {
  auto isIdentifier = [&](StringRef text) {
    return !text.empty() && !llvm::isDigit(text[0]) && llvm::all_of(text, [&](char c) {
      return llvm::isAlnum(c) || c == '_' || (glob && c == '*');
    });
  };
  auto isPunctuation = [](char c) { return llvm::isPrint(c) && !llvm::isAlnum(c) && c != ' '; };
  llvm::SmallVector<StringRef, 8> parts;
  name.split(parts, "::");
  StringRef last = parts.pop_back_val();
  if (!llvm::all_of(parts, isIdentifier))
    return false;
  if (StringRef symbol = last; symbol.consume_front("operator") && !symbol.empty())
    return llvm::all_of(symbol, isPunctuation) || isIdentifier(last);
  last.consume_front("~");
  return isIdentifier(last);
}

// Adds the names that a key spells: `a::{b,c}` spells a::b and a::c, several groups multiply.
static std::string spell(StringRef key, std::vector<std::string> &names) {
  if (key.size() > MaxKeyLength)
    return formatv("{0}: too long; expected at most {1} characters", quoted(key), MaxKeyLength);
  names = {""};
  for (StringRef rest = key; !rest.empty();) {
    size_t open = rest.find('{');
    for (std::string &name : names)
      name += rest.take_front(open);
    if (open == StringRef::npos)
      break;
    size_t close = rest.find('}', open);
    if (close == StringRef::npos)
      return formatv("{0}: a brace is open at the end; expected '}'", quoted(key));
    llvm::SmallVector<StringRef, 16> choices;
    rest.slice(open + 1, close).split(choices, ',');
    if (names.size() * choices.size() > MaxNamesOfKey)
      return formatv("{0}: braces spell too much; expected at most {1} names", quoted(key),
                     MaxNamesOfKey);
    std::vector<std::string> longer;
    for (const std::string &name : names)
      for (StringRef choice : choices)
        longer.push_back((name + choice.trim()).str());
    names = std::move(longer);
    rest = rest.drop_front(close + 1);
  }
  for (const std::string &name : names)
    if (!isQualifiedName(name, false))
      return formatv("{0} is no qualified name; expected one like acme::Pool::submit",
                     quoted(name));
  return {};
}

//===-- Files -------------------------------------------------------------------------------===//

llvm::Error errorAt(StringRef file, unsigned line, const Twine &message) {
  return llvm::createStringError(file + ":" + Twine(line) + ": " + message);
}

// The line of the first `...`, or 0. LLVM's reader would take one stack frame for each.
static unsigned lineOfDocumentEnd(StringRef text) {
  StringRef rest = text;
  while (!rest.starts_with("...")) {
    size_t end = rest.find_first_of("\r\n");
    if (end == StringRef::npos)
      return 0;
    rest = rest.drop_front(end + 1);
  }
  return text.drop_back(rest.size()).count('\n') + 1;
}

namespace {
// Reads one file. The first mistake ends the reading.
class Reader {
public:
  llvm::Expected<WrittenModels> read(StringRef text, StringRef file,
                                     void (Reader::*root)(yaml::MappingNode &));
  void rows(yaml::MappingNode &mapping);
  void config(yaml::MappingNode &mapping);

private:
  void row(StringRef key, yaml::Node *value);
  void words(StringRef key, yaml::MappingNode &mapping, WrittenRow &written);
  void handlers(yaml::Node *value);
  void see(const yaml::Node *node);
  std::optional<std::string> scalar(yaml::Node *node, const Twine &expected);
  void fail(const Twine &message);

  llvm::SourceMgr sources_;
  unsigned line_ = 1; // of what was read last
  std::string error_;
  unsigned errorLine_ = 0;
  WrittenModels models_;
};
} // namespace

void Reader::fail(const Twine &message) {
  if (!error_.empty())
    return;
  error_ = message.str();
  errorLine_ = line_;
}

void Reader::see(const yaml::Node *node) {
  if (!node || llvm::isa<yaml::NullNode>(node)) // which has the place of what follows
    return;
  const auto *alias = llvm::dyn_cast<yaml::AliasNode>(node);
  llvm::SMLoc start =
      alias ? llvm::SMLoc::getFromPointer(alias->getName().data()) : node->getSourceRange().Start;
  if (start.isValid())
    line_ = sources_.FindLineNumber(start);
  if (alias)
    fail("an alias; expected quotes around what starts with *");
}

std::optional<std::string> Reader::scalar(yaml::Node *node, const Twine &expected) {
  see(node);
  llvm::SmallString<64> storage;
  if (auto *text = llvm::dyn_cast_or_null<yaml::ScalarNode>(node))
    return text->getValue(storage).str();
  fail(expected);
  return std::nullopt;
}

void Reader::words(StringRef key, yaml::MappingNode &mapping, WrittenRow &written) {
  llvm::SmallVector<std::string, 4> said;
  for (yaml::KeyValueNode &entry : mapping) {
    auto word = scalar(entry.getKey(), quoted(key) + ": expected a word like spawn");
    if (!word)
      return;
    unsigned line = line_;
    auto value = scalar(entry.getValue(),
                        formatv("{0}: expected one word after {1}", quoted(key), quoted(*word)));
    if (!value)
      return;
    line_ = line;
    std::string wrong = llvm::is_contained(said, *word) ? quoted(*word) + " is said twice"
                                                        : say(written, *word, *value);
    if (!wrong.empty())
      return fail(quoted(key) + ": " + wrong);
    said.push_back(*word);
  }
  if (said.empty())
    fail(quoted(key) + ": says nothing; expected words like {spawn: arg0}");
}

void Reader::row(StringRef key, yaml::Node *value) {
  std::vector<std::string> names;
  if (std::string wrong = spell(key, names); !wrong.empty())
    return fail(wrong);
  if (models_.rows.size() + names.size() > MaxNamesOfFile)
    return fail(formatv("too many names; expected at most {0} in a file", MaxNamesOfFile));
  WrittenRow written;
  written.line = line_;
  see(value);
  auto *mapping = llvm::dyn_cast_or_null<yaml::MappingNode>(value);
  if (!mapping)
    return fail(quoted(key) + ": says nothing; expected words like {spawn: arg0}");
  words(key, *mapping, written);
  for (std::string &name : names) {
    written.row.name = std::move(name);
    models_.rows.push_back(written);
  }
}

void Reader::rows(yaml::MappingNode &mapping) {
  for (yaml::KeyValueNode &entry : mapping) {
    if (auto key = scalar(entry.getKey(), "expected a qualified name like acme::Pool::submit"))
      row(*key, entry.getValue());
    if (!error_.empty())
      return;
  }
}

void Reader::handlers(yaml::Node *value) {
  auto *list = llvm::dyn_cast_or_null<yaml::SequenceNode>(value);
  if (!list)
    return fail("'handlers': expected a list of function names");
  for (yaml::Node &entry : *list) {
    auto name = scalar(&entry, "'handlers': expected a function name");
    if (!name)
      return;
    if (!isQualifiedName(*name, true))
      return fail(quoted(*name) + " is no function name; expected one like acme::api::* or main");
    models_.handlers.push_back(std::move(*name));
    if (models_.handlers.size() > MaxHandlers)
      return fail(formatv("too many handlers; expected at most {0}", MaxHandlers));
  }
}

void Reader::config(yaml::MappingNode &mapping) {
  for (yaml::KeyValueNode &entry : mapping) {
    auto key = scalar(entry.getKey(), "expected handlers or models");
    if (!key)
      return;
    if (*key == "handlers")
      handlers(entry.getValue());
    else if (*key != "models")
      fail("unknown key " + quoted(*key) + "; expected handlers or models");
    else if (auto *rowsOf = llvm::dyn_cast_or_null<yaml::MappingNode>(entry.getValue()))
      rows(*rowsOf);
    else
      fail("'models': expected rows like acme::Pool::submit: {submit: arg0}");
    if (!error_.empty())
      return;
  }
}

llvm::Expected<WrittenModels> Reader::read(StringRef text, StringRef file,
                                           void (Reader::*root)(yaml::MappingNode &)) {
  if (unsigned line = lineOfDocumentEnd(text))
    return errorAt(file, line, "expected no '...'; a file is one document");
  sources_.setDiagHandler(
      [](const llvm::SMDiagnostic &diagnostic, void *self) {
        auto &reader = *static_cast<Reader *>(self);
        reader.line_ = std::max(1, diagnostic.getLineNo());
        bool hasStar = diagnostic.getLineContents().contains('*');
        reader.fail("no YAML: " + diagnostic.getMessage() +
                    (hasStar ? " (what starts with * needs quotes)" : ""));
      },
      this);
  yaml::Stream stream(llvm::MemoryBufferRef(text, file), sources_, /*ShowColors=*/false);
  auto document = stream.begin();
  yaml::Node *node = document->getRoot();
  see(node);
  if (auto *mapping = llvm::dyn_cast_or_null<yaml::MappingNode>(node))
    (this->*root)(*mapping);
  else if (!llvm::isa_and_nonnull<yaml::NullNode>(node))
    fail("expected a mapping");
  if (error_.empty() && ++document != stream.end())
    fail("expected one document, and another one follows");
  if (!error_.empty())
    return errorAt(file, errorLine_, error_);
  return std::move(models_);
}

llvm::Expected<WrittenModels> readModels(StringRef yaml, StringRef file) {
  return Reader().read(yaml, file, &Reader::rows);
}

llvm::Expected<WrittenModels> readConfig(StringRef yaml, StringRef file) {
  return Reader().read(yaml, file, &Reader::config);
}

} // namespace belay
