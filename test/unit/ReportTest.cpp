// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names, shown paths, fingerprints, and the text and JSON reports.
//
#include "tool/Report.h"
#include "Folder.h"
#include <algorithm>

using namespace belay;

static Finding finding(std::string file, unsigned line, std::string entity = "worker") {
  return {"detached-thread", Level::Warning, {file, line, 3}, "hazard; way out", {}, entity};
}

static std::string asText(const Findings &findings, llvm::StringRef root) {
  std::string text;
  llvm::raw_string_ostream out(text);
  report(findings, Format::Text, root, out);
  return text;
}

TEST(Report, NamesLevelsAndFormats) {
  for (Level level : {Level::Note, Level::Warning, Level::Error})
    EXPECT_EQ(levelNamed(nameOf(level)), level);
  EXPECT_EQ(levelNamed("never"), std::nullopt);
  EXPECT_EQ(formatNamed("text"), Format::Text);
  EXPECT_EQ(formatNamed("json"), Format::Json);
  EXPECT_EQ(formatNamed("sarif"), Format::Sarif);
  EXPECT_EQ(formatNamed("github"), Format::Github);
  EXPECT_EQ(formatNamed("gitlab"), Format::Gitlab);
  EXPECT_EQ(formatNamed("xml"), std::nullopt);
}

TEST(Shown, IsRelativeOnlyBelowTheRoot) {
  EXPECT_EQ(shown("/a/b/c.cpp", "/a"), "b/c.cpp");
  EXPECT_EQ(shown("/a/b/c.cpp", "/a/"), "b/c.cpp");
  EXPECT_EQ(shown("/a/b/c.cpp", "/"), "a/b/c.cpp");
  EXPECT_EQ(shown("/ab/c.cpp", "/a"), "/ab/c.cpp");
  EXPECT_EQ(shown("/b/c.cpp", "/a"), "/b/c.cpp");
  EXPECT_EQ(shown("/a", "/a"), "/a");
  EXPECT_EQ(shown("c.cpp", "/a"), "c.cpp");
  EXPECT_EQ(shown("/a/c.cpp", ""), "/a/c.cpp");
}

TEST(Shown, LooksThroughDots) {
  EXPECT_EQ(shown("/a/src/../include/c.h", "/a"), "include/c.h");
  EXPECT_EQ(shown("/a/./c.h", "/a/."), "c.h");
  EXPECT_EQ(shown("/a/../b/c.h", "/a"), "/a/../b/c.h");
}

TEST(Fingerprints, StayWhenLinesMove) {
  const Folder before, after;
  const std::string old = before.write("src/a.cpp", "int x;\n  run().detach();\n");
  const std::string now = after.write("src/a.cpp", "\n\nint x;\nint y;\n\trun() .detach();\r\n");
  EXPECT_EQ(fingerprints({finding(old, 2)}, before.path()),
            fingerprints({finding(now, 5)}, after.path()));
}

TEST(Fingerprints, DifferForWhatDiffers) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", "run(a).detach();\nrun(b).detach();\n");
  const std::string other = folder.write("b.cpp", "run(a).detach();\n");
  Finding otherCheck = finding(file, 1);
  otherCheck.check = "unjoined-thread";
  std::vector<std::string> all =
      fingerprints({finding(file, 1), finding(file, 2), finding(file, 1, "other"),
                    finding(other, 1), otherCheck},
                   folder.path());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

// Equal lines about one entity are told apart by their order in the file, not in the list.
TEST(Fingerprints, TellEqualLinesApart) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", "run();\nrun();\n");
  const auto forth = fingerprints({finding(file, 1), finding(file, 2)}, folder.path());
  const auto back = fingerprints({finding(file, 2), finding(file, 1)}, folder.path());
  EXPECT_NE(forth[0], forth[1]);
  EXPECT_EQ(forth[0], back[1]);
  EXPECT_EQ(forth[1], back[0]);
}

TEST(SourceLine, IsEmptyWhereThereIsNone) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", "one\r\ntwo");
  EXPECT_EQ(sourceLine(file, 1), "one");
  EXPECT_EQ(sourceLine(file, 2), "two");
  EXPECT_EQ(sourceLine(file, 3), "");
  EXPECT_EQ(sourceLine(file, 0), "");
  EXPECT_EQ(sourceLine("/nowhere/a.cpp", 1), "");
}

