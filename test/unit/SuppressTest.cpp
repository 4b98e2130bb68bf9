// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every form of NOLINT, as clang-tidy 22 reads it.
//
#include "tool/Suppress.h"
#include "Folder.h"
#include "llvm/ADT/SmallVector.h"

using namespace belay;

// The lines that still have a finding when each line had one of detached-thread, in column 5.
static std::vector<unsigned> left(llvm::StringRef text, unsigned column = 5) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", text);
  const unsigned lines = text.count('\n');
  Findings findings;
  for (unsigned line = 1; line <= lines; ++line)
    findings.push_back({"detached-thread", Level::Warning, {file, line, column}, "m", {}, "e"});
  const unsigned dropped = Suppressions().drop(findings);
  EXPECT_EQ(dropped + findings.size(), lines);
  std::vector<unsigned> result;
  for (const Finding &finding : findings)
    result.push_back(finding.where.line);
  return result;
}

using Lines = std::vector<unsigned>;

TEST(Suppress, OnTheLine) {
  EXPECT_EQ(left("int a;\n"
                 "int a; // NOLINT\n"
                 "int a; // NOLINT(belay-detached-thread)\n"
                 "int a; // NOLINT(belay-detached-thread): the process ends with it\n"
                 "int a; // NOLINT(belay-*)\n"
                 "int a; // NOLINT(*)\n"
                 "int a; // NOLINT(bugprone-x, belay-detached-thread )\n"
                 "int a; // NOLINT(bugprone-x) NOLINT(belay-detached-thread)\n"
                 "int a; /* NOLINT */ int b;\n"),
            Lines{1});
}

TEST(Suppress, OnlyWhatTheListNames) {
  EXPECT_EQ(left("int a; // NOLINT(belay-unjoined-thread)\n"
                 "int a; // NOLINT(detached-thread)\n"
                 "int a; // NOLINT()\n"
                 "int a; // NOLINT(-belay-detached-thread)\n"
                 "int a; // NOLINT(belay-detached-threa?)\n"
                 "int a; // NOLINT(belay-[d]etached-thread)\n"
                 "int a; // NOLINT(*,-belay-detached-thread)\n"),
            (Lines{1, 2, 3, 4, 5, 6}));
}

TEST(Suppress, OnlyTheWord) {
  EXPECT_EQ(left("int a; // NOLINTFOO\n"
                 "int a; // NOLINTnextline\n"
                 "int a; // nolint\n"
                 "int a; // NOLINT: reason\n"
                 "int a; // xNOLINT_9\n"
                 "int a; // NOLINT (bugprone-x)\n"
                 "int a; // NOLINT(bugprone-x,\n"),
            (Lines{1, 2, 3}));
}

TEST(Suppress, OnTheNextLine) {
  EXPECT_EQ(left("// NOLINTNEXTLINE\n"
                 "int a;\n"
                 "int a; // NOLINTNEXTLINE(belay-detached-thread): reason\n"
                 "int a;\n"
                 "int a; // NOLINTNEXTLINE(bugprone-x)\n"
                 "int a;\n"
                 "int a; // NOLINTNEXTLINE\n"
                 "\n"
                 "int a;\n"),
            (Lines{1, 3, 5, 6, 7, 9}));
}

TEST(Suppress, InARegion) {
  EXPECT_EQ(left("int a;\n"
                 "// NOLINTBEGIN\n"
                 "int a;\n"
                 "// NOLINTEND\n"
                 "int a;\n"
                 "// NOLINTBEGIN(belay-*, bugprone-x): reason\n"
                 "int a;\n"
                 "// NOLINTEND( belay-*, bugprone-x )\n"
                 "int a;\n"
                 "// NOLINTBEGIN(bugprone-x)\n"
                 "int a;\n"
                 "// NOLINTEND(bugprone-x)\n",
                 /*column=*/1),
            (Lines{1, 2, 5, 6, 9, 10, 11, 12}));
}

TEST(Suppress, InNestedRegions) {
  EXPECT_EQ(left("// NOLINTBEGIN(belay-*)\n"
                 "// NOLINTBEGIN(bugprone-x)\n"
                 "int a;\n"
                 "// NOLINTEND(bugprone-x)\n"
                 "int a;\n"
                 "// NOLINTEND(belay-*)\n"
                 "int a;\n",
                 /*column=*/1),
            (Lines{1, 7}));
}

TEST(Suppress, NotBetweenABeginAndAnotherEnd) {
  EXPECT_EQ(left("// NOLINTBEGIN(belay-*)\n"
                 "int a;\n"
                 "// NOLINTEND\n"
                 "// NOLINTBEGIN(belay-detached-*)\n"
                 "int a;\n"
                 "// NOLINTEND(belay-detached-*)\n"
                 "// NOLINTBEGIN\n"
                 "int a;\n",
                 /*column=*/1),
            (Lines{1, 2, 3, 4, 7, 8}));
}

TEST(Suppress, InARegionOnOneLine) {
  const llvm::StringRef text = "/* NOLINTBEGIN */ int a; /* NOLINTEND */ int b;\n";
  EXPECT_EQ(left(text, text.find("int a") + 1), Lines{});
  EXPECT_EQ(left(text, text.find("int b") + 1), Lines{1});
}

