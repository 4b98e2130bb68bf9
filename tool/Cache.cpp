// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cache: tables of values, and one of paths, which most facts share. A unit's paths are a list of
// rows; their states at the time are one digest, so that comparing takes a hash per unit and not a
// row per file.
//
#include "tool/Cache.h"
#include "tool/Rows.h"
#include "tool/Sql.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace belay {

// Says whose file it is: "Bela". The version counts up with the tables below.
static constexpr int ApplicationId = 0x42656c61;
static constexpr int Version = 2;

static constexpr const char *Tables = R"(
  CREATE TABLE IF NOT EXISTS path(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    size INTEGER, modified INTEGER, changed INTEGER, file INTEGER, digest BLOB);
  CREATE TABLE IF NOT EXISTS facts(
    key BLOB, states BLOB, paths BLOB, value BLOB, used INTEGER, PRIMARY KEY(key, states));
  CREATE TABLE IF NOT EXISTS programs(key BLOB PRIMARY KEY, value BLOB, used INTEGER);
  PRAGMA application_id = 1113943137;
  PRAGMA user_version = 2;)";

// What no version of this program takes from one before it.
static constexpr const char *OldTables = R"(
  DROP TABLE IF EXISTS path;
  DROP TABLE IF EXISTS facts;
  DROP TABLE IF EXISTS results;)";

/// Not removed: it may have been somebody's.
static void setAside(const std::string &file) {
  sys::fs::rename(file, file + ".damaged");
  for (StringRef suffix : {"-wal", "-shm"})
    sys::fs::remove(file + suffix);
}

Cache::~Cache() {
  const bool isDamaged = sql_->isDamaged();
  program_.reset();
  sql_.reset();
  if (isDamaged)
    setAside(file_);
}

std::string Cache::defaultFolder() {
  if (const auto set = sys::Process::GetEnv("BELAY_CACHE"))
    return *set;
  SmallString<128> folder;
  if (!sys::path::cache_directory(folder))
    return {};
  sys::path::append(folder, "belay");
  return folder.str().str();
}

Cache::Cache(const std::string &file) : sql_(std::make_unique<Sql>(file)), file_(file) {}

const std::string &Cache::problem() const { return sql_->problem(); }

std::string Cache::fileIn(StringRef folder) { return (folder + "/facts.sqlite").str(); }

std::unique_ptr<Cache> Cache::open(StringRef folder, std::string &note) {
  const std::string file = fileIn(folder);
  if (const std::error_code error = sys::fs::create_directories(folder)) {
    note = "no cache: cannot make '" + folder.str() + "': " + error.message();
    return nullptr;
  }
  for (bool isFirst : {true, false}) {
    std::unique_ptr<Cache> cache(new Cache(file));
    cache->prepare();
    if (cache->problem().empty())
      return cache;
    if (!isFirst || !cache->sql_->isDamaged()) {
      note = "no cache: '" + file + "': " + cache->problem() + "; give another --cache-dir";
      return nullptr;
    }
    note = "the cache '" + file + "' was damaged (" + cache->problem() + ") and is made anew";
  }
  return nullptr;
}

/// Makes a new file a cache, and checks whether an old one is.
void Cache::prepare() {
  // The owner is asked after the tables, with which it is written: another run may do so just now.
  const bool isEmpty = sql_->ask("PRAGMA schema_version") == 0;
  const int64_t owner = sql_->ask("PRAGMA application_id");
  const int64_t version = sql_->ask("PRAGMA user_version");
  if (!problem().empty())
    return;
  const bool isNew = isEmpty && (owner == 0 || owner == ApplicationId);
  if (!isNew && owner != ApplicationId)
    return sql_->refuse("it is a database of another program");
  if (!isNew && version > Version)
    return sql_->refuse("it is of a newer version of belay");
  if (isNew || version < Version) {
    sql_->execute("PRAGMA auto_vacuum = INCREMENTAL; BEGIN IMMEDIATE");
    if (!isNew && sql_->ask("PRAGMA user_version") < Version) // still: others do the same
      sql_->execute(OldTables);
    sql_->execute(Tables);
    sql_->execute("COMMIT");
  }
  // Not while another run switches; what was there before is as safe, and only slower.
  sql_->attempt("PRAGMA journal_mode = WAL");
  sql_->execute("PRAGMA synchronous = NORMAL");
}

