// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models: joins the rows of all files, and finds the files; ModelRows reads them.
//
#include "facts/Models.h"
#include "facts/Embedded.h"
#include "facts/ModelRows.h"
#include "facts/Names.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using llvm::formatv;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace belay {

const Models &Models::builtIn() {
  static const Models models = [] {
    Models all;
    for (const EmbeddedFile &file : builtInModels())
      if (llvm::Error error = all.add(file.text, file.name))
        llvm::report_fatal_error(std::move(error));
    return all;
  }();
  return models;
}

llvm::Error Models::add(StringRef yaml, StringRef file) {
  auto written = readModels(yaml, file);
  return written ? include(std::move(*written), file) : written.takeError();
}

llvm::Error Models::addConfig(StringRef yaml, StringRef file) {
  auto written = readConfig(yaml, file);
  return written ? include(std::move(*written), file) : written.takeError();
}

// What a row is missing or says without effect, or nothing. `saysRuns`: it has the word.
static std::string whatIsWrong(const Row &row, bool saysRuns) {
  auto hasAny = [&](std::initializer_list<Verb> verbs) {
    return llvm::any_of(verbs, [&](Verb verb) { return bool(row.part(verb)); });
  };
  bool runsPart =
      hasAny({Verb::Spawn, Verb::Submit, Verb::RunsNow, Verb::RunsLater, Verb::Handler});
  if (saysRuns && !row.part(Verb::Handler))
    return "'runs' says how a handler runs; expected handler in the same row";
  if (row.destroyed && row.is != TypeIs::Thread && !row.part(Verb::Spawn))
    return "'destroyed-joinable' is about threads; expected 'is: thread' or spawn in the same row";
  for (Verb verb : {Verb::Handle, Verb::Attributes})
    if (row.part(verb) && !row.part(Verb::Spawn))
      return formatv("'{0}' is about a thread that starts; expected spawn in the same row",
                     nameOf(verb));
  if (row.part(Verb::Passes) && !runsPart && !row.part(Verb::Binds))
    return "'passes' is about the arguments of a callable; expected spawn, submit, runs-now, "
           "runs-later, handler or binds in the same row";
  if (row.timed && !row.part(Verb::Wait) && !row.part(Verb::Join))
    return "'timed' is about a wait; expected wait or join in the same row";
  if (row.once && !row.part(Verb::RunsNow))
    return "'once' is about what runs now; expected runs-now in the same row";
  if (row.confines && !runsPart && row.is != TypeIs::Strand && row.is != TypeIs::EventLoop)
    return "'confines' is about what runs; expected submit, runs-later, runs-now, handler, "
           "'is: strand' or 'is: event-loop' in the same row";
  if (row.shared && !row.part(Verb::Acquire) && !row.part(Verb::Release) && row.is != TypeIs::Guard)
    return "'shared' is about how a lock is taken; expected acquire, release or 'is: guard' in the "
           "same row";
  if (row.mayFail && !row.part(Verb::Acquire))
    return "'may-fail' is about taking a lock; expected acquire in the same row";
  if (row.ownObject && !row.part(Verb::Handler))
    return "'own-object' is about a handler; expected handler in the same row";
  if (row.givesToken && !row.part(Verb::Spawn))
    return "'gives-token' is about what runs on a thread; expected spawn in the same row";
  if (row.paces && !row.part(Verb::Sleep))
    return "'paces' is about a sleep; expected sleep in the same row";
  if (row.part(Verb::On) && !row.confines)
    return "'on' says what confines; expected 'confines: true' in the same row";
  return {};
}

// What two rows say of one thing in two ways, or nothing.
static std::string contradiction(const Row &said, const WrittenRow &more) {
  auto differ = [](StringRef word, StringRef now, StringRef before) -> std::string {
    return formatv("'{0}: {1}' contradicts '{0}: {2}', which is said already", word, now, before);
  };
  const Row &row = more.row;
  if (said.is != TypeIs::Nothing && row.is != TypeIs::Nothing && said.is != row.is)
    return differ("is", nameOf(row.is), nameOf(said.is));
  if (said.destroyed && row.destroyed && said.destroyed != row.destroyed)
    return differ("destroyed-joinable", nameOf(*row.destroyed), nameOf(*said.destroyed));
  for (size_t verb = 0; verb != VerbCount; ++verb)
    if (said.parts[verb] && row.parts[verb] && nameOf(said.parts[verb]) != nameOf(row.parts[verb]))
      return differ(nameOf(Verb(verb)), nameOf(row.parts[verb]), nameOf(said.parts[verb]));
  if (said.part(Verb::Handler) && more.saysRuns && said.runs != row.runs)
    return differ("runs", nameOf(row.runs), nameOf(said.runs));
  return {};
}

// Adds to `row` what `more` says and nothing in `row` contradicts.
static void merge(Row &row, const WrittenRow &more) {
  const Row &said = more.row;
  if (said.is != TypeIs::Nothing)
    row.is = said.is;
  if (said.destroyed)
    row.destroyed = said.destroyed;
  if (more.saysRuns)
    row.runs = said.runs;
  for (size_t verb = 0; verb != VerbCount; ++verb)
    if (said.parts[verb])
      row.parts[verb] = said.parts[verb];
  row.acceptsConnection |= said.acceptsConnection;
  row.once |= said.once;
  row.timed |= said.timed;
  row.confines |= said.confines;
  row.shared |= said.shared;
  row.mayFail |= said.mayFail;
  row.ownObject |= said.ownObject;
  row.paces |= said.paces;
  row.entry |= said.entry;
  row.givesToken |= said.givesToken;
}

