// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs: clang's file system is the real one with a list beside it.
//
#include "tool/Inputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <chrono>
#include <sys/stat.h>

using namespace llvm;

namespace belay {

const char WatchedFiles::ID = 0;

void WatchedFiles::note(const Twine &path, StringRef suffix) {
  SmallString<256> absolute;
  path.toVector(absolute);
  if (makeAbsolute(absolute))
    return;
  absolute += suffix;
  asked_.insert(absolute);
}

ErrorOr<vfs::Status> WatchedFiles::status(const Twine &path) {
  note(path);
  return ProxyFileSystem::status(path);
}

bool WatchedFiles::exists(const Twine &path) {
  note(path);
  return ProxyFileSystem::exists(path);
}

ErrorOr<std::unique_ptr<vfs::File>> WatchedFiles::openFileForRead(const Twine &path) {
  note(path);
  return ProxyFileSystem::openFileForRead(path);
}

vfs::directory_iterator WatchedFiles::dir_begin(const Twine &folder, std::error_code &error) {
  note(folder, "/");
  return ProxyFileSystem::dir_begin(folder, error);
}

std::vector<std::string> WatchedFiles::asked() const {
  std::vector<std::string> paths;
  for (StringRef path : asked_.keys())
    paths.push_back(path.str());
  llvm::sort(paths);
  return paths;
}

Digest digestOf(ArrayRef<uint8_t> bytes) { return BLAKE3::hash<16>(bytes); }
Digest digestOf(StringRef text) { return digestOf(arrayRefFromStringRef(text)); }

int64_t currentTime() {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

static int64_t nanoseconds(const timespec &time) {
  return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

static Digest digestOfNames(const std::string &folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (sys::fs::directory_iterator entry(folder, error), end; entry != end && !error;
       entry.increment(error))
    names.push_back(sys::path::filename(entry->path()).str());
  llvm::sort(names);
  std::string text = "names";
  for (const std::string &name : names)
    text += '\0' + name;
  return digestOf(text);
}

State stateOf(const std::string &path, const State &known) {
  static const Digest absent{};
  static const Digest folder = digestOf("folder");
  struct ::stat found;
  if (::stat(path.c_str(), &found) != 0)
    return {{}, absent, true};
  if (S_ISDIR(found.st_mode))
    return {{}, path.ends_with('/') ? digestOfNames(path) : folder, true};
  const Stamp stamp{uint64_t(found.st_size), nanoseconds(found.st_mtim), nanoseconds(found.st_ctim),
                    uint64_t(found.st_ino)};
  if (stamp == known.stamp)
    return known;
  if (!S_ISREG(found.st_mode))
    return {{}, digestOf("special"), false};
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/true);
  if (!buffer)
    return {{}, digestOf("unreadable"), false};
  // Clocks of file systems tick every few milliseconds: until that has passed for sure, a change
  // may leave the stamp as it is.
  constexpr int64_t tick = 50'000'000;
  const bool isYoung = std::max(stamp.modified, stamp.changed) > currentTime() - tick;
  return {isYoung ? Stamp{} : stamp, digestOf((*buffer)->getBuffer()), !isYoung};
}

} // namespace belay
