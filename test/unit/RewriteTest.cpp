// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Rewrite.h"
#include "Folder.h"
#include "llvm/Support/Error.h"

using namespace belay;

namespace {

class RewriteTest : public testing::Test {
protected:
  Edit edit(unsigned column, llvm::StringRef from, llvm::StringRef to) const {
    Edit edit;
    edit.where = {Interned(file_), 1, column};
    edit.from = from;
    edit.to = to;
    return edit;
  }

  std::string add(const Edit &edit) { return llvm::toString(rewrite_.add(edit)); }

  Folder folder_;
  std::string file_ = folder_.write("one.cpp", "bool on, off;\n");
  Rewrite rewrite_ = llvm::cantFail(Rewrite::of(file_));
};

} // namespace

TEST_F(RewriteTest, OneOfTwoEditsAtTheSameBytesIsLeftOut) {
  EXPECT_EQ(add(edit(1, "bool", "int")), "");
  EXPECT_EQ(add(edit(1, "bool", "long")), "another fix changes the same code");
  EXPECT_EQ(add(edit(3, "ol on", "x")), "another fix changes the same code");
  EXPECT_EQ(add(edit(10, "off", "of")), "");
  rewrite_.finish();
  EXPECT_EQ(rewrite_.after(), "int on, of;\n");
}

TEST_F(RewriteTest, AnEditOfTwoFindingsIsMadeOnce) {
  Edit atomic = edit(1, "bool", "std::atomic<bool>");
  atomic.include = "<atomic>";
  EXPECT_EQ(add(atomic), "");
  EXPECT_EQ(add(atomic), "");
  rewrite_.finish();
  EXPECT_EQ(rewrite_.after(), "#include <atomic>\nstd::atomic<bool> on, off;\n");
  EXPECT_EQ(rewrite_.before(), "bool on, off;\n");
  EXPECT_EQ(rewrite_.moved({Interned(file_), 1, 6}), (Place{Interned(file_), 2, 19}));
}

TEST_F(RewriteTest, WhatIsNotThereIsNotReplaced) {
  const std::string changed = "the file is not the one that was analysed";
  EXPECT_EQ(add(edit(1, "int", "bool")), changed);
  EXPECT_EQ(add(edit(99, "bool", "int")), changed);
  Edit later = edit(1, "bool", "int");
  later.where.line = 9;
  EXPECT_EQ(add(later), changed);
  rewrite_.finish();
  EXPECT_EQ(rewrite_.after(), rewrite_.before());
}