TEST(Suppress, NothingWhereThereIsNoSource) {
  Findings findings = {{"detached-thread", Level::Warning, {"/nowhere/a.cpp", 1, 1}, "m", {}, "e"},
                       {"detached-thread", Level::Warning, {}, "m", {}, "e"}};
  EXPECT_EQ(Suppressions().drop(findings), 0u);
  const Folder folder;
  findings = {{"x", Level::Note, {folder.write("a.cpp", "// NOLINT\n"), 9, 1}, "m", {}, "e"}};
  EXPECT_EQ(Suppressions().drop(findings), 0u);
}

static std::vector<std::string> unused(llvm::StringRef text) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", text);
  Findings findings = {{"detached-thread", Level::Warning, {file, 1, 1}, "m", {}, "e"}};
  Suppressions suppressions;
  suppressions.drop(findings);
  const Check *checks[] = {nullptr, nullptr};
  for (const Check &check : allChecks()) {
    if (check.id == "detached-thread")
      checks[0] = &check;
    if (check.id == "sleep-as-sync")
      checks[1] = &check;
  }
  return suppressions.unused({file}, checks, folder.path());
}

using Texts = std::vector<std::string>;

TEST(Suppress, SaysWhatIsUnused) {
  EXPECT_EQ(unused("int a; // NOLINT(belay-detached-thread)\n"), Texts{});
  EXPECT_EQ(unused("int a; // NOLINT(belay-*)\n"), Texts{});
  EXPECT_EQ(
      unused("int a; // NOLINT(belay-detached-thread, belay-sleep-as-sync)\n"),
      Texts{"a.cpp:1:11: NOLINT(belay-detached-thread, belay-sleep-as-sync) suppresses nothing "
            "of 'belay-sleep-as-sync'; remove it"});
  EXPECT_EQ(unused("\n  int a; /* NOLINT(belay-detached-thread) */\n"),
            Texts{"a.cpp:2:13: NOLINT(belay-detached-thread) suppresses nothing of "
                  "'belay-detached-thread'; remove it"});
  EXPECT_EQ(
      unused("// NOLINT(belay-detached-thraed)\n"),
      Texts{"a.cpp:1:4: NOLINT(belay-detached-thraed) names 'belay-detached-thraed', which is "
            "no check"});
  EXPECT_EQ(
      unused("\n// NOLINTBEGIN(belay-sleep-as-sync)\n// NOLINTEND(belay-detached-thread)\n"),
      (Texts{"a.cpp:2:4: NOLINTBEGIN(belay-sleep-as-sync) has no end, and so suppresses nothing",
             "a.cpp:3:4: NOLINTEND(belay-detached-thread) ends nothing"}));
}

TEST(Suppress, SaysNothingOfWhatMayBeUsed) {
  EXPECT_EQ(unused("\nint a; // NOLINT\nint a; // NOLINT(bugprone-x)\n"), Texts{}) << "not ours";
  EXPECT_EQ(unused("\n// NOLINT(belay-racy-flag, belay-*)\n"), Texts{}) << "did not run";
  EXPECT_EQ(unused("\nauto a = \"// NOLINT(belay-detached-thread)\";\n"
                   "auto b = R\"(// NOLINT(belay-detached-thread))\";\n"),
            Texts{});
  EXPECT_EQ(unused("\n#ifdef _WIN32\nint a; // NOLINT(belay-detached-thread)\n#endif\n"), Texts{});
  EXPECT_EQ(
      unused("// Guard.\n#ifndef H\n#define H\n// NOLINT(belay-detached-thread)\n#endif\n").size(),
      1u);
}

TEST(Suppress, AsksForReasons) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", "int a; // NOLINT\n"
                                                 "int a; // NOLINT\n"
                                                 "int a; // NOLINT(belay-x): why\n"
                                                 "int a; // NOLINT(belay-x): \n"
                                                 "int a; /* NOLINT(belay-x) : why */\n"
                                                 "// NOLINTNEXTLINE(belay-x) why\n"
                                                 "// NOLINTBEGIN(bugprone-x)\n"
                                                 "// NOLINTBEGIN(belay-x): why\n"
                                                 "// NOLINTEND(belay-x)\n"
                                                 "auto s = \"NOLINT(belay-x)\";\n");
  Findings findings = {{"detached-thread", Level::Warning, {file, 2, 1}, "m", {}, "e"}};
  Suppressions suppressions;
  EXPECT_EQ(suppressions.drop(findings), 1u);
  const std::string rest = " does not say why; write '";
  EXPECT_EQ(
      suppressions.unreasoned({file}, folder.path()),
      (Texts{"a.cpp:2:11: NOLINT" + rest + "NOLINT: reason'",
             "a.cpp:4:11: NOLINT(belay-x)" + rest + "NOLINT(belay-x): reason'",
             "a.cpp:6:4: NOLINTNEXTLINE(belay-x)" + rest + "NOLINTNEXTLINE(belay-x): reason'"}));
}
