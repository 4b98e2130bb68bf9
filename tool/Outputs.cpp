// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs: see Outputs.h. Depfiles are spelled as gcc's, which make and ninja both read.
//
#include "tool/Outputs.h"
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

} // namespace belay
