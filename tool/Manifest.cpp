// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Manifest: most of a unit's paths are names that were looked for in vain, and as long as a folder
// is what it was, none of those has appeared in it. What is there is asked for by its name in the
// opened folder, which takes half of what its path does.
//
#include "tool/Manifest.h"
#include "facts/Bytes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;

namespace belay {

namespace {

/// A folder, opened when it is first asked for a file.
class OpenFolder {
public:
  explicit OpenFolder(StringRef path) : path_(path) {}
  OpenFolder(const OpenFolder &) = delete;
  ~OpenFolder() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }

  Stamp stampOf(StringRef name) {
    if (descriptor_ < 0)
      descriptor_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    SmallString<64> text = name;
    return descriptor_ < 0 ? Stamp() : stampIn(descriptor_, text.c_str());
  }

private:
  SmallString<256> path_;
  int descriptor_ = -1;
};

} // namespace

static StringRef folderOf(StringRef path) { return path.take_front(path.rfind('/') + 1); }

static void write(const Stamp &stamp, Writer &writer) {
  for (uint64_t number :
       {stamp.size, uint64_t(stamp.modified), uint64_t(stamp.changed), stamp.file})
    writer.number(number);
}

static Stamp readStamp(Reader &reader) {
  Stamp stamp;
  stamp.size = reader.number();
  stamp.modified = int64_t(reader.number());
  stamp.changed = int64_t(reader.number());
  stamp.file = reader.number();
  return stamp;
}

static bool isAbsent(const State &state) { return state.digest == Digest{}; }

static void write(StringRef folder, ArrayRef<Dependency> listed, Writer &writer) {
  Stamp absent;
  for (const auto &[path, state] : listed)
    if (isAbsent(state) && state.stamp != Stamp())
      absent = state.stamp;
  writer.bytes(folder);
  write(absent, writer);
  writer.number(listed.size());
  for (const auto &[path, state] : listed) {
    const bool isUsual = isAbsent(state) && state.stamp == absent;
    writer.bytes(StringRef(path).drop_front(folder.size()));
    writer.number(isUsual);
    if (isUsual)
      continue;
    write(state.stamp, writer);
    writer.bytes(toStringRef(state.digest));
  }
}

std::string manifestOf(ArrayRef<Dependency> dependencies) {
  Writer writer;
  while (!dependencies.empty()) {
    const StringRef folder = folderOf(dependencies.front().first);
    const auto listed = dependencies.take_while(
        [&](const Dependency &each) { return folderOf(each.first) == folder; });
    dependencies = dependencies.drop_front(listed.size());
    writer.bytes(writer.apart([&] { write(folder, listed, writer); }));
  }
  return writer.take();
}

namespace {

/// The entries of a folder, one after another.
class Listing {
public:
  explicit Listing(Reader &reader) : reader_(reader) {
    folder_ = reader.bytes();
    absent_ = readStamp(reader);
    count_ = reader.number();
  }

  StringRef folder() const { return folder_; }
  const Stamp &absent() const { return absent_; }

  /// The next name, and what was there.
  std::optional<std::pair<StringRef, State>> next() {
    if (count_-- == 0 || reader_.failed())
      return std::nullopt;
    std::pair<StringRef, State> entry{reader_.bytes(), {absent_, {}}};
    if (reader_.number(1) == 1)
      return entry;
    State &state = entry.second;
    state.stamp = readStamp(reader_);
    const StringRef digest = reader_.bytes();
    if (digest.size() == state.digest.size())
      copy(arrayRefFromStringRef(digest), state.digest.begin());
    else
      reader_.fail();
    return entry;
  }

private:
  Reader &reader_;
  StringRef folder_; // with the slash at its end
  Stamp absent_;     // of the folder, where names of it are missing
  uint64_t count_ = 0;
};

/// Compares a manifest's folders with what is there.
class Comparison {
public:
  void compare(StringRef listing);

  bool isSame() const { return isSame_; }
  bool isAsStamped() const { return isAsStamped_; }

private:
  void compare(Listing listing);

  Folders folders_;
  bool isSame_ = true;
  bool isAsStamped_ = true;
};

} // namespace

static const StringRef noStrings("\0", 1);

void Comparison::compare(StringRef listing) {
  Reader reader(noStrings);
  reader.within(listing, [&] { compare(Listing(reader)); });
  isSame_ &= !reader.failed();
}

void Comparison::compare(Listing listing) {
  OpenFolder folder(listing.folder());
  const Stamp absent = listing.absent();
  const bool isUnchanged =
      absent != Stamp() && folders_.above(listing.folder().str() + "x") == absent;
  while (const auto entry = listing.next()) {
    const auto &[name, state] = *entry;
    if (isAbsent(state) ? isUnchanged && state.stamp == absent
                        : state.stamp != Stamp() && folder.stampOf(name) == state.stamp)
      continue;
    const State now = stateOf((listing.folder() + name).str(), state, &folders_);
    isSame_ &= now.digest == state.digest;
    isAsStamped_ &= now.stamp == state.stamp;
  }
}

/// The manifest with the stamps of today.
static std::string renew(ArrayRef<StringRef> listings) {
  std::vector<Dependency> now;
  Folders folders;
  for (StringRef bytes : listings) {
    Reader reader(noStrings);
    reader.within(bytes, [&] {
      Listing listing(reader);
      while (const auto entry = listing.next()) {
        const std::string path = (listing.folder() + entry->first).str();
        now.emplace_back(path, stateOf(path, entry->second, &folders));
      }
    });
  }
  return manifestOf(now);
}

bool holds(StringRef manifest, std::string &renewed) {
  Comparison comparison;
  std::vector<StringRef> listings;
  Reader reader(manifest);
  while (!reader.failed() && !reader.atEnd() && comparison.isSame())
    comparison.compare(listings.emplace_back(reader.bytes()));
  if (reader.failed() || !comparison.isSame())
    return false;
  if (!comparison.isAsStamped())
    renewed = renew(listings);
  return true;
}

} // namespace belay
