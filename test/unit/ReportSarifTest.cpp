// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What code scanning needs of the SARIF report; a validator tells the rest.
//
#include "Folder.h"
#include "tool/Report.h"
#include "llvm/Support/JSON.h"

using namespace belay;

static Finding finding(std::string file, unsigned line, unsigned column) {
  return {"detached-thread", Level::Warning, {file, line, column}, "hazard; way out", {}, "f"};
}

static std::string reported(const Findings &findings, llvm::StringRef root) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Findings identified = findings;
  identify(identified, root);
  report(identified, Format::Sarif, root, out);
  return text;
}

/// The only run of the report.
static llvm::json::Object run(const Findings &findings, llvm::StringRef root) {
  llvm::Expected<llvm::json::Value> log = llvm::json::parse(reported(findings, root));
  if (!log) {
    ADD_FAILURE() << toString(log.takeError());
    return {};
  }
  EXPECT_EQ(log->getAsObject()->getString("version"), "2.1.0");
  return *log->getAsObject()->getArray("runs")->front().getAsObject();
}

static llvm::json::Object firstResult(const Findings &findings, llvm::StringRef root) {
  return *run(findings, root).getArray("results")->front().getAsObject();
}

static const llvm::json::Object &physicalLocation(const llvm::json::Value &location) {
  return *location.getAsObject()->getObject("physicalLocation");
}

static const llvm::json::Object &primary(const llvm::json::Object &result) {
  return physicalLocation(result.getArray("locations")->front());
}

TEST(Sarif, DescribesEveryCheck) {
  const llvm::json::Object log = run({}, "/a b");
  const auto *driver = log.getObject("tool")->getObject("driver");
  EXPECT_EQ(driver->getString("version"), BELAY_VERSION);
  const llvm::json::Array &rules = *driver->getArray("rules");
  ASSERT_EQ(rules.size(), allChecks().size());
  for (size_t i = 0; i != rules.size(); ++i) {
    const llvm::json::Object &rule = *rules[i].getAsObject();
    EXPECT_EQ(rule.getString("id"), ("belay-" + allChecks()[i].id).str());
    for (const char *key : {"shortDescription", "fullDescription", "help"})
      EXPECT_FALSE(rule.getObject(key)->getString("text")->empty());
    EXPECT_TRUE(rule.getObject("help")->getString("markdown"));
    EXPECT_EQ(rule.getObject("defaultConfiguration")->getString("level"),
              nameOf(allChecks()[i].level));
  }
  EXPECT_EQ(log.getObject("originalUriBaseIds")->getObject("SRCROOT")->getString("uri"),
            "file:///a%20b/");
  EXPECT_TRUE(log.getArray("results")->empty());
}

TEST(Sarif, PlacesAFinding) {
  const Folder folder;
  // Two UTF-16 code units for the last letter, one for the other.
  const std::string file =
      folder.write("my src/\xC3\xA9#1.cpp", "/* \xC3\xA9 \xF0\x9F\x98\x80 */ f();\n");
  Finding found = finding(file, 1, 15);
  found.level = Level::Note;
  const llvm::json::Object result = firstResult({found}, folder.path());
  EXPECT_EQ(result.getString("ruleId"), "belay-detached-thread");
  EXPECT_EQ(result.getString("level"), "note");
  EXPECT_EQ(result.getObject("message")->getString("text"), "hazard; way out");
  const auto *artifact = primary(result).getObject("artifactLocation");
  EXPECT_EQ(artifact->getString("uri"), "my%20src/%C3%A9%231.cpp");
  EXPECT_EQ(artifact->getString("uriBaseId"), "SRCROOT");
  const auto *region = primary(result).getObject("region");
  EXPECT_EQ(region->getInteger("startLine"), 1);
  EXPECT_EQ(region->getInteger("endLine"), 1);
  EXPECT_EQ(region->getInteger("startColumn"), 12);
  EXPECT_EQ(region->getObject("snippet")->getString("text"), "f();");
  EXPECT_EQ(run({found}, folder.path()).getString("columnKind"), "utf16CodeUnits");
  EXPECT_EQ(result.getObject("partialFingerprints")->getString("primaryLocationLineHash"),
            fingerprints({found}, folder.path())[0]);
  EXPECT_FALSE(result.get("relatedLocations"));
  EXPECT_FALSE(result.get("codeFlows"));
}

