// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs: see Outputs.h. Depfiles are spelled as gcc's, which make and ninja both read.
//
#include "tool/Outputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace belay {

Error writeIfChanged(StringRef file, StringRef text) {
  auto buffer = MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (buffer && (*buffer)->getBuffer() == text)
    return Error::success();
  Error error = writeToOutput(file, [&](raw_ostream &out) {
    out << text;
    return Error::success();
  });
  return error ? createStringError(inconvertibleErrorCode(),
                                   "cannot write " + toString(std::move(error)))
               : Error::success();
}

/// Backslashes stand for themselves, except before what a backslash escapes.
static std::string escaped(StringRef path) {
  std::string text;
  size_t backslashes = 0;
  for (char c : path) {
    if (c == ' ' || c == '#')
      text.append(backslashes + 1, '\\');
    else if (c == '$')
      text += '$';
    text += c;
    backslashes = c == '\\' ? backslashes + 1 : 0;
  }
  return text;
}

Error writeDepfile(StringRef file, StringRef target, ArrayRef<std::string> inputs) {
  std::string text = escaped(target) + ":";
  for (const std::string &input : inputs)
    text += " \\\n  " + escaped(input);
  return writeIfChanged(file, text + "\n");
}

std::pair<uint64_t, uint64_t> pruneFolder(StringRef folder, uint64_t bytes) {
  struct Group {
    std::vector<std::string> files;
    sys::TimePoint<> used;
    uint64_t size = 0;
  };
  StringMap<Group> groups;
  std::error_code error;
  for (sys::fs::directory_iterator file(folder, error), end; file != end && !error;
       file.increment(error)) {
    const auto status = file->status();
    if (!status)
      continue;
    Group &group = groups[sys::path::stem(file->path())];
    group.files.push_back(file->path());
    group.size += status->getSize();
    group.used = std::max(group.used, status->getLastModificationTime());
  }
  std::vector<const Group *> byUse;
  for (const auto &group : groups)
    byUse.push_back(&group.second);
  llvm::sort(byUse, [](const Group *a, const Group *b) { return a->used > b->used; });
  uint64_t count = 0, kept = 0;
  for (const Group *group : byUse) {
    if (kept + group->size <= bytes) {
      kept += group->size;
      ++count;
      continue;
    }
    for (const std::string &file : group->files)
      sys::fs::remove(file);
  }
  return {count, kept};
}

} // namespace belay