TEST(Text, LooksLikeClangs) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", "void f() {\n  run().detach();\n}\n");
  Finding found = finding(file, 2);
  found.trail = {{{file, 1, 6}, "'f' is called"}, {{"/nowhere/b.h", 7, 1}, "by this"}};
  EXPECT_EQ(asText({found}, folder.path()),
            "a.cpp:2:3: warning: hazard; way out [belay-detached-thread]\n"
            "    2 |   run().detach();\n"
            "      |   ^\n"
            "a.cpp:1:6: note: 'f' is called\n"
            "    1 | void f() {\n"
            "      |      ^\n"
            "/nowhere/b.h:7:1: note: by this\n");
  EXPECT_EQ(asText({}, folder.path()), "");
}

TEST(Text, PutsTheCaretBelowItsColumn) {
  const Folder folder;
  // A tab, two letters of two bytes, one of two columns; what would steer a terminal is blank.
  const std::string file = folder.write("a.cpp", "\tx\tf();\nauto \xC3\xA9\xC3\xA9 = f();\n"
                                                 "auto \xE6\x9D\xB1 = f();\n\x1B[1m f();\n");
  Findings findings = {finding(file, 1), finding(file, 2), finding(file, 3), finding(file, 4)};
  findings[0].where.column = 4;
  findings[1].where.column = 13;
  findings[2].where.column = 12;
  findings[3].where.column = 6;
  const std::string text = asText(findings, folder.path());
  EXPECT_NE(text.find("    1 | \tx\tf();\n      | \t \t^\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" = f();\n      |           ^\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\xE6\x9D\xB1 = f();\n      |           ^\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    4 |  [1m f();\n      |      ^\n"), std::string::npos) << text;
}

namespace {
struct Terminal : llvm::raw_string_ostream {
  using raw_string_ostream::raw_string_ostream;
  bool has_colors() const override { return true; }
};
} // namespace

TEST(Text, HasColoursOnlyOnATerminal) {
  std::string text;
  Terminal out(text);
  out.enable_colors(true);
  reportText({finding("/a.cpp", 1)}, "/", out);
  EXPECT_NE(text.find("\x1B["), std::string::npos);
  EXPECT_NE(text.find("a.cpp:1:3: "), std::string::npos);
  EXPECT_EQ(asText({finding("/a.cpp", 1)}, "/").find('\x1B'), std::string::npos);
}

TEST(Json, HoldsEveryField) {
  const Folder folder;
  const std::string file = folder.write("a.cpp", "\n  run().detach();\n");
  Finding found = finding(file, 2, "f \xFF");
  found.trail = {{{file, 1, 6}, "step"}};
  std::string text;
  llvm::raw_string_ostream out(text);
  const std::string mark = fingerprints({found}, folder.path())[0];
  found.fingerprint = mark;
  report({found}, Format::Json, folder.path(), out);
  EXPECT_EQ(text, R"({
  "version": 1,
  "tool": {
    "name": "belay",
    "version": ")" BELAY_VERSION R"("
  },
  "findings": [
    {
      "check": "belay-detached-thread",
      "level": "warning",
      "file": "a.cpp",
      "line": 2,
      "column": 3,
      "message": "hazard; way out",
      "entity": "f )"
                  "\xEF\xBF\xBD"
                  R"(",
      "fingerprint": ")" +
                      mark + R"(",
      "trail": [
        {
          "file": "a.cpp",
          "line": 1,
          "column": 6,
          "text": "step"
        }
      ]
    }
  ]
}
)");
}

static std::string reported(const Findings &findings, Format format) {
  std::string text;
  llvm::raw_string_ostream out(text);
  report(findings, format, "/src", out);
  return text;
}

TEST(Github, EscapesWhatEndsACommand) {
  Finding found = finding("/src/a,b:c%.cpp", 2);
  found.message = "100 %, of: it\n::error::x";
  found.trail = {{{"/src/b.cpp", 7, 1}, "calls 'f'"}, {{}, "somehow"}};
  EXPECT_EQ(
      reported({found}, Format::Github),
      "::warning file=a%2Cb%3Ac%25.cpp,line=2,col=3,title=belay-detached-thread::100 %25, of: "
      "it%0A::error::x%0Ab.cpp:7: calls 'f'%0Asomehow\n");
  EXPECT_EQ(reported({}, Format::Github), "");
}

TEST(Github, CountsWhatItDoesNotShow) {
  Findings findings(12, finding("/src/a.cpp", 2));
  findings[10].level = Level::Error;
  findings[0].level = Level::Note;
  const std::string text = reported(findings, Format::Github);
  EXPECT_EQ(llvm::StringRef(text).count('\n'), 11u);
  EXPECT_TRUE(llvm::StringRef(text).starts_with("::error "));
  EXPECT_TRUE(llvm::StringRef(text).contains("::notice title=belay::2 more findings "));
  EXPECT_EQ(llvm::StringRef(text).count("::notice"), 1u) << "the note is of the lowest level";
}