TEST(Sarif, NamesFilesOutsideTheRootAbsolutely) {
  const llvm::json::Object result = firstResult({finding("/lib/a b.h", 1, 1)}, "/src");
  const auto *artifact = primary(result).getObject("artifactLocation");
  EXPECT_EQ(artifact->getString("uri"), "file:///lib/a%20b.h");
  EXPECT_FALSE(artifact->get("uriBaseId"));
}

TEST(Sarif, LinksTheTrail) {
  Finding found = finding("/src/a.cpp", 9, 1);
  found.trail = {{{"/src/a.cpp", 1, 1}, "handler"}, {{"/src/b.cpp", 2, 1}, "entry [this] \\ 'x'"}};
  const llvm::json::Object result = firstResult({found}, "/src");
  EXPECT_EQ(result.getObject("message")->getString("text"),
            "hazard; way out (trail: [handler](1), [entry \\[this\\] \\\\ 'x'](2))");
  const llvm::json::Array &related = *result.getArray("relatedLocations");
  ASSERT_EQ(related.size(), 2u);
  EXPECT_EQ(related[1].getAsObject()->getInteger("id"), 2);
  EXPECT_EQ(related[1].getAsObject()->getObject("message")->getString("text"),
            "entry [this] \\ 'x'");
  const auto *flow = result.getArray("codeFlows")->front().getAsObject();
  const auto *thread = flow->getArray("threadFlows")->front().getAsObject();
  const llvm::json::Array &steps = *thread->getArray("locations");
  ASSERT_EQ(steps.size(), 3u) << "the trail, then the finding";
  const auto &last = physicalLocation(*steps.back().getAsObject()->get("location"));
  EXPECT_EQ(last.getObject("region")->getInteger("startLine"), 9);
}

TEST(Sarif, KeepsTwoThreadsApart) {
  Finding found = finding("/src/a.cpp", 9, 1);
  found.trail = {{{"/src/a.cpp", 1, 1}, "starts it", Step::Kind::Thread},
                 {{"/src/a.cpp", 9, 1}, "reads"},
                 {{"/src/b.cpp", 2, 1}, "writes"}};
  found.meets = 2;
  const llvm::json::Object result = firstResult({found}, "/src");
  EXPECT_EQ(result.getArray("relatedLocations")->size(), 3u);
  ASSERT_EQ(result.getArray("codeFlows")->size(), 1u);
  const auto *flow = result.getArray("codeFlows")->front().getAsObject();
  const llvm::json::Array &threads = *flow->getArray("threadFlows");
  ASSERT_EQ(threads.size(), 2u);
  const auto *one = threads[0].getAsObject(), *other = threads[1].getAsObject();
  EXPECT_EQ(one->getObject("message")->getString("text"), "one way: a thread");
  EXPECT_EQ(other->getObject("message")->getString("text"), "the other way: any caller");
  EXPECT_NE(one->getString("id"), other->getString("id"));
  EXPECT_EQ(one->getArray("locations")->size(), 2u);
  EXPECT_EQ(other->getArray("locations")->size(), 1u);
}

TEST(Sarif, KeepsTheLimits) {
  Findings findings(25'001, finding("/src/a.cpp", 1, 1));
  findings.front().level = Level::Note;
  findings.back().level = Level::Error;
  findings.back().trail.resize(2'000, {{"/src/a.cpp", 1, 1}, "step"});
  const std::string text = reported(findings, "/src");
  const llvm::StringRef log = text;
  EXPECT_EQ(log.count("\"ruleId\":"), 25'000u);
  EXPECT_TRUE(log.contains("\"level\": \"error\",\n          \"message\""));
  EXPECT_FALSE(log.contains("\"level\": \"note\",\n          \"message\""));
  EXPECT_TRUE(log.contains("\"id\": 999,"));
  EXPECT_FALSE(log.contains("\"id\": 1000,"));
  EXPECT_TRUE(log.contains("1 results of the lowest levels are left out"));
}