llvm::Error Models::include(WrittenModels written, StringRef file) {
  llvm::StringMap<Row> changed;
  for (const WrittenRow &more : written.rows) {
    const Row *known = find(more.row.name);
    Row &row = changed.try_emplace(more.row.name, known ? *known : Row{}).first->second;
    std::string wrong = contradiction(row, more);
    row.name = more.row.name;
    merge(row, more);
    if (wrong.empty())
      wrong = whatIsWrong(row, more.saysRuns);
    if (!wrong.empty())
      return errorAt(file, more.line, "'" + row.name + "': " + wrong);
  }
  for (auto &entry : changed) {
    hasOverrides_ |= llvm::is_contained({Part::Kind::Override, Part::Kind::Methods},
                                        entry.second.part(Verb::Handler).kind);
    rows_[entry.first()] = std::move(entry.second);
  }
  llvm::append_range(handlers_, written.handlers);
  return llvm::Error::success();
}

// A device or a pipe would never end, and a huge file is no model.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(StringRef file) {
  fs::file_status status;
  if (std::error_code error = fs::status(file, status))
    return llvm::createStringError(file + ": " + error.message());
  if (status.type() != fs::file_type::regular_file)
    return llvm::createStringError(file + ": expected a regular file");
  if (status.getSize() > MaxModelBytes)
    return llvm::createStringError(file + ": too large; expected at most 1 MiB");
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return llvm::createStringError(file + ": " + buffer.getError().message());
  return std::move(*buffer);
}

llvm::Error Models::addFolder(StringRef folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (path::extension(entry->path()) == ".yaml")
      files.push_back(entry->path());
  if (error)
    return llvm::createStringError("models folder '" + folder + "': " + error.message());
  if (files.empty())
    return llvm::createStringError("models folder '" + folder +
                                   "': expected at least one *.yaml in it");
  llvm::sort(files);
  Models all = *this;
  for (const std::string &file : files) {
    auto text = readFile(file);
    if (!text)
      return text.takeError();
    if (llvm::Error wrong = all.add((*text)->getBuffer(), file))
      return wrong;
  }
  *this = std::move(all);
  return llvm::Error::success();
}

const Row *Models::find(StringRef name) const {
  auto found = rows_.find(name);
  return found == rows_.end() ? nullptr : &found->second;
}

// llvm::GlobPattern would read the brackets of `operator[]` as its own.
static bool matches(StringRef glob, StringRef name) {
  size_t star = glob.find('*');
  if (star == StringRef::npos)
    return glob == name;
  if (!name.consume_front(glob.take_front(star)))
    return false;
  for (glob = glob.drop_front(star + 1); glob.contains('*');) {
    auto [piece, rest] = glob.split('*');
    size_t at = name.find(piece);
    if (at == StringRef::npos)
      return false;
    name = name.drop_front(at + piece.size());
    glob = rest;
  }
  return name.ends_with(glob);
}

bool Models::isNamedHandler(StringRef name) const {
  if (name.contains(' ')) // "lambda in f" is none of f's names
    return false;
  return llvm::any_of(handlers_, [&](StringRef glob) { return matches(glob, name); });
}

uint64_t Models::fingerprint() const {
  std::vector<std::string> lines;
  for (const auto &[name, row] : rows_) {
    std::string &line = lines.emplace_back();
    llvm::raw_string_ostream out(line);
    out << name << ' ' << unsigned(row.is) << ' ' << (row.destroyed ? int(*row.destroyed) : -1)
        << ' ' << unsigned(row.runs) << row.acceptsConnection << row.once << row.timed
        << row.confines << row.shared << row.mayFail << row.ownObject << row.paces << row.entry
        << row.givesToken;
    for (size_t verb = 0; verb != VerbCount; ++verb)
      if (Part part = row.parts[verb])
        out << ' ' << verb << ' ' << unsigned(part.kind) << ' ' << part.index;
  }
  for (const std::string &handler : handlers_)
    lines.push_back("handler " + handler);
  llvm::sort(lines);
  return llvm::xxh3_64bits(StringRef(llvm::join(lines, "\n")));
}

std::optional<std::string> findConfig(StringRef file) {
  llvm::SmallString<256> absolute(file);
  if (fs::make_absolute(absolute))
    return std::nullopt;
  path::remove_dots(absolute, /*remove_dot_dot=*/true);
  for (StringRef folder = path::parent_path(absolute); !folder.empty();
       folder = path::parent_path(folder)) {
    llvm::SmallString<256> config(folder);
    path::append(config, ".belay.yaml");
    if (fs::exists(config))
      return config.str().str();
  }
  return std::nullopt;
}

llvm::Expected<Models> modelsFor(StringRef file, llvm::ArrayRef<std::string> folders) {
  Models models = Models::builtIn();
  for (const std::string &folder : folders)
    if (llvm::Error error = models.addFolder(folder))
      return error;
  std::optional<std::string> config = findConfig(file);
  if (!config)
    return models;
  auto text = readFile(*config);
  if (!text)
    return text.takeError();
  if (llvm::Error error = models.addConfig((*text)->getBuffer(), *config))
    return error;
  return models;
}

} // namespace belay
