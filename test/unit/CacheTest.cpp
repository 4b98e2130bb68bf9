// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What test/tool/cache.py cannot show in seconds: files of earlier versions, and too large ones.
//
#include "tool/Cache.h"
#include "tool/Results.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <chrono>
#include <sqlite3.h>
#include <thread>

using namespace belay;

namespace {

class CacheTest : public testing::Test {
protected:
  CacheTest() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("belay-cache", folder_)); }
  ~CacheTest() override { llvm::sys::fs::remove_directories(folder_); }

  std::unique_ptr<Cache> open(llvm::StringRef expected = "") const {
    std::string note;
    auto cache = Cache::open(folder_, note);
    EXPECT_TRUE(llvm::StringRef(note).contains(expected)) << note;
    return cache;
  }

  void execute(const char *sql) const {
    sqlite3 *database = nullptr;
    ASSERT_EQ(sqlite3_open(Cache::fileIn(folder_).c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

  std::string path(llvm::StringRef name) const { return (folder_ + "/" + name).str(); }

  void write(llvm::StringRef name, llvm::StringRef text) const {
    std::error_code error =
        llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path(name)));
    EXPECT_FALSE(error);
    llvm::raw_fd_ostream(path(name), error) << text;
    EXPECT_FALSE(error);
  }

  llvm::SmallString<128> folder_;
};

Digest key(unsigned number) { return digestOf(std::to_string(number)); }

} // namespace

TEST_F(CacheTest, MakesTheTablesOfAnEarlierVersionAnew) {
  open()->keepProgram(key(1), "found");
  execute("DROP TABLE programs; CREATE TABLE results(key BLOB); PRAGMA user_version = 1");
  {
    const auto cache = open();
    ASSERT_TRUE(cache);
    EXPECT_FALSE(cache->findProgram(key(1)));
    cache->keepProgram(key(2), "found");
    cache->flush();
    EXPECT_EQ(cache->problem(), "");
  }
  EXPECT_EQ(open()->findProgram(key(2)), "found");
}

TEST_F(CacheTest, LeavesALaterVersionAlone) {
  open();
  execute("PRAGMA user_version = 99");
  EXPECT_FALSE(open("of a newer version of belay; give another --cache-dir"));
}

TEST_F(CacheTest, DropsTheOldestWhereThereIsTooMuch) {
  const auto cache = open();
  for (unsigned number = 0; number != 100; ++number)
    cache->keepProgram(key(number), std::string(10000, char('a' + number % 26)));
  cache->flush();
  const uint64_t before = cache->sizes().bytes;
  cache->keepWithin(before);
  EXPECT_EQ(cache->sizes().programs, 100u);
  cache->keepWithin(before / 2);
  EXPECT_LE(cache->sizes().bytes, before / 2);
  EXPECT_GT(cache->sizes().programs, 10u);
  EXPECT_FALSE(cache->findProgram(key(0)));
  EXPECT_TRUE(cache->findProgram(key(99)));
}

TEST_F(CacheTest, ResultsHoldAsLongAsWhatTheyDependOn) {
  write("source", "one");
  std::this_thread::sleep_for(std::chrono::milliseconds(100)); // to be old enough
  Folders folders;
  std::vector<Dependency> dependencies;
  for (const char *name : {"missing", "source", "nowhere/header"})
    dependencies.emplace_back(path(name), stateOf(path(name), {}, &folders));
  const Results results(folder_);
  ASSERT_FALSE(results.keep(key(1), dependencies, "said"));
  EXPECT_EQ(results.find(key(1)), "said");
  EXPECT_FALSE(results.find(key(2)));

  // The same text with another stamp costs a look at it, once.
  write("source", "one");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(results.find(key(1)), "said");
  EXPECT_EQ(results.find(key(1)), "said");
  write("source", "two");
  EXPECT_FALSE(results.find(key(1)));
  write("source", "one");
  EXPECT_EQ(results.find(key(1)), "said");
  write("missing", "");
  EXPECT_FALSE(results.find(key(1)));
  llvm::sys::fs::remove(path("missing"));
  EXPECT_EQ(results.find(key(1)), "said");
  llvm::sys::fs::create_directory(path("nowhere"));
  EXPECT_EQ(results.find(key(1)), "said");
  write("nowhere/header", "");
  EXPECT_FALSE(results.find(key(1)));
}

