// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Manifest: most of a unit's paths are names that were looked for in vain. They stand with the
// nearest folder that there is: as long as its stamp is the same, none of them has appeared. What
// is there is asked for by its name in the opened folder, which takes less than what its path does.
//
#include "tool/Manifest.h"
#include "facts/Bytes.h"
#include "tool/Parallel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Threading.h"
#include <atomic>
#include <fcntl.h>
#include <map>
#include <unistd.h>

using namespace llvm;

namespace belay {

/// As it is in memory: for a machine that reads it otherwise, nothing is as it was.
template <class T> static StringRef rawBytes(const T &value) {
  return StringRef(reinterpret_cast<const char *>(&value), sizeof value);
}

template <class T> static T readRaw(Reader &reader) {
  T value{};
  const StringRef bytes = reader.bytes();
  if (bytes.size() == sizeof value)
    memcpy(&value, bytes.data(), sizeof value);
  else
    reader.fail();
  return value;
}

namespace {

/// A folder of a manifest, to be written: names in it and below.
class Listing {
public:
  const Stamp &stamp() const { return stamp_; }

  /// A name that is as it was if the folder's stamp is.
  void imply(StringRef name, const State &state) {
    stamp_ = state.stamp;
    implied_.emplace_back(name, state.digest);
  }
  void add(StringRef name, const State &state) { own_.emplace_back(name, state); }

  std::string bytes(StringRef folder) const {
    Writer writer;
    writer.bytes(folder);
    writer.bytes(rawBytes(stamp_));
    writer.bytes(writer.apart([&] {
      for (const auto &[name, digest] : implied_) {
        writer.bytes(name);
        writer.bytes(rawBytes(digest));
      }
    }));
    writer.number(own_.size());
    for (const auto &[name, state] : own_) {
      writer.bytes(name);
      writer.bytes(rawBytes(state.stamp));
      writer.bytes(rawBytes(state.digest));
    }
    return writer.take();
  }

private:
  Stamp stamp_;
  std::vector<std::pair<StringRef, Digest>> implied_;
  std::vector<std::pair<StringRef, State>> own_;
};

} // namespace

/// The folder, with the slash at its end, whose stamp answers for the path, and the stamp.
static std::pair<std::string, Stamp> implying(const std::string &path, const State &state,
                                              Folders &folders) {
  if (isAbsent(state))
    return {folders.above(path).folder.str(), state.stamp};
  if (StringRef(path).ends_with("/"))
    return {path, state.stamp};
  if (!isFolder(state))
    return {};
  const std::string inside = path + "/.";
  const auto [folder, stamp] = folders.above(inside);
  return {folder.str(), folder.size() > path.size() ? stamp : Stamp()};
}

std::string manifestOf(ArrayRef<Dependency> dependencies) {
  std::map<std::string, Listing> listings;
  Folders folders;
  for (const auto &[path, state] : dependencies) {
    if (const auto [folder, stamp] = implying(path, state, folders); stamp != Stamp()) {
      Listing &listing = listings[folder];
      if (listing.stamp() == Stamp() || listing.stamp() == stamp) {
        const StringRef name = path.size() < folder.size() ? "." : path.c_str() + folder.size();
        listing.imply(name, {stamp, state.digest});
        continue;
      }
    }
    const size_t start = path.rfind('/') + 1;
    listings[path.substr(0, start)].add(path.c_str() + start, state);
  }
  Writer writer;
  for (const auto &[folder, listing] : listings)
    writer.bytes(listing.bytes(folder));
  return writer.take();
}

namespace {

/// A folder of a manifest, as it is read.
class ListingReader {
public:
  explicit ListingReader(StringRef bytes)
      : reader_(bytes), folder_(reader_.bytes()), stamp_(readRaw<Stamp>(reader_)),
        implied_(reader_.bytes()), count_(reader_.number()) {}

  StringRef folder() const { return folder_; }
  const Stamp &stamp() const { return stamp_; }
  /// How many names there are that the stamp does not answer for.
  uint64_t count() const { return count_; }
  bool failed() const { return reader_.failed(); }

  using Call = function_ref<void(StringRef name, const State &)>;

