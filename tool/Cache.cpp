// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cache: two tables of values, and one of paths, which most values share. A value's paths are a
// list of rows; their states at the time are one digest, so that comparing takes a hash per run
// and unit and not a row per file.
//
#include "tool/Cache.h"
#include "tool/Rows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <sqlite3.h>

using namespace llvm;

namespace belay {

// Says whose file it is: "Bela". The version counts up with the tables below.
static constexpr int ApplicationId = 0x42656c61;
static constexpr int Version = 1;

static constexpr const char *Tables = R"(
  PRAGMA auto_vacuum = INCREMENTAL;
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS path(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    size INTEGER, modified INTEGER, changed INTEGER, file INTEGER, digest BLOB);
  CREATE TABLE IF NOT EXISTS facts(
    key BLOB, states BLOB, paths BLOB, value BLOB, used INTEGER, PRIMARY KEY(key, states));
  CREATE TABLE IF NOT EXISTS results(
    key BLOB, states BLOB, paths BLOB, value BLOB, used INTEGER, PRIMARY KEY(key, states));
  PRAGMA application_id = 1113943137;
  PRAGMA user_version = 1;
  COMMIT;)";

static const char *nameOf(Cache::Kind kind) { return kind == Cache::Facts ? "facts" : "results"; }

/// A statement whose parameters and columns are taken in order.
class Cache::Statement {
public:
  Statement(Cache &cache, const Twine &sql) : cache_(cache) {
    const std::string text = sql.str();
    cache.isOk(
        sqlite3_prepare_v2(cache.database_, text.c_str(), int(text.size()), &statement_, nullptr));
  }
  Statement(const Statement &) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement &bind(int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Statement &bindText(StringRef text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), int(text.size()), SQLITE_STATIC);
    return *this;
  }
  Statement &bind(ArrayRef<uint8_t> bytes) {
    sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
  }

  /// Whether there is a row; after the last one the statement can be used again.
  bool next() {
    column_ = 0;
    if (!statement_)
      return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
      return true;
    cache_.isOk(code);
    sqlite3_reset(statement_);
    bound_ = 0;
    return false;
  }

  int64_t number() { return sqlite3_column_int64(statement_, column_++); }
  StringRef bytes() {
    const auto *data = static_cast<const char *>(sqlite3_column_blob(statement_, column_));
    const int size = sqlite3_column_bytes(statement_, column_++);
    return {data, data ? size_t(size) : 0};
  }

private:
  Cache &cache_;
  sqlite3_stmt *statement_ = nullptr;
  int bound_ = 0;
  int column_ = 0;
};

/// After the first failure the cache is out of use.
bool Cache::isOk(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
    return true;
  if (problem_.empty()) {
    code_ = code & 0xff; // without the extended part
    problem_ = sqlite3_errstr(code);
  }
  return false;
}

void Cache::execute(const char *sql) {
  isOk(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr));
}

bool Cache::isDamaged() const { return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB; }

int64_t Cache::ask(const char *sql) {
  Statement statement(*this, sql);
  return statement.next() ? statement.number() : 0;
}

/// Not removed: it may have been somebody's.
static void setAside(const std::string &file) {
  sys::fs::rename(file, file + ".damaged");
  for (StringRef suffix : {"-wal", "-shm"})
    sys::fs::remove(file + suffix);
}