TEST_F(CacheTest, ResultsHoldAsLongAsFoldersDo) {
  using namespace llvm::sys;
  write("names/one", "");
  fs::create_directory(path("folder"));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  Folders folders;
  std::vector<Dependency> dependencies;
  for (const char *name : {"folder", "folder/a/b", "folder/a/c/d", "names/"})
    dependencies.emplace_back(path(name), stateOf(path(name), {}, &folders));
  const Results results(folder_);
  ASSERT_FALSE(results.keep(key(1), dependencies, "said"));
  EXPECT_EQ(results.find(key(1)), "said");

  // The nearest folder that there is becomes another one.
  fs::create_directories(path("folder/a/c"));
  EXPECT_EQ(results.find(key(1)), "said");
  write("folder/a/c/d", "");
  EXPECT_FALSE(results.find(key(1)));
  fs::remove_directories(path("folder"));
  EXPECT_FALSE(results.find(key(1)));
  write("folder", "");
  EXPECT_FALSE(results.find(key(1)));
  fs::remove(path("folder"));
  fs::create_directory(path("folder"));
  EXPECT_EQ(results.find(key(1)), "said");

  write("names/two", "");
  EXPECT_FALSE(results.find(key(1)));
  fs::remove(path("names/two"));
  EXPECT_EQ(results.find(key(1)), "said");
  fs::create_link(path("nowhere"), path("folder/a"));
  EXPECT_EQ(results.find(key(1)), "said");
  fs::create_directory(path("nowhere"));
  EXPECT_EQ(results.find(key(1)), "said");
  write("nowhere/b", "");
  EXPECT_FALSE(results.find(key(1)));
}

TEST_F(CacheTest, ResultsOfManyFilesDependOnEach) {
  constexpr unsigned count = 2000;
  const auto name = [](unsigned number) {
    return std::to_string(number % 50) + "/" + std::to_string(number);
  };
  for (unsigned number = 0; number != count; ++number)
    write(name(number), "one");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::vector<Dependency> dependencies;
  for (unsigned number = 0; number != count; ++number)
    dependencies.emplace_back(path(name(number)), stateOf(path(name(number)), {}));
  const Results results(folder_);
  ASSERT_FALSE(results.keep(key(1), dependencies, "said"));
  EXPECT_EQ(results.find(key(1)), "said");
  for (unsigned number = 0; number < count; number += 333) {
    write(name(number), "two");
    EXPECT_FALSE(results.find(key(1))) << number;
    write(name(number), "one");
    EXPECT_EQ(results.find(key(1)), "said");
  }
}

TEST_F(CacheTest, ResultsThatAreDamagedAreNone) {
  const Results results(folder_);
  const std::vector<Dependency> dependencies = {{path("missing"), State()}};
  ASSERT_FALSE(results.keep(key(1), dependencies, "said"));
  std::error_code error;
  const std::string file = llvm::sys::fs::directory_iterator(path("results"), error)->path();
  const std::string text = (*readFile(file))->getBuffer().str();
  for (size_t at = 0; at != text.size(); ++at) {
    std::string damaged = text;
    damaged[at] ^= 1;
    llvm::raw_fd_ostream(file, error) << damaged;
    const auto found = results.find(key(1));
    EXPECT_FALSE(found && *found != "said") << at;
    llvm::raw_fd_ostream(file, error) << text.substr(0, at);
    EXPECT_FALSE(results.find(key(1))) << at;
  }
}

TEST_F(CacheTest, ResultsArePrunedByTheirUse) {
  const Results results(folder_);
  for (unsigned number = 0; number != 10; ++number)
    ASSERT_FALSE(results.keep(key(number), {}, std::string(1000, 'x')));
  const auto [all, bytes] = results.prune(~uint64_t(0));
  EXPECT_EQ(all, 10u);
  EXPECT_GT(bytes, 10000u);
  EXPECT_EQ(results.prune(bytes / 2).first, 5u);
  EXPECT_EQ(results.prune(0).first, 0u);
}