  void forImplied(Call call) {
    reader_.within(implied_, [&] {
      while (!reader_.failed() && !reader_.atEnd()) {
        const StringRef name = reader_.bytes();
        call(name, {stamp_, readRaw<Digest>(reader_)});
      }
    });
  }

  /// Of what the stamp does not answer for; once.
  void forOwn(Call call) {
    for (; count_ && !reader_.failed(); --count_) {
      const StringRef name = reader_.bytes();
      const Stamp stamp = readRaw<Stamp>(reader_);
      call(name, {stamp, readRaw<Digest>(reader_)});
    }
  }

private:
  Reader reader_;
  StringRef folder_; // with the slash at its end
  Stamp stamp_;
  StringRef implied_;
  uint64_t count_;
};

/// A folder as it is now.
class FolderNow {
public:
  /// Of which so many names are going to be asked for.
  FolderNow(StringRef path, uint64_t names) : prefix_(path) {
    constexpr uint64_t worthwhile = 3;
    if (names < worthwhile)
      return;
    const int opened = ::open(prefix_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
      return;
    folder_ = opened;
    prefix_.clear();
  }
  FolderNow(const FolderNow &) = delete;
  ~FolderNow() {
    if (folder_ >= 0)
      ::close(folder_);
  }

  Stamp stamp() { return stampOfFolder(folder_, prefix_.c_str()); }

  Stamp stampOf(StringRef name) {
    SmallString<256> path = prefix_;
    path += name;
    return stampOfFile(folder_, path.c_str());
  }

private:
  int folder_ = AT_FDCWD;   // or the opened one
  SmallString<256> prefix_; // of names in it
};

/// Compares folders of a manifest with what is there.
class Comparison {
public:
  void compare(ListingReader listing);

  bool isSame() const { return isSame_; }
  bool isAsStamped() const { return isAsStamped_; }

private:
  void look(const std::string &path, const State &state) {
    const State now = stateOf(path, state, &folders_);
    isSame_ &= now.digest == state.digest;
    isAsStamped_ &= now.stamp == state.stamp;
  }

  Folders folders_;
  bool isSame_ = true;
  bool isAsStamped_ = true;
};

} // namespace

void Comparison::compare(ListingReader listing) {
  const std::string folder = listing.folder().str();
  FolderNow now(folder, listing.count());
  if (listing.stamp() != Stamp() && now.stamp() != listing.stamp())
    listing.forImplied(
        [&](StringRef name, const State &state) { look(folder + name.str(), state); });
  listing.forOwn([&](StringRef name, const State &state) {
    if (state.stamp == Stamp() || now.stampOf(name) != state.stamp)
      look(folder + name.str(), state);
  });
  isSame_ &= !listing.failed();
}

/// The manifest with the stamps of today.
static std::string renew(ArrayRef<StringRef> listings) {
  std::vector<Dependency> now;
  Folders folders;
  for (StringRef bytes : listings) {
    ListingReader listing(bytes);
    const auto add = [&](StringRef name, const State &state) {
      const std::string path = (listing.folder() + name).str();
      now.emplace_back(path, stateOf(path, state, &folders));
    };
    listing.forImplied(add);
    listing.forOwn(add);
  }
  return manifestOf(now);
}

bool holds(StringRef manifest, std::string &renewed) {
  std::vector<StringRef> listings;
  Reader reader(manifest);
  while (!reader.failed() && !reader.atEnd())
    listings.push_back(reader.bytes());
  // Folders are of all sizes, so that there are more parts than threads. A thread costs as much as
  // looks at some hundred paths.
  constexpr size_t parts = 64, worthwhile = size_t(64) << 10;
  const unsigned threads = manifest.size() < worthwhile
                               ? 1
                               : std::min(4u, hardware_concurrency().compute_thread_count());
  std::atomic<bool> isSame = !reader.failed();
  std::atomic<bool> isAsStamped = true;
  inParallel(parts, threads, [&](size_t part) {
    Comparison comparison;
    for (size_t at = part; at < listings.size() && isSame; at += parts) {
      comparison.compare(ListingReader(listings[at]));
      if (!comparison.isSame())
        isSame = false;
    }
    if (!comparison.isAsStamped())
      isAsStamped = false;
  });
  if (isSame && !isAsStamped)
    renewed = renew(listings);
  return isSame;
}

} // namespace belay
