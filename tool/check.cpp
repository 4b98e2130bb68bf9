// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay check: sources -> facts -> findings, in one go. A run that nothing has changed since is
// answered from the cache, before a database is read or clang is touched.
//
#include "tool/Commands.h"
#include "tool/Database.h"
#include "tool/Fixes.h"
#include "tool/Prefix.h"
#include "tool/Results.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

/// Where a .belay.yaml would count for the sources.
static void addConfigs(ArrayRef<Source> sources, std::vector<std::string> &asked) {
  StringSet<> folders;
  for (const Source &source : sources)
    for (StringRef folder = sys::path::parent_path(source.file);
         !folder.empty() && folders.insert(folder).second; folder = sys::path::parent_path(folder))
      asked.push_back((folder == "/" ? "" : folder.str()) + "/.belay.yaml");
}

std::string cacheFolder(const Options &options) {
  return options.cacheFolder.empty() ? Cache::defaultFolder() : options.cacheFolder;
}

std::unique_ptr<Cache> openCache(const Options &options) {
  if (!options.isCached)
    return nullptr;
  const std::string folder = cacheFolder(options);
  if (folder.empty())
    return nullptr;
  std::string note;
  auto cache = Cache::open(folder, note);
  if (!note.empty())
    say(note);
  return cache;
}

void closeCache(Cache &cache, const Options &options) {
  cache.flush();
  cache.keepWithin(Cache::maxBytes);
  const std::string folder = cacheFolder(options);
  Results(folder).prune(Results::maxBytes);
  Prefixes::prune(Prefixes::folderIn(folder), Prefixes::maxBytes);
  if (!cache.problem().empty())
    say("the cache could not be used to the end: " + cache.problem());
}

/// Why nothing is known of what was there before the changes; empty if it is.
static std::string whyUnknown(const Changes &changes, const Options &options) {
  for (const std::string &folder : changes.submodules())
    return "the submodule '" + folder + "'";
  for (const ChangedFile &file : changes.files()) {
    const std::string path = file.now.empty() ? changes.oncePath(file) : file.now;
    const StringRef name = sys::path::filename(path);
    const bool isModel = any_of(options.models, [&](const std::string &folder) {
      return sys::fs::equivalent(sys::path::parent_path(path), folder);
    });
    // A database that git did not have is like one that it does not have: flags are today's.
    const bool isDatabase = name == "compile_commands.json" && !file.before.empty();
    if (name == ".belay.yaml" || isDatabase || isModel)
      return "'" + shown(path, currentFolder()) + "'";
  }
  return {};
}

static Error analyseBefore(const Database &database, ArrayRef<Analysis> units, bool isWhole,
                           const Options &options, const Setup &setup, Known &known) {
  if (const std::string cause = whyUnknown(*known.changes, options); !cause.empty()) {
    say(cause + " has changed since '" + options.since + "', so every finding is shown");
    return Error::success();
  }
  auto before = Before::analyse(*known.changes, database.sources, units, isWhole, setup);
  if (!before)
    return before.takeError();
  known.before = std::move(*before);
  return Error::success();
}

Expected<Analyses> analyseSources(const Options &options, Cache *cache, Known *known,
                                  StringRef prefixes) {
  Setup setup{options.models, {}, currentFolder(), options.jobs, cache};
  setup.isExact = options.isExact;
  setup.prefixes = prefixes.str();
  auto resources = resourceDirectory(options.resourceDir);
  if (!resources)
    return resources.takeError();
  setup.resourceDir = *resources;
  auto database = findSources(options, setup.root);
  if (!database)
    return database.takeError();
  for (const std::string &note : database->notes)
    say(note);
  const Changes *changes = known && known->changes ? &*known->changes : nullptr;
  if (options.isFixing || changes)
    setup.isWatched = [&](StringRef path) {
      // Of what may include a file that is fixed, only the system's own headers never do.
      return (options.isFixing && !path.starts_with("/usr/")) ||
             (changes && (changes->fileAt(path) || changes->fileOnceAt(path)));
    };
  auto units = analyse(database->sources, setup);
  if (!units)
    return units.takeError();
  for (const Analysis &unit : *units)
    if (!unit.problem.empty())
      say(unit.problem);
  const bool isWhole =
      database->whole && all_of(*units, [](const Analysis &unit) { return unit.problem.empty(); });
  if (known && known->changes)
    if (Error error = analyseBefore(*database, *units, isWhole, options, setup, *known))
      return std::move(error);
  if (cache)
    addConfigs(database->sources, database->asked);
  setup.cache = nullptr;
  setup.isWatched = nullptr;
  return Analyses{std::move(*units), isWhole, std::move(database->asked),
                  std::move(database->sources), std::move(setup)};
}

/// Everything that the output depends on but files.
static Expected<Digest> keyOf(const Options &options, const Known &known) {
  auto resources = resourceDirectory(options.resourceDir);
  if (!resources)
    return resources.takeError();
  std::string text = surroundings(*resources) + '\0' + currentFolder();
  const auto add = [&](const Twine &part) { text += '\0' + part.str(); };
  add(Twine(int(options.format)) + "," + Twine(int(options.minLevel)) + "," +
      (options.failOn ? Twine(int(*options.failOn)) : Twine("never")) + "," +
      (options.isExact ? "exact," : "") + options.build);
  add(options.baseline);
  add(options.needsReasons ? "reasons" : "");
  add(options.since);
  if (known.changes)
    add(known.changes->text());
  for (const Check *check : options.checks)
    add(check->id);
  for (ArrayRef<std::string> list : {ArrayRef(options.files), ArrayRef(options.models)}) {
    add("list");
    for (const std::string &each : list)
      add(each);
  }
  if (options.flags) {
    add("flags");
    for (const std::string &flag : *options.flags)
      add(flag);
  }
  return digestOf(text);
}