void Cache::readPaths() {
  if (std::exchange(hasPaths_, true))
    return;
  Statement rows(*sql_, "SELECT id, name, size, modified, changed, file, digest FROM path");
  while (rows.next()) {
    Path path;
    path.row = rows.number();
    path.name = rows.bytes().str();
    Stamp &stamp = path.state.stamp;
    stamp.size = uint64_t(rows.number());
    stamp.modified = rows.number();
    stamp.changed = rows.number();
    stamp.file = uint64_t(rows.number());
    if (const StringRef digest = rows.bytes(); digest.size() == path.state.digest.size())
      llvm::copy(digest, path.state.digest.begin());
    path.isWritten = true;
    if (byRow_.size() <= size_t(path.row))
      byRow_.resize(path.row + 1);
    paths_.push_back(std::move(path));
    byRow_[paths_.back().row] = uint32_t(paths_.size());
  }
}

uint32_t Cache::indexOf(StringRef name) {
  if (byName_.empty())
    for (const auto &[index, path] : enumerate(paths_))
      byName_[path.name] = uint32_t(index);
  const auto [known, isNew] = byName_.try_emplace(name, uint32_t(paths_.size()));
  if (isNew) {
    paths_.emplace_back();
    paths_.back().name = name.str();
  }
  return known->second;
}

const State &Cache::current(Path &path) {
  if (!path.isCurrent) {
    const State now = stateOf(path.name, path.state, &folders_);
    path.isWritten =
        path.isWritten && now.stamp == path.state.stamp && now.digest == path.state.digest;
    path.state = now;
    path.isCurrent = true;
  }
  return path.state;
}

Digest Cache::digestOfAll(ArrayRef<uint32_t> paths) {
  std::string all;
  for (uint32_t index : paths) {
    const Digest &digest = current(paths_[index]).digest;
    all.append(digest.begin(), digest.end());
  }
  return digestOf(all);
}

static int64_t today() { return currentTime() / 86'400'000'000'000; }

/// For prune; a day is exact enough, and most runs need not write at all.
void Cache::use(const char *table, int64_t row, int64_t day) {
  if (day != today())
    used_.emplace_back(table, row);
}

std::optional<std::string> Cache::findFacts(const Digest &key, Visitor visitPath) {
  if (!problem().empty())
    return std::nullopt;
  readPaths();
  Statement rows(*sql_, "SELECT states, paths, value, used, rowid FROM facts WHERE key = ?");
  rows.bind(key);
  while (rows.next()) {
    const StringRef states = rows.bytes();
    std::vector<uint32_t> paths;
    bool isKnown = true;
    for (int64_t row : decodeRows(rows.bytes())) {
      const uint32_t index = row > 0 && size_t(row) < byRow_.size() ? byRow_[row] : 0;
      isKnown = isKnown && index != 0; // another run may have added it after this one started
      paths.push_back(index - 1);
    }
    if (!isKnown || paths.empty() || states != toStringRef(digestOfAll(paths)))
      continue;
    for_each(paths, [&](uint32_t index) { visitPath(paths_[index].name); });
    std::string value = rows.bytes().str();
    const int64_t day = rows.number();
    use("facts", rows.number(), day);
    return value;
  }
  return std::nullopt;
}

std::optional<std::string> Cache::findProgram(const Digest &key) {
  if (!problem().empty())
    return std::nullopt;
  if (!program_)
    program_ =
        std::make_unique<Statement>(*sql_, "SELECT value, used, rowid FROM programs WHERE key = ?");
  if (!program_->bind(key).next())
    return std::nullopt;
  std::string value = program_->bytes().str();
  const int64_t day = program_->number();
  use("programs", program_->number(), day);
  program_->next(); // there is one at most
  return value;
}

/// The paths' indices, if none has changed since it was read: then it does not go with the value.
std::optional<std::vector<uint32_t>> Cache::settled(ArrayRef<std::string> paths, int64_t started) {
  readPaths();
  std::vector<uint32_t> indices;
  for (const std::string &name : paths) {
    Path &path = paths_[indices.emplace_back(indexOf(name))];
    const State seen = current(path);
    const State now = stateOf(name, seen);
    if (!now.isSettled || now.digest != seen.digest || now.stamp.changed >= started ||
        now.stamp.modified >= started)
      return std::nullopt;
  }
  return indices;
}

void Cache::keepFacts(const Digest &key, ArrayRef<std::string> paths, StringRef facts,
                      int64_t started) {
  if (!problem().empty())
    return;
  if (auto indices = settled(paths, started))
    facts_.push_back({key, std::move(*indices), facts.str()});
}

void Cache::keepProgram(const Digest &key, StringRef findings) {
  if (problem().empty())
    programs_.push_back({key, {}, findings.str()});
}

