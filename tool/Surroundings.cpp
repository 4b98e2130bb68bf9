// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What results depend on beside the sources and their flags; see Driver.h.
//
#include "tool/Driver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using namespace llvm;

namespace belay {

std::string surroundings(StringRef resourceDir) {
  const std::string program = programFile();
  sys::fs::file_status status;
  std::string text = "belay " BELAY_VERSION;
  const auto add = [&](const Twine &part) { text += '\0' + part.str(); };
  if (!sys::fs::status(program, status)) {
    add(Twine(status.getSize()));
    add(Twine(int64_t(status.getLastModificationTime().time_since_epoch().count())));
  }
  add(resourceDir);
  for (const char *name : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "SDKROOT", "SYSROOT",
                           "COMPILER_PATH", "GCC_EXEC_PREFIX"})
    add(sys::Process::GetEnv(name).value_or(""));
  return text;
}

std::vector<std::string> modelFiles(StringRef source, ArrayRef<std::string> folders) {
  std::vector<std::string> files;
  if (const auto config = findConfig(source))
    files.push_back(*config);
  for (const std::string &folder : folders) {
    std::error_code error;
    std::vector<std::string> found;
    for (sys::fs::directory_iterator file(folder, error), end; file != end && !error;
         file.increment(error))
      if (sys::path::extension(file->path()) == ".yaml")
        found.push_back(file->path());
    llvm::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

} // namespace belay
