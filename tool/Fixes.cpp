// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fixes: all edits are tried at once, since that costs one more look at the units that they
// concern. Only if that shows a problem is the set halved, until the edits that are to blame are
// found.
//
#include "tool/Fixes.h"
#include "tool/Outputs.h"
#include "tool/Rewrite.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

namespace {

class Fixer {
public:
  Fixer(const Analyses &analyses, const Options &options)
      : analyses_(analyses), units_(analyses.units), checks_(options.checks),
        root_(realPath(currentFolder())) {}
  ~Fixer() {
    if (!folder_.empty())
      sys::fs::remove_directories(folder_);
  }
  Fixer(const Fixer &) = delete;

  /// Those of the findings whose edits hold, together.
  void choose(const Findings &shown);
  ArrayRef<const Finding *> chosen() const { return chosen_; }
  Rewrites rewrites() const { return rewritesOf(chosen_); }

private:
  using Set = std::vector<const Finding *>;

  static std::string realPath(StringRef path);
  Search search() const { return {checks_, currentFolder(), analyses_.whole}; }
  std::string whyNot(const Finding &finding);
  Rewrites rewritesOf(ArrayRef<const Finding *> set) const;
  bool reads(size_t unit, StringRef path);
  std::string problemOf(ArrayRef<const Finding *> set);
  std::string compare(const Findings &after, ArrayRef<const Finding *> set, const Rewrites &files);
  void accept(ArrayRef<const Finding *> set);
  void leaveOut(const Finding &finding, const Twine &why) const;

  const Analyses &analyses_;
  ArrayRef<Analysis> units_;
  ArrayRef<const Check *> checks_;
  std::string root_;
  Findings before_;    ///< all, shown or not
  Rewrites originals_; ///< without any edit
  Set chosen_;
  SmallString<128> folder_;         ///< of the new texts
  StringMap<std::string> realPath_; ///< of paths that units have read
};

} // namespace

std::string Fixer::realPath(StringRef path) {
  SmallString<256> real;
  return sys::fs::real_path(path, real) ? path.str() : real.str().str();
}

void Fixer::leaveOut(const Finding &finding, const Twine &why) const {
  say(shown(finding.where.file, currentFolder()) + ":" + Twine(finding.where.line) +
      ": not fixed: " + why);
}

/// Whether the unit has read the file.
bool Fixer::reads(size_t unit, StringRef path) {
  const Source &source = analyses_.sources[unit];
  const auto isIt = [&](StringRef read) { // by another name, perhaps, for a link has one
    SmallString<256> file(read);
    sys::path::make_absolute(source.directory, file);
    auto [known, isNew] = realPath_.try_emplace(file);
    if (isNew)
      known->second = realPath(file);
    return known->second == path;
  };
  return isIt(source.file) || any_of(units_[unit].headers, isIt);
}

/// What is known without trying it; empty if nothing speaks against the edit.
std::string Fixer::whyNot(const Finding &finding) {
  const std::string path = realPath(finding.fix->where.file);
  StringRef below = path;
  if (!below.consume_front(root_) || !below.starts_with("/"))
    return "'" + finding.fix->where.file.str() + "' is outside of the current folder";
  const bool isMain =
      any_of(analyses_.sources, [&](auto &source) { return realPath(source.file) == path; });
  if (!isMain && !analyses_.whole)
    return "not all that may include '" + below.drop_front().str() + "' was analysed; give no FILE";
  for (size_t unit = 0; unit != units_.size(); ++unit)
    if (!units_[unit].problem.empty() && reads(unit, path))
      return "'" + shown(analyses_.sources[unit].file, currentFolder()) + "' does not parse";
  return {};
}

/// Of a set without conflicts.
Rewrites Fixer::rewritesOf(ArrayRef<const Finding *> set) const {
  Rewrites files;
  for (const Finding *finding : set) {
    const std::string path = realPath(finding->fix->where.file);
    auto known = files.find(path);
    if (known == files.end())
      known = files.emplace(path, originals_.at(path)).first;
    cantFail(known->second.add(*finding->fix));
  }
  for (auto &[path, file] : files)
    file.finish();
  return files;
}

/// What the findings would be, beside those that the set mends and at the places where the others
/// are then: a line about the first that is not so.
std::string Fixer::compare(const Findings &after, ArrayRef<const Finding *> set,
                           const Rewrites &files) {
  using Key = std::tuple<std::string, Place, std::string>;
  const auto keyOf = [](const Finding &finding, const Place &where) {
    return Key(finding.check, where, finding.entity);
  };
  const auto moved = [&](const Finding &finding) {
    const auto file = files.find(realPath(finding.where.file));
    return file == files.end() ? finding.where : file->second.moved(finding.where);
  };
  std::multiset<Key> mended, expected;
  for (const Finding *finding : set)
    mended.insert(keyOf(*finding, moved(*finding)));
  for (const Finding &finding : before_)
    expected.insert(keyOf(finding, moved(finding)));
  for (const Finding &finding : after) {
    const Key key = keyOf(finding, finding.where);
    if (mended.contains(key))
      return "the finding would stay";
    if (!expected.contains(key))
      return shown(finding.where.file, currentFolder()) + ":" + std::to_string(finding.where.line) +
             " would have a new finding: " + finding.message;
  }
  return {};
}

