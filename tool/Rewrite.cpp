// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrite: see Rewrite.h. A file is replaced by one beside it, so that a run that is killed leaves
// the old text or the new one.
//
#include "tool/Rewrite.h"
#include "tool/Report.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace belay {

static Expected<std::string> read(const Twine &path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(buffer.getError(),
                             "cannot read '" + path + "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

Expected<Rewrite> Rewrite::of(StringRef path) {
  auto text = read(path);
  if (!text)
    return text.takeError();
  Rewrite file;
  file.path_ = path.str();
  file.before_ = file.after_ = std::move(*text);
  return file;
}

Error Rewrite::add(const Edit &edit) {
  const bool isKnown = any_of(edits_, [&](const Edit &known) {
    return known.where == edit.where && known.from == edit.from && known.to == edit.to;
  });
  if (isKnown)
    return Error::success();
  const auto replacement = replacementOf(edit, before_);
  if (!replacement)
    return createStringError("the file is not the one that was analysed");
  const bool overlaps = any_of(replacements_, [&](const auto &known) {
    return clang::tooling::Range(known.getOffset(), known.getLength())
        .overlapsWith({replacement->getOffset(), replacement->getLength()});
  });
  if (overlaps)
    return createStringError("another fix changes the same code");
  if (Error error = replacements_.add(*replacement))
    return error;
  edits_.insert(edit);
  return Error::success();
}

void Rewrite::finish() {
  after_ = cantFail(clang::tooling::applyAllReplacements(before_, replacements_));
  for (const Edit &edit : edits_) {
    if (edit.include.empty())
      continue;
    const auto line = includeIn(edit.include, path_, after_);
    if (!line)
      continue;
    replacements_ = replacements_.merge(clang::tooling::Replacements(*line));
    after_ = cantFail(clang::tooling::applyAllReplacements(before_, replacements_));
  }
}

Place Rewrite::moved(const Place &place) const {
  const size_t offset = offsetOf(place, before_);
  if (!place || offset == StringRef::npos)
    return place;
  return placeOf(replacements_.getShiftedCodePosition(offset), place.file, after_);
}

static Expected<std::string> diffOf(StringRef program, StringRef name, const Rewrite &file,
                                    StringRef folder) {
  const std::string before = (folder + "/before").str(), after = (folder + "/after").str(),
                    out = (folder + "/out").str();
  const StringRef end = name.contains(' ') ? "\t" : ""; // as git ends such names
  const std::string labelBefore = ("a/" + name + end).str(), labelAfter = ("b/" + name + end).str();
  for (const auto &[path, text] : {std::pair(before, file.before()), {after, file.after()}}) {
    std::error_code error;
    raw_fd_ostream stream(path, error);
    stream << text;
    if (stream.close(); error || stream.has_error())
      return createStringError("cannot write '" + path + "'");
  }
  const StringRef arguments[] = {program,   "-a",       "-u",   "--label", labelBefore,
                                 "--label", labelAfter, before, after};
  std::string problem;
  const int status = sys::ExecuteAndWait(program, arguments, std::nullopt,
                                         {StringRef(""), StringRef(out), StringRef("")},
                                         /*SecondsToWait=*/0, /*MemoryLimit=*/0, &problem);
  if (status != 0 && status != 1)
    return createStringError("the program diff failed " + problem);
  return read(out);
}

Expected<std::string> diffOf(const Rewrites &files, StringRef root) {
  const auto program = sys::findProgramByName("diff");
  if (!program)
    return createStringError("there is no program diff in $PATH, which --dry-run needs");
  SmallString<128> folder;
  if (const std::error_code error = sys::fs::createUniqueDirectory("belay-diff", folder))
    return createStringError(error, "cannot make a temporary folder: " + error.message());
  const scope_exit remove([&] { sys::fs::remove_directories(folder); });
  std::string all;
  for (const auto &[path, file] : files) {
    auto diff = diffOf(*program, shown(path, root), file, folder);
    if (!diff)
      return diff.takeError();
    all += *diff;
  }
  return all;
}

Error write(const std::string &path, const Rewrite &file) {
  const auto fail = [&](const Twine &why) {
    return createStringError("cannot write '" + path + "': " + why);
  };
  SmallString<256> target; // of a link
  if (const std::error_code error = sys::fs::real_path(path, target))
    return fail(error.message());
  const auto mode = sys::fs::getPermissions(target);
  if (!mode)
    return fail(mode.getError().message());
  if (!(*mode & (sys::fs::owner_write | sys::fs::group_write | sys::fs::others_write)) ||
      !sys::fs::can_write(target))
    return fail("it is write-protected");
  auto text = read(target);
  if (!text)
    return text.takeError();
  if (*text != file.before())
    return fail("it has been changed meanwhile; run again");
  auto fresh = sys::fs::TempFile::create(target + ".belay-%%%%%%", *mode);
  if (!fresh)
    return fail(toString(fresh.takeError()));
  bool isWritten = false;
  {
    raw_fd_ostream out(fresh->FD, /*shouldClose=*/false);
    out << file.after();
    out.flush();
    isWritten = !out.has_error() && !sys::fs::setPermissions(fresh->FD, *mode);
    out.clear_error();
  }
  if (!isWritten) {
    consumeError(fresh->discard());
    return fail("no more room");
  }
  if (Error error = fresh->keep(target))
    return fail(toString(std::move(error)));
  return Error::success();
}

} // namespace belay
