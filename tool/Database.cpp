// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Database: entries -> sources. One entry that cannot be used never costs the others; what is
// left out is counted and named.
//
#include "tool/Database.h"
#include "tool/Flags.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include <map>

using namespace llvm;

namespace belay {

static constexpr StringLiteral FileName = "compile_commands.json";

static Error refuse(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

static std::string absolute(StringRef path, StringRef folder) {
  SmallString<256> result = path;
  sys::path::make_absolute(folder, result);
  sys::path::remove_dots(result, /*remove_dot_dot=*/true);
  return result.str().str();
}

static std::vector<std::string> tokenized(StringRef text) {
  BumpPtrAllocator allocator;
  StringSaver saver(allocator);
  SmallVector<const char *> tokens;
  cl::TokenizeGNUCommandLine(text, saver, tokens);
  return {tokens.begin(), tokens.end()};
}

namespace {

/// Replaces @file by the arguments in it. Files may come from anybody, so the depth, the size
/// of a file and the number of arguments are limited.
class ResponseFiles {
public:
  ResponseFiles(StringRef directory, std::vector<std::string> &asked)
      : directory_(directory), asked_(asked) {}

  Expected<std::vector<std::string>> expand(ArrayRef<std::string> arguments) {
    if (Error error = add(arguments, 0))
      return std::move(error);
    return std::move(result_);
  }

private:
  Error add(ArrayRef<std::string> arguments, unsigned depth) {
    for (StringRef argument : arguments) {
      if (++seen_ > 100'000)
        return refuse("its response files have more than 100000 arguments");
      if (argument.size() < 2 || !argument.starts_with("@"))
        result_.push_back(argument.str());
      else if (Error error = addFile(argument.drop_front(), depth))
        return error;
    }
    return Error::success();
  }

  Error addFile(StringRef file, unsigned depth) {
    if (depth == 8)
      return refuse("its response files are nested too deeply, at '" + file + "'");
    const std::string path = absolute(file, directory_);
    asked_.push_back(path);
    sys::fs::file_status status;
    if (sys::fs::status(path, status) || !sys::fs::is_regular_file(status) ||
        status.getSize() > 16 << 20)
      return refuse("cannot read its response file '" + file + "'; build the project first");
    auto buffer = MemoryBuffer::getFile(path);
    return buffer ? add(tokenized((*buffer)->getBuffer()), depth + 1)
                  : refuse("cannot read its response file '" + file + "'");
  }

  StringRef directory_;
  std::vector<std::string> &asked_;
  std::vector<std::string> result_;
  size_t seen_ = 0;
};

/// An entry of the database, with absolute paths.
struct Entry {
  std::string file;
  std::string directory;
  std::vector<std::string> command;
};

} // namespace

static Expected<Entry> readEntry(const json::Value &value, StringRef folder) {
  const json::Object *object = value.getAsObject();
  const auto file = object ? object->getString("file") : std::nullopt;
  if (!file)
    return refuse("has no \"file\"");
  Entry entry;
  entry.directory = absolute(object->getString("directory").value_or(""), folder);
  entry.file = absolute(*file, entry.directory);
  if (const json::Array *arguments = object->getArray("arguments")) {
    for (const json::Value &argument : *arguments)
      entry.command.push_back(argument.getAsString().value_or("").str());
  } else if (const auto command = object->getString("command")) {
    entry.command = tokenized(*command);
  }
  if (entry.command.empty())
    return refuse("has neither \"arguments\" nor \"command\"");
  return entry;
}

static Expected<std::vector<Entry>> readEntries(StringRef path, StringRef root) {
  const std::string name = shown(path, root);
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return refuse("cannot read '" + name + "': " + buffer.getError().message());
  auto json = json::parse((*buffer)->getBuffer());
  if (!json)
    return refuse("'" + name + "' is not valid JSON: " + toString(json.takeError()));
  const json::Array *array = json->getAsArray();
  if (!array)
    return refuse("'" + name + "' is no compilation database: it does not hold a list");
  std::vector<Entry> entries;
  for (const json::Value &value : *array) {
    auto entry = readEntry(value, sys::path::parent_path(path));
    if (!entry)
      return refuse(formatv("'{0}' is no compilation database: entry {1} {2}", name,
                            entries.size() + 1, toString(entry.takeError())));
    entries.push_back(std::move(*entry));
  }
  return entries;
}

namespace {

/// Turns entries into sources, and counts what it leaves out.
class Gathering {
public:
  void add(const Entry &entry);
  Database take(StringRef root) &&;

private:
  Database database_;
  StringSet<> seen_;
  size_t repeated_ = 0;
  std::vector<std::string> missing_;
  std::map<std::string, unsigned> foreign_, dangerous_; // how often, by kind
};

} // namespace

void Gathering::add(const Entry &entry) {
  Source source{entry.file, entry.directory, {}, {}};
  const ArrayRef<std::string> command = withoutLaunchers(entry.command);
  std::vector<std::string> arguments = command.drop_front().vec();
  if (auto expanded = ResponseFiles(entry.directory, database_.asked).expand(arguments))
    arguments = std::move(*expanded);
  else
    source.broken = toString(expanded.takeError());

  Flags flags = parserFlags(entry.file, arguments);
  if (flags.language == Language::Other)
    return;
  if (flags.language == Language::Gpu || isForeign(command.front())) {
    ++foreign_[sys::path::filename(command.front()).str()];
    return;
  }
  if (!seen_.insert(entry.file).second) {
    ++repeated_;
    return;
  }
  database_.asked.push_back(entry.file);
  if (!sys::fs::exists(entry.file)) {
    missing_.push_back(entry.file);
    return;
  }
  for (const std::string &kind : flags.dangerous)
    ++dangerous_[kind];
  if (!arguments.empty() && StringRef(arguments.front()).starts_with("-cc1"))
    source.broken = "its command runs clang's -cc1; belay reads the commands of the driver";
  source.flags = compilerFlags(command.front());
  source.flags.insert(source.flags.end(), flags.kept.begin(), flags.kept.end());
  database_.sources.push_back(std::move(source));
}

Database Gathering::take(StringRef root) && {
  database_.whole = missing_.empty() && foreign_.empty();
  std::vector<std::string> &notes = database_.notes;
  if (!missing_.empty()) {
    std::vector<std::string> names;
    for (const std::string &file : ArrayRef(missing_).take_front(3))
      names.push_back(shown(file, root));
    if (missing_.size() > 3)
      names.push_back("...");
    notes.push_back(counted(missing_.size(), "file") +
                    " of the database do not exist (generated later?): " + join(names, ", "));
  }
  if (repeated_)
    notes.push_back(counted(repeated_, "command") +
                    " left out: of a file that is compiled more than once the first one counts");
  for (const auto &[compiler, count] : foreign_)
    notes.push_back(counted(count, "source") + " left out: belay does not know the flags of " +
                    compiler);
  for (const auto &[kind, count] : dangerous_)
    notes.push_back("'" + kind + "' is ignored in " + counted(count, "unit") +
                    ": commands may not load code, run programs or write files");
  return std::move(database_);
}

static Expected<Database> sourcesWithFlags(const Options &options, StringRef root) {
  if (options.files.empty())
    return refuse("there is no file before '--'");
  if (!options.build.empty())
    return refuse("-p and '--' exclude each other: flags come from one of them");
  Gathering gathering;
  for (StringRef file : options.files) {
    Entry entry{absolute(file, root), root.str(), {"cc"}};
    if (!sys::fs::exists(entry.file))
      return refuse("'" + file + "' does not exist");
    if (parserFlags(file, *options.flags).language != Language::C)
      return refuse("'" + file + "' is no C or C++ source; say -x c++ if it is one");
    entry.command.insert(entry.command.end(), options.flags->begin(), options.flags->end());
    gathering.add(entry);
  }
  Database database = std::move(gathering).take(root);
  const std::string base = absolute(options.root, root);
  // Clang takes what follows the first '=' for the replacement.
  if (!StringRef(base).contains('='))
    for (Source &source : database.sources)
      source.flags.push_back("-fmacro-prefix-map=" + base + (base == "/" ? "=" : "/="));
  database.whole = false;
  return database;
}

static Expected<std::string> findDatabase(const Options &options, StringRef root,
                                          std::vector<std::string> &asked) {
  std::vector<std::string> places;
  if (!options.build.empty()) {
    const std::string build = absolute(options.build, root);
    places = {build + "/" + FileName.str(), build};
  } else {
    places = {absolute(FileName, root), absolute(("build/" + FileName).str(), root)};
    if (!options.files.empty())
      for (std::string folder = absolute(options.files.front(), root); folder != "/";) {
        folder = sys::path::parent_path(folder).str();
        places.push_back(absolute(FileName, folder));
      }
  }
  for (const std::string &place : places) {
    asked.push_back(place);
    if (sys::fs::exists(place) && !sys::fs::is_directory(place))
      return place;
  }
  std::string where = "here or in 'build'";
  if (!options.build.empty())
    where = "in '" + options.build + "'";
  else if (!options.files.empty())
    where = "here, in 'build' or above '" + options.files.front() + "'";
  return refuse("there is no compile_commands.json " + where +
                "; CMake writes one with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, 'bear -- make -B' "
                "without CMake; or give the flags of a file: FILE -- FLAGS");
}

/// The entry for a file that may be written in another way.
static const Entry *entryOf(StringRef file, ArrayRef<Entry> entries) {
  const Entry *found = find_if(entries, [&](const Entry &entry) { return entry.file == file; });
  if (found == entries.end())
    found =
        find_if(entries, [&](const Entry &entry) { return sys::fs::equivalent(entry.file, file); });
  return found == entries.end() ? nullptr : found;
}

Expected<Database> findSources(const Options &options, StringRef root) {
  if (options.flags)
    return sourcesWithFlags(options, root);
  std::vector<std::string> asked;
  auto path = findDatabase(options, root, asked);
  if (!path)
    return path.takeError();
  auto entries = readEntries(*path, root);
  if (!entries)
    return entries.takeError();
  Gathering gathering;
  for (StringRef file : options.files) {
    const Entry *entry = entryOf(absolute(file, root), *entries);
    if (!entry)
      return refuse("'" + file + "' is not in '" + shown(*path, root) +
                    "'; configure again, or name a source that includes it");
    gathering.add(*entry);
  }
  if (options.files.empty())
    for (const Entry &entry : *entries)
      gathering.add(entry);
  Database database = std::move(gathering).take(root);
  database.whole = database.whole && options.files.empty();
  database.asked.insert(database.asked.end(), asked.begin(), asked.end());
  if (database.sources.empty())
    return refuse("'" + shown(*path, root) +
                  "' names no C or C++ source that exists; bear names only what it sees compiled: "
                  "'bear -- make -B'");
  return database;
}

} // namespace belay