Cache::~Cache() {
  sqlite3_close(database_);
  if (isDamaged())
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

std::string Cache::fileIn(StringRef folder) { return (folder + "/facts.sqlite").str(); }

std::unique_ptr<Cache> Cache::open(StringRef folder, std::string &note) {
  const std::string file = fileIn(folder);
  if (const std::error_code error = sys::fs::create_directories(folder)) {
    note = "no cache: cannot make '" + folder.str() + "': " + error.message();
    return nullptr;
  }
  for (bool isFirst : {true, false}) {
    sqlite3 *database = nullptr;
    const int code = sqlite3_open_v2( // for one thread, which needs no locks
        file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        nullptr);
    std::unique_ptr<Cache> cache(new Cache(database, file));
    if (cache->isOk(code))
      cache->prepare();
    if (cache->problem_.empty())
      return cache;
    if (!isFirst || !cache->isDamaged()) {
      note = "no cache: '" + file + "': " + cache->problem_ + "; give another --cache-dir";
      return nullptr;
    }
    note = "the cache '" + file + "' was damaged (" + cache->problem_ + ") and is made anew";
  }
  return nullptr;
}

/// Makes a new file a cache, and checks whether an old one is.
void Cache::prepare() {
  sqlite3_busy_timeout(database_, 10'000);
  // The owner is asked after the tables, with which it is written: another run may do so just now.
  const bool isEmpty = ask("PRAGMA schema_version") == 0;
  const int64_t owner = ask("PRAGMA application_id");
  if (problem_.empty() && isEmpty && (owner == 0 || owner == ApplicationId)) {
    execute(Tables);
  } else if (problem_.empty() && owner != ApplicationId) {
    problem_ = "it is a database of another program";
  } else if (problem_.empty() && ask("PRAGMA user_version") != Version) {
    problem_ = "it is of another version of belay";
  }
  if (!problem_.empty())
    return;
  // Not while another run switches; what was there before is as safe, and only slower.
  sqlite3_exec(database_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
  execute("PRAGMA synchronous = NORMAL");
  readPaths();
}

void Cache::readPaths() {
  Statement rows(*this, "SELECT id, name, size, modified, changed, file, digest FROM path");
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

std::optional<std::string> Cache::find(Kind kind, const Digest &key, Visitor visitPath) {
  if (!problem_.empty())
    return std::nullopt;
  Statement rows(*this, Twine("SELECT states, paths, value, used, rowid FROM ") + nameOf(kind) +
                            " WHERE key = ?");
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
    if (visitPath)
      for_each(paths, [&](uint32_t index) { visitPath(paths_[index].name); });
    std::string value = rows.bytes().str();
    // For prune; a day is exact enough, and most runs need not write at all.
    const int64_t today = currentTime() / 86'400'000'000'000;
    if (rows.number() != today)
      used_.emplace_back(kind, rows.number());
    return value;
  }
  return std::nullopt;
}

void Cache::keep(Kind kind, const Digest &key, ArrayRef<std::string> paths, StringRef value,
                 int64_t started) {
  if (!problem_.empty())
    return;
  Entry entry{kind, key, {}, value.str()};
  for (const std::string &name : paths) {
    Path &path = paths_[entry.paths.emplace_back(indexOf(name))];
    // What has changed since it was read does not go with the value.
    const State seen = current(path);
    const State now = stateOf(name, seen);
    if (!now.isSettled || now.digest != seen.digest || now.stamp.changed >= started ||
        now.stamp.modified >= started)
      return;
  }
  entries_.push_back(std::move(entry));
}

void Cache::flush() {
  const bool isNew = any_of(paths_, [](auto &path) { return path.isCurrent && !path.isWritten; });
  if (!problem_.empty() || (entries_.empty() && used_.empty() && !isNew))
    return;
  execute("BEGIN IMMEDIATE");
  {
    Statement insert(*this, "INSERT INTO path(name, size, modified, changed, file, digest) "
                            "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET "
                            "size = excluded.size, modified = excluded.modified, changed = "
                            "excluded.changed, file = excluded.file, digest = excluded.digest "
                            "RETURNING id");
    for (Path &path : paths_)
      if (!path.isWritten && path.isCurrent) {
        const Stamp &stamp = path.state.stamp;
        insert.bindText(path.name).bind(int64_t(stamp.size)).bind(stamp.modified);
        insert.bind(stamp.changed).bind(int64_t(stamp.file)).bind(path.state.digest);
        if (!insert.next())
          break;
        path.row = insert.number();
        path.isWritten = true;
        insert.next();
      }
  }
  const int64_t today = currentTime() / 86'400'000'000'000;
  for (const Entry &entry : entries_) {
    if (!problem_.empty())
      break;
    // In the order of their rows, as find() has them.
    std::vector<uint32_t> paths = entry.paths;
    llvm::sort(paths, [&](uint32_t a, uint32_t b) { return paths_[a].row < paths_[b].row; });
    std::vector<int64_t> rows;
    for (uint32_t index : paths)
      rows.push_back(paths_[index].row);
    const std::string encoded = encodeRows(rows);
    const Digest states = digestOfAll(paths);
    Statement(*this, Twine("INSERT OR REPLACE INTO ") + nameOf(entry.kind) +
                         "(key, states, paths, value, used) VALUES(?, ?, ?, ?, ?)")
        .bind(entry.key)
        .bind(states)
        .bind(arrayRefFromStringRef(encoded))
        .bind(arrayRefFromStringRef(entry.value))
        .bind(today)
        .next();
  }
  for (const auto &[kind, row] : used_)
    if (problem_.empty())
      Statement(*this, Twine("UPDATE ") + nameOf(kind) + " SET used = ? WHERE rowid = ?")
          .bind(today)
          .bind(row)
          .next();
  if (problem_.empty())
    execute("COMMIT");
  if (!problem_.empty())
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  entries_.clear();
  used_.clear();
}

std::vector<std::string> Cache::paths() const {
  std::vector<std::string> names;
  for (const Path &path : paths_)
    if (path.isCurrent)
      names.push_back(path.name);
  return names;
}

Cache::Sizes Cache::sizes() {
  return {uint64_t(ask("SELECT count(*) FROM facts")),
          uint64_t(ask("SELECT count(*) FROM results")), uint64_t(ask("SELECT count(*) FROM path")),
          uint64_t(ask("PRAGMA page_size") *
                   (ask("PRAGMA page_count") - ask("PRAGMA freelist_count")))};
}

void Cache::prune(uint64_t bytes) {
  // By the day of their last use, a tenth at a time, so that it ends early.
  for (Sizes now = sizes(); now.bytes > bytes && now.units + now.runs != 0 && problem_.empty();
       now = sizes()) {
    for (const char *table : {"results", "facts"}) {
      Statement drop(*this, Twine("DELETE FROM ") + table + " WHERE rowid IN (SELECT rowid FROM " +
                                table + " ORDER BY used, rowid LIMIT ?)");
      drop.bind(int64_t(now.units / 10 + 1)).next();
    }
    if (sizes().units == 0)
      execute("DELETE FROM results; DELETE FROM path");
  }
  execute("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace belay
