// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Since: two commands of git, read as it writes them for programs. What the user has configured
// for people (colours, prefixes, other programs) is switched off.
//
#include "tool/Since.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace belay {

static Error refuse(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), "--since: " + message);
}

namespace {
struct Output {
  int status;
  std::string out;
  std::string problem; // the first line of what it said
};
} // namespace

static std::string contentsOf(StringRef file) {
  auto buffer = MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : "";
}

/// Runs git in the folder.
static Expected<Output> git(StringRef folder, ArrayRef<StringRef> arguments, StringRef input = "") {
  const auto program = sys::findProgramByName("git");
  if (!program)
    return refuse("there is no git in $PATH");
  SmallString<128> files;
  if (const std::error_code error = sys::fs::createUniqueDirectory("belay-git", files))
    return refuse("cannot make a temporary folder: " + error.message());
  const scope_exit remove([&] { sys::fs::remove_directories(files); });
  const std::string in = (files + "/in").str(), out = (files + "/out").str(),
                    err = (files + "/err").str();
  std::error_code error;
  raw_fd_ostream(in, error) << input;
  std::vector<StringRef> all = {*program, "-C", folder, "-c", "core.fsmonitor=false"};
  llvm::append_range(all, arguments);
  std::string message;
  const int status = sys::ExecuteAndWait(*program, all, std::nullopt,
                                         {StringRef(in), StringRef(out), StringRef(err)},
                                         /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  if (status < 0)
    return refuse("git did not come to an end: " + message);
  return Output{status, contentsOf(out), StringRef(contentsOf(err)).split('\n').first.str()};
}

/// What git prints; fails if it fails.
static Expected<std::string> gitText(StringRef folder, ArrayRef<StringRef> arguments,
                                     StringRef input = "") {
  auto output = git(folder, arguments, input);
  if (!output)
    return output.takeError();
  if (output->status != 0)
    return refuse("git says: " + output->problem);
  return std::move(output->out);
}

/// The commit that the revision names.
static Expected<std::string> commitOf(StringRef revision, StringRef folder) {
  const std::string object = (revision + "^{commit}").str();
  auto commit = git(folder, {"rev-parse", "--verify", "--quiet", "--end-of-options", object});
  if (!commit)
    return commit.takeError();
  if (commit->status == 0)
    return StringRef(commit->out).trim().str();
  auto shallow = git(folder, {"rev-parse", "--is-shallow-repository"});
  if (!shallow)
    return shallow.takeError();
  if (StringRef(shallow->out).trim() == "true")
    return refuse("this is a shallow clone without '" + revision +
                  "'; fetch it with 'git fetch --unshallow' or --depth=N, on GitHub with "
                  "'fetch-depth: 0' for actions/checkout");
  return refuse("git knows no revision '" + revision + "'; fetch it, or name another");
}

Expected<Changes> Changes::since(StringRef revision, StringRef folder) {
  Changes changes;
  changes.revision_ = revision.str();
  auto top = git(folder, {"rev-parse", "--show-toplevel"});
  if (!top)
    return top.takeError();
  if (top->status != 0)
    return refuse("git finds no repository in '" + folder + "': " + top->problem);
  changes.top_ = StringRef(top->out).trim('\n').str();
  auto commit = commitOf(revision, folder);
  if (!commit)
    return commit.takeError();
  changes.commit_ = *commit;
  auto diff = gitText(changes.top_,
                      {"diff", "--raw", "--patch", "-z", "--abbrev=40", "--unified=0", "--no-color",
                       "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", "-M",
                       "--submodule=short", "--ignore-submodules=none", *commit, "--"});
  if (!diff)
    return diff.takeError();
  auto untracked = gitText(changes.top_, {"ls-files", "--others", "--exclude-standard", "-z"});
  if (!untracked)
    return untracked.takeError();
  if (Error error = changes.readDiff(*diff))
    return std::move(error);
  changes.addUntracked(*untracked);
  changes.index();
  changes.text_ = *commit + '\0' + *diff + '\0' + *untracked;
  return changes;
}

/// Takes what ends with a zero off the front.
static StringRef takeName(StringRef &text) {
  const auto [name, rest] = text.split('\0');
  text = rest;
  return name;
}

/// First a record for each file, ":100644 100644 <hash> <hash> M", and its names; then the patch.
Error Changes::readDiff(StringRef diff) {
  while (diff.starts_with(":")) {
    SmallVector<StringRef> fields;
    takeName(diff).split(fields, ' ');
    const StringRef first = takeName(diff);
    if (fields.size() != 5 || first.empty())
      return refuse("git's list of changes is not understood");
    const char status = fields[4].front();
    ChangedFile file;
    if (fields[0] == ":160000" || fields[1] == "160000") {
      submodules_.push_back(first.str());
      continue;
    }
    if (status != 'A')
      file.before = first.str();
    if (status == 'R' || status == 'C')
      file.now = top_ + "/" + takeName(diff).str();
    else if (status != 'D')
      file.now = top_ + "/" + first.str();
    file.isAll = status == 'A' || status == 'T' || status == 'U' || status == 'C';
    // The record of a file that is not merged comes before that of its contents.
    if (none_of(files_, [&](const ChangedFile &other) {
          return !file.now.empty() && other.now == file.now;
        }))
      files_.push_back(std::move(file));
  }
  diff.consume_front(StringRef("\0", 1));
  readPatch(diff);
  return Error::success();
}

/// The "+12,3" of "@@ -10,2 +12,3 @@": where the new lines start, and how many there are.
static std::pair<unsigned, unsigned> readRange(StringRef text) {
  const auto [start, count] = text.drop_front().split(',');
  std::pair<unsigned, unsigned> range = {0, 1};
  start.getAsInteger(10, range.first);
  if (!count.empty())
    count.getAsInteger(10, range.second);
  return range;
}

void Changes::readPatch(StringRef patch) {
  StringMap<ChangedFile *> byName;
  for (ChangedFile &file : files_)
    byName[file.now] = &file;
  ChangedFile *file = nullptr;
  while (!patch.empty()) {
    StringRef line;
    std::tie(line, patch) = patch.split('\n');
    if (line.starts_with("diff --git "))
      file = nullptr;
    if (line.consume_front("+++ b/")) {
      line.consume_back("\t"); // ends a name with spaces
      file = byName.lookup((top_ + "/" + line).str());
    }
    if (!line.starts_with("@@ "))
      continue;
    SmallVector<StringRef> words;
    line.split(words, ' ', 3);
    const auto gone = readRange(words[1]), added = readRange(words[2]);
    if (file && added.second != 0)
      file->lines.emplace_back(added.first, added.first + added.second - 1);
    // The lines themselves may look like anything.
    for (unsigned left = gone.second + added.second; left != 0; --left) {
      if (patch.starts_with("\\"))
        ++left; // "no newline at end of file"
      patch = patch.split('\n').second;
    }
  }
}

void Changes::addUntracked(StringRef names) {
  while (!names.empty()) {
    ChangedFile file;
    file.now = top_ + "/" + takeName(names).str();
    file.isAll = true;
    files_.push_back(std::move(file));
  }
}

void Changes::index() {
  for (const auto &[number, file] : enumerate(files_)) {
    if (!file.now.empty())
      now_[file.now] = number;
    if (!file.before.empty())
      once_[oncePath(file)] = number;
    for (StringRef path : {StringRef(file.now), StringRef(file.before)})
      names_[sys::path::filename(path)];
  }
}

const ChangedFile *Changes::find(const StringMap<size_t> &paths, StringRef path) const {
  if (!names_.contains(sys::path::filename(path)))
    return nullptr;
  auto [known, isNew] = realPath_.try_emplace(path);
  if (isNew) {
    // Of the folder, since the file may be gone, or be a link that git knows.
    SmallString<256> folder;
    if (sys::fs::real_path(sys::path::parent_path(path), folder))
      folder = sys::path::parent_path(path);
    sys::path::append(folder, sys::path::filename(path));
    sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
    known->second = folder.str().str();
  }
  const auto found = paths.find(known->second);
  return found == paths.end() ? nullptr : &files_[found->second];
}

const ChangedFile *Changes::fileAt(StringRef path) const { return find(now_, path); }
const ChangedFile *Changes::fileOnceAt(StringRef path) const { return find(once_, path); }

bool Changes::touches(const Place &place) const {
  const ChangedFile *file = place ? fileAt(place.file) : nullptr;
  return file && (file->isAll || any_of(file->lines, [&](auto lines) {
                    return lines.first <= place.line && place.line <= lines.second;
                  }));
}

/// "<hash> blob <size>", a line end, the contents, a line end; or "<name> missing".
Expected<std::vector<std::string>> Changes::texts() const {
  std::string names;
  for (const ChangedFile &file : files_)
    if (!file.before.empty())
      names += commit_ + ":" + file.before + "\n";
  auto output = gitText(top_, {"cat-file", "--batch"}, names);
  if (!output)
    return output.takeError();
  StringRef rest = *output;
  std::vector<std::string> texts;
  for (const ChangedFile &file : files_) {
    std::string &text = texts.emplace_back();
    if (file.before.empty())
      continue;
    StringRef head;
    std::tie(head, rest) = rest.split('\n');
    size_t size = 0;
    if (head.rsplit(' ').second.getAsInteger(10, size) || rest.size() <= size)
      return refuse("git has no '" + file.before + "' of " + revision_);
    text = rest.take_front(size).str();
    rest = rest.drop_front(size + 1);
  }
  return texts;
}

} // namespace belay