std::optional<std::vector<Dependency>> Cache::statesOf(ArrayRef<std::string> paths,
                                                       int64_t started) {
  const auto indices = settled(paths, started);
  if (!indices)
    return std::nullopt;
  std::vector<Dependency> states;
  for (uint32_t index : *indices)
    states.emplace_back(paths_[index].name, paths_[index].state);
  return states;
}

void Cache::writeFacts(const Entry &entry) {
  // In the order of their rows, as find() has them.
  std::vector<uint32_t> paths = entry.paths;
  llvm::sort(paths, [&](uint32_t a, uint32_t b) { return paths_[a].row < paths_[b].row; });
  std::vector<int64_t> rows;
  for (uint32_t index : paths)
    rows.push_back(paths_[index].row);
  const std::string encoded = encodeRows(rows);
  const Digest states = digestOfAll(paths);
  Statement(*sql_, "INSERT OR REPLACE INTO facts(key, states, paths, value, used) "
                   "VALUES(?, ?, ?, ?, ?)")
      .bind(entry.key)
      .bind(states)
      .bind(arrayRefFromStringRef(encoded))
      .bind(arrayRefFromStringRef(entry.value))
      .bind(today())
      .next();
}

void Cache::writeProgram(const Entry &entry) {
  Statement(*sql_, "INSERT OR REPLACE INTO programs(key, value, used) VALUES(?, ?, ?)")
      .bind(entry.key)
      .bind(arrayRefFromStringRef(entry.value))
      .bind(today())
      .next();
}

void Cache::writePaths() {
  Statement insert(*sql_, "INSERT INTO path(name, size, modified, changed, file, digest) "
                          "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET "
                          "size = excluded.size, modified = excluded.modified, changed = "
                          "excluded.changed, file = excluded.file, digest = excluded.digest "
                          "RETURNING id");
  for (Path &path : paths_) {
    if (path.isWritten || !path.isCurrent)
      continue;
    const Stamp &stamp = path.state.stamp;
    insert.bindText(path.name).bind(int64_t(stamp.size)).bind(stamp.modified);
    insert.bind(stamp.changed).bind(int64_t(stamp.file)).bind(path.state.digest);
    if (!insert.next())
      return;
    path.row = insert.number();
    path.isWritten = true;
    insert.next();
  }
}

void Cache::flush() {
  const bool isNew = any_of(paths_, [](auto &path) { return path.isCurrent && !path.isWritten; });
  if (!problem().empty() || (facts_.empty() && programs_.empty() && used_.empty() && !isNew))
    return;
  sql_->execute("BEGIN IMMEDIATE");
  writePaths();
  for (const Entry &entry : facts_)
    if (problem().empty())
      writeFacts(entry);
  for (const Entry &entry : programs_)
    if (problem().empty())
      writeProgram(entry);
  for (const auto &[table, row] : used_)
    if (problem().empty())
      Statement(*sql_, Twine("UPDATE ") + table + " SET used = ? WHERE rowid = ?")
          .bind(today())
          .bind(row)
          .next();
  sql_->execute("COMMIT");
  if (!problem().empty())
    sql_->attempt("ROLLBACK");
  facts_.clear();
  programs_.clear();
  used_.clear();
}

std::vector<std::string> Cache::paths() const {
  std::vector<std::string> names;
  for (const Path &path : paths_)
    if (path.isCurrent)
      names.push_back(path.name);
  return names;
}

uint64_t Cache::bytes() {
  return uint64_t(sql_->ask("PRAGMA page_size") *
                  (sql_->ask("PRAGMA page_count") - sql_->ask("PRAGMA freelist_count")));
}

Cache::Sizes Cache::sizes() {
  return {uint64_t(sql_->ask("SELECT count(*) FROM facts")),
          uint64_t(sql_->ask("SELECT count(*) FROM programs")),
          uint64_t(sql_->ask("SELECT count(*) FROM path")), bytes()};
}

void Cache::keepWithin(uint64_t most) {
  if (problem().empty() && bytes() > most + most / 4)
    prune(most);
}

void Cache::prune(uint64_t bytes) {
  // By the day of their last use, a tenth at a time, so that it ends early.
  for (Sizes now = sizes(); now.bytes > bytes && now.units + now.programs != 0 && problem().empty();
       now = sizes()) {
    for (const char *table : {"programs", "facts"}) {
      Statement drop(*sql_, Twine("DELETE FROM ") + table + " WHERE rowid IN (SELECT rowid FROM " +
                                table + " ORDER BY used, rowid LIMIT ?)");
      drop.bind(int64_t(std::max(now.units, now.programs) / 10 + 1)).next();
    }
    if (sizes().units == 0)
      sql_->execute("DELETE FROM path");
  }
  sql_->execute("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace belay
