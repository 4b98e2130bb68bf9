// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs: clang's file system is the real one with a list beside it.
//
#include "tool/Inputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

Digest checksumOf(StringRef text) {
  const XXH128_hash_t hash = xxh3_128bits(arrayRefFromStringRef(text));
  Digest digest;
  support::endian::write64le(digest.data(), hash.low64);
  support::endian::write64le(digest.data() + 8, hash.high64);
  return digest;
}

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

static Stamp stampOf(const struct ::stat &found) {
  return {uint64_t(found.st_size), nanoseconds(found.st_mtim), nanoseconds(found.st_ctim),
          uint64_t(found.st_ino)};
}

Stamp stampOfFile(int folder, const char *name) {
  struct ::stat found;
  const bool isFile = ::fstatat(folder, name, &found, 0) == 0 && S_ISREG(found.st_mode);
  return isFile ? stampOf(found) : Stamp();
}

Stamp stampOfFolder(int folder, const char *name) {
  struct ::stat found;
  const bool isFolder =
      ::fstatat(folder, name, &found, AT_EMPTY_PATH) == 0 && S_ISDIR(found.st_mode);
  return isFolder ? stampOf(found) : Stamp();
}

/// Clocks of file systems tick every few milliseconds: until that has passed for sure, a change may
/// leave the stamp as it is.
static bool isYoung(const Stamp &stamp) {
  constexpr int64_t tick = 50'000'000;
  return std::max(stamp.modified, stamp.changed) > currentTime() - tick;
}

Folders::Above Folders::above(StringRef path) {
  const StringRef folder = sys::path::parent_path(path);
  if (folder.empty())
    return {};
  const auto [known, isNew] = known_.try_emplace(folder);
  if (isNew) {
    size_t length = folder == "/" ? 1 : folder.size() + 1;
    Stamp stamp;
    struct ::stat found;
    const std::string name = folder.str();
    // A link whose target is missing can come to life without its folder.
    if (::lstat(name.c_str(), &found) != 0) {
      if (errno == ENOENT) {
        const Above next = above(folder);
        length = next.folder.size();
        stamp = next.stamp;
      }
    } else if (!S_ISLNK(found.st_mode) || ::stat(name.c_str(), &found) == 0) {
      stamp = stampOf(found);
      if (!S_ISDIR(found.st_mode) || isYoung(stamp))
        stamp = {};
    }
    known_[folder] = {length, stamp};
  }
  const auto &[length, stamp] = known_[folder];
  return {path.take_front(length), stamp};
}

static const Digest absentDigest{};
static const Digest folderDigest = digestOf("folder");

bool isAbsent(const State &state) { return state.digest == absentDigest; }
bool isFolder(const State &state) { return state.digest == folderDigest; }

State stateOf(const std::string &path, const State &known, Folders *folders) {
  const bool wasAbsent = isAbsent(known) && known.stamp != Stamp{};
  if (wasAbsent && folders && folders->above(path).stamp == known.stamp)
    return known;
  struct ::stat found;
  if (::stat(path.c_str(), &found) != 0) {
    // A link whose target is missing can come to life without its folder.
    const bool isMissing = errno == ENOENT && ::lstat(path.c_str(), &found) != 0;
    return {isMissing && folders ? folders->above(path).stamp : Stamp{}, absentDigest, true};
  }
  const bool isNamed = path.ends_with('/');
  if (S_ISDIR(found.st_mode) && !isNamed)
    return {{}, folderDigest, true};
  const Stamp stamp = stampOf(found);
  if (stamp == known.stamp)
    return known;
  const bool isNew = isYoung(stamp);
  if (S_ISDIR(found.st_mode))
    return {isNew ? Stamp{} : stamp, digestOfNames(path), true};
  if (!S_ISREG(found.st_mode))
    return {{}, digestOf("special"), false};
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/true);
  if (!buffer)
    return {{}, digestOf("unreadable"), false};
  return {isNew ? Stamp{} : stamp, digestOf((*buffer)->getBuffer()), !isNew};
}

ErrorOr<std::unique_ptr<MemoryBuffer>> readFile(const std::string &path) {
  auto opened = sys::fs::openNativeFileForRead(path);
  if (!opened)
    return errorToErrorCode(opened.takeError());
  auto buffer = MemoryBuffer::getOpenFile(*opened, path, /*FileSize=*/-1);
  ::close(*opened); // not LLVM's, which blocks signals around it
  return buffer;
}

} // namespace belay
