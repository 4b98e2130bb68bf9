// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A folder of its own for a test, gone with it.
//
#ifndef BELAY_TEST_UNIT_FOLDER_H
#define BELAY_TEST_UNIT_FOLDER_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

namespace belay {

class Folder {
public:
  Folder() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("belay-test", path_)); }
  ~Folder() { llvm::sys::fs::remove_directories(path_); }
  Folder(const Folder &) = delete;
  Folder &operator=(const Folder &) = delete;

  std::string path() const { return path_.str().str(); }

  /// Writes a file and returns its path. Sources are read once: a changed one needs a new name.
  std::string write(llvm::StringRef name, llvm::StringRef text) const {
    llvm::SmallString<128> file = path_;
    llvm::sys::path::append(file, name);
    EXPECT_FALSE(llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file)));
    std::error_code error;
    llvm::raw_fd_ostream(file, error) << text;
    EXPECT_FALSE(error);
    return file.str().str();
  }

private:
  llvm::SmallString<128> path_;
};

} // namespace belay

#endif