// A kept result: the exit code as a digit, what was said and a zero, and the output.

static int replay(StringRef result, raw_ostream &out) {
  const auto [notes, report] = result.drop_front().split('\0');
  out << report;
  out.flush();
  errs() << notes;
  return result.front() - '0';
}

static std::vector<std::string> inputsOf(const Analyses &analyses, const Options &options,
                                         Cache &cache) {
  std::vector<std::string> inputs = analyses.asked;
  for (const Analysis &unit : analyses.units)
    for (const std::string &file : modelFiles(unit.unit.outline().file.str(), options.models))
      inputs.push_back(file);
  for (const std::string &folder : options.models)
    inputs.push_back(folder + "/");
  if (!options.baseline.empty()) {
    SmallString<128> file(options.baseline);
    sys::fs::make_absolute(file);
    inputs.push_back(file.str().str());
  }
  for (const std::string &path : cache.paths())
    inputs.push_back(path);
  llvm::sort(inputs);
  inputs.erase(llvm::unique(inputs), inputs.end());
  return inputs;
}

namespace {

/// Where the run's prefixes are: in the cache, or until its end in a folder of its own.
class PrefixFolder {
public:
  PrefixFolder(const Options &options, const Cache *cache) {
    if (!options.hasPrefix)
      return;
    if (cache)
      path_ = Prefixes::folderIn(cacheFolder(options));
    else
      isOwn_ = !sys::fs::createUniqueDirectory("belay", path_);
    if (!path_.empty()) // workers are in the folders of their units
      sys::fs::make_absolute(path_);
  }
  PrefixFolder(const PrefixFolder &) = delete;
  ~PrefixFolder() {
    if (isOwn_)
      sys::fs::remove_directories(path_);
  }
  StringRef path() const { return path_; }

private:
  SmallString<128> path_; // empty: there is none
  bool isOwn_ = false;
};

/// Writes to two places at once.
class Copying : public raw_ostream {
public:
  Copying(raw_ostream &one, raw_ostream &other) : one_(one), other_(other) {}
  ~Copying() override { flush(); }

private:
  void write_impl(const char *bytes, size_t size) override {
    one_.write(bytes, size).flush();
    other_.write(bytes, size);
    written_ += size;
  }
  uint64_t current_pos() const override { return written_; }

  raw_ostream &one_;
  raw_ostream &other_;
  uint64_t written_ = 0;
};

} // namespace

namespace {

/// Where a run's result is kept.
struct Slot {
  Results results;
  Digest key;
};

} // namespace

static Expected<std::optional<Slot>> slotFor(const Options &options, const Known &known,
                                             const raw_ostream &out) {
  const std::string folder = options.isCached ? cacheFolder(options) : "";
  // A terminal gets colours, which are not kept, and a kept result writes no file.
  if (folder.empty() || out.is_displayed() || !options.newBaseline.empty() || options.isFixing)
    return std::nullopt;
  auto key = keyOf(options, known);
  if (!key)
    return key.takeError();
  return Slot{Results(folder), *key};
}

static int checkAll(const Options &options, Cache *cache, Known &known, raw_fd_ostream &out,
                    const Slot *slot) {
  const int64_t started = currentTime();
  const size_t before = said().size();
  const PrefixFolder prefixes(options, cache);
  auto analyses = analyseSources(options, cache, &known, prefixes.path());
  if (!analyses)
    return fail(analyses.takeError());
  std::string report;
  raw_string_ostream buffer(report);
  Copying both(out, buffer);
  Findings shown;
  int status = judge(analyses->units, analyses->whole, options, known,
                     slot ? (raw_ostream &)both : out, cache, &shown);
  if (options.isFixing && !fix(shown, *analyses, options, out))
    status = Broken;
  const bool isLost = any_of(analyses->units, [](const Analysis &unit) { return unit.isLost; });
  if (slot && cache && !isLost && cache->problem().empty())
    if (const auto states = cache->statesOf(inputsOf(*analyses, options, *cache), started))
      if (Error error = slot->results.keep(slot->key, *states,
                                           std::to_string(status) +
                                               said().drop_front(before).str() + '\0' + report))
        say("the result is not kept: " + toString(std::move(error)));
  BuryPointer(std::make_unique<Analyses>(std::move(*analyses)));
  return status;
}

int runCheck(const Options &options) {
  if (options.isDryRun && (!options.isFixing || options.format != Format::Text))
    return fail(createStringError(options.isFixing
                                      ? "--dry-run prints a diff; leave out --format"
                                      : "--dry-run shows what --fix would do; give both"));
  auto known = readKnown(options);
  if (!known)
    return fail(known.takeError());
  auto out = openOutput(options);
  if (!out)
    return fail(out.takeError());
  auto slot = slotFor(options, *known, **out);
  if (!slot)
    return fail(slot.takeError());
  int status = Clean;
  if (const auto result = *slot ? (*slot)->results.find((*slot)->key) : std::nullopt) {
    status = replay(*result, **out);
  } else {
    const auto cache = openCache(options);
    status = checkAll(options, cache.get(), *known, **out, *slot ? &**slot : nullptr);
    if (cache)
      closeCache(*cache, options);
  }
  return close(**out, options) ? status : Broken;
}

} // namespace belay
