// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Before: clang reads the old text of a changed file under its name of today, so that whatever
// includes it need not know. The texts are in a temporary folder.
//
#include "tool/Before.h"
#include "tool/Commands.h"
#include "tool/Outputs.h"
#include "tool/Suppress.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

static std::string absolute(StringRef path, StringRef folder) {
  SmallString<256> file(path);
  sys::path::make_absolute(folder, file);
  return file.str().str();
}

Error Before::writeTexts() {
  if (const std::error_code error = sys::fs::createUniqueDirectory("belay-since", folder_))
    return createStringError(error, "--since: cannot make a temporary folder: " + error.message());
  auto texts = changes_.texts();
  if (!texts)
    return texts.takeError();
  for (const auto &[number, text] : enumerate(*texts)) {
    texts_.push_back((folder_ + "/" + Twine(number)).str());
    if (!changes_.files()[number].before.empty())
      if (Error error = writeIfChanged(texts_.back(), text))
        return error;
  }
  return Error::success();
}

Before::~Before() {
  if (!folder_.empty())
    sys::fs::remove_directories(folder_);
}

bool Before::isConcerned(const Source &source, const Analysis &unit) const {
  const auto isChanged = [&](StringRef path) {
    const std::string file = absolute(path, source.directory);
    return changes_.fileAt(file) || changes_.fileOnceAt(file);
  };
  return isChanged(source.file) || any_of(unit.headers, isChanged);
}

/// The source as it was; nothing if it was not there.
std::optional<Source> Before::once(const Source &source) const {
  const ChangedFile *main = changes_.fileAt(source.file);
  if (main && main->before.empty())
    return std::nullopt;
  Source once = source;
  for (const auto &[file, text] : zip_equal(changes_.files(), texts_)) {
    if (file.before.empty())
      continue;
    const std::string path = &file == main ? source.file : changes_.oncePath(file);
    once.flags.insert(once.flags.end(), {"-Xclang", "-remap-file", "-Xclang", path + ";" + text});
  }
  return once;
}

/// Whether the unit has read a file that was not there at the revision.
bool Before::hasNewHeaders(const Source &source, const Analysis &unit) const {
  return any_of(unit.headers, [&](StringRef path) {
    const std::string header = absolute(path, source.directory);
    const ChangedFile *file = changes_.fileAt(header);
    return file && file->before.empty() && !changes_.fileOnceAt(header);
  });
}

/// Whether the unit looks for a header that is gone, and that clang has not found as it was: a name
/// without a file is known only in one spelling.
bool Before::lacksHeaders(const Source &source, const Analysis &now, const Analysis &then) const {
  const auto goneAt = [&](StringRef path) -> const ChangedFile * {
    const ChangedFile *file = changes_.fileOnceAt(absolute(path, source.directory));
    return file && file->now != changes_.oncePath(*file) ? file : nullptr;
  };
  return any_of(now.headers, [&](StringRef path) {
    const ChangedFile *gone = goneAt(path);
    return gone && none_of(then.headers, [&](StringRef read) { return goneAt(read) == gone; });
  });
}

Expected<std::unique_ptr<Before>> Before::analyse(const Changes &changes, ArrayRef<Source> sources,
                                                  ArrayRef<Analysis> units, bool whole,
                                                  const Setup &setup) {
  std::unique_ptr<Before> before(new Before(changes));
  SmallVector<bool> isConcerned;
  for (const auto &[source, unit] : zip_equal(sources, units))
    isConcerned.push_back(before->isConcerned(source, unit));
  before->whole_ = whole;
  before->isSame_ = !is_contained(isConcerned, true);
  if (before->isSame_)
    return before;
  if (Error error = before->writeTexts())
    return std::move(error);
  std::vector<Source> concerned;
  std::vector<const Analysis *> now;
  for (const auto &[source, unit, isIt] : zip_equal(sources, units, isConcerned)) {
    if (!isIt) {
      before->units_.push_back(unit);
    } else if (auto once = before->once(source)) {
      concerned.push_back(std::move(*once));
      now.push_back(&unit);
    }
  }
  if (concerned.empty())
    return before;
  Setup plain = setup;
  plain.cache = nullptr;
  plain.isWatched = nullptr; // of these only what was read counts
  auto then = belay::analyse(concerned, plain);
  if (!then)
    return then.takeError();
  for (auto [source, today, unit] : zip_equal(concerned, now, *then)) {
    if (unit.problem.empty() && !before->hasNewHeaders(source, unit) &&
        !before->lacksHeaders(source, *today, unit))
      before->units_.push_back(std::move(unit));
    else
      before->whole_ = false;
  }
  return before;
}

/// The file with the text that the path had.
std::string Before::textAt(StringRef path) const {
  const ChangedFile *file = changes_.fileOnceAt(path);
  if (!file)
    file = changes_.fileAt(path);
  return file && !file->before.empty() ? texts_[file - changes_.files().data()] : path.str();
}

/// The level of what was found, by fingerprints with the names of today.
Expected<StringMap<Level>> Before::found(ArrayRef<const Check *> checks, StringRef root) {
  auto all = findingsIn(unitsOf(units_), {checks, root.str(), whole_});
  if (!all)
    return all.takeError();
  Findings &findings = *all;
  const auto textOf = [&](StringRef path) { return textAt(path); };
  Suppressions(textOf).drop(findings);
  const auto identified = fingerprints(findings, root, [&](StringRef path) -> Renamed {
    const ChangedFile *file = changes_.fileOnceAt(path);
    return {file && !file->now.empty() ? file->now : path.str(), textAt(path)};
  });
  StringMap<Level> levels;
  for (const auto &[finding, fingerprint] : zip_equal(findings, identified))
    levels[fingerprint] = finding.level;
  return levels;
}

Expected<size_t> Before::dropOld(Findings &findings, ArrayRef<const Check *> checks,
                                 StringRef root) {
  auto known = isSame_ ? StringMap<Level>() : found(checks, root);
  if (!known)
    return known.takeError();
  const StringMap<Level> &levels = *known;
  const size_t before = findings.size();
  llvm::erase_if(findings, [&](const Finding &finding) {
    if (changes_.touches(finding.where) || changes_.touches(finding.declared) ||
        any_of(finding.trail, [&](const Step &step) { return changes_.touches(step.where); }))
      return false;
    const auto level = levels.find(finding.fingerprint);
    return isSame_ || (level != levels.end() && level->second >= finding.level);
  });
  return before - findings.size();
}

} // namespace belay