/// What the set of edits would break; empty if it holds.
std::string Fixer::problemOf(ArrayRef<const Finding *> set) {
  const Rewrites files = rewritesOf(set);
  std::vector<std::string> remap;
  for (const auto &[number, each] : enumerate(files)) {
    const auto &[path, file] = each;
    const std::string text = (folder_ + "/" + Twine(number)).str();
    if (Error error = writeIfChanged(text, file.after()))
      return toString(std::move(error));
    remap.insert(remap.end(), {"-Xclang", "-remap-file", "-Xclang", path + ";" + text});
  }
  std::vector<Source> sources;
  std::vector<size_t> numbers;
  for (size_t unit = 0; unit != units_.size(); ++unit) {
    if (none_of(files, [&](const auto &file) { return reads(unit, file.first); }))
      continue;
    sources.push_back(analyses_.sources[unit]);
    llvm::append_range(sources.back().flags, remap);
    numbers.push_back(unit);
  }
  auto fresh = analyse(sources, analyses_.setup);
  if (!fresh)
    return toString(fresh.takeError());
  std::vector<LazyUnit> units = unitsOf(units_);
  for (auto [number, unit] : zip_equal(numbers, *fresh)) {
    if (!unit.problem.empty())
      return "the code would not parse: " + StringRef(unit.problem).split(" parse: ").second.str();
    units[number] = unit.unit;
  }
  auto after = findingsIn(units, search());
  return after ? compare(*after, set, files) : toString(after.takeError());
}

/// Adds those of the set that hold beside what was chosen before.
void Fixer::accept(ArrayRef<const Finding *> set) {
  Set all = chosen_;
  llvm::append_range(all, set);
  const std::string problem = problemOf(all);
  if (problem.empty()) {
    chosen_ = std::move(all);
  } else if (set.size() == 1) {
    leaveOut(*set.front(), problem);
  } else {
    accept(set.take_front(set.size() / 2));
    accept(set.drop_front(set.size() / 2));
  }
}

void Fixer::choose(const Findings &shown) {
  Set set;
  Rewrites files;
  for (const Finding &finding : shown) {
    if (!finding.fix)
      continue;
    if (const std::string why = whyNot(finding); !why.empty()) {
      leaveOut(finding, why);
      continue;
    }
    const std::string path = realPath(finding.fix->where.file);
    auto known = files.find(path);
    if (known == files.end()) {
      auto file = Rewrite::of(path);
      if (!file) {
        leaveOut(finding, toString(file.takeError()));
        continue;
      }
      originals_.emplace(path, *file);
      known = files.emplace(path, std::move(*file)).first;
    }
    if (Error error = known->second.add(*finding.fix))
      leaveOut(finding, toString(std::move(error)));
    else
      set.push_back(&finding);
  }
  if (set.empty())
    return;
  if (const std::error_code error = sys::fs::createUniqueDirectory("belay-fix", folder_)) {
    say("nothing is fixed: cannot make a temporary folder: " + error.message());
    return;
  }
  auto before = findingsIn(unitsOf(units_), search());
  if (!before) {
    say("nothing is fixed: " + toString(before.takeError()));
    return;
  }
  before_ = std::move(*before);
  accept(set);
}

bool fix(const Findings &shown, const Analyses &analyses, const Options &options,
         raw_ostream &out) {
  Fixer fixer(analyses, options);
  fixer.choose(shown);
  const Rewrites files = fixer.rewrites();
  bool isDone = true;
  size_t written = 0;
  if (options.isDryRun) {
    auto diff = diffOf(files, currentFolder());
    if (!diff)
      return fail(diff.takeError()) == Clean;
    out << *diff;
  }
  for (const auto &[path, file] : files) {
    if (Error error = options.isDryRun ? Error::success() : write(path, file)) {
      fail(std::move(error));
      isDone = false;
    } else {
      ++written;
    }
  }
  const size_t fixed = fixer.chosen().size(), rest = shown.size() - fixed;
  if (isDone)
    say((options.isDryRun ? "would fix " : "fixed ") + counted(fixed, "finding") + " in " +
        counted(written, "file") + "; " + Twine(rest) + (rest == 1 ? " has" : " have") + " no fix");
  return isDone;
}

} // namespace belay
