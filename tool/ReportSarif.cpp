// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReportSarif: findings as SARIF 2.1.0, in the shape that GitHub code scanning shows best.
//
#include "facts/Embedded.h"
#include "tool/Edits.h"
#include "tool/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <numeric>

using namespace llvm;

namespace belay {

// What code scanning takes.
static constexpr size_t MostResults = 25'000;
static constexpr size_t MostLocations = 1'000;

/// Sources and paths may hold any bytes, JSON only UTF-8.
static json::Value text(StringRef bytes) { return json::fixUTF8(bytes); }

static void writeMessage(StringRef key, StringRef message, json::OStream &json) {
  json.attributeObject(key, [&] { json.attribute("text", text(message)); });
}

/// A path as a URI reference (RFC 3986): what is neither unreserved nor a slash is escaped.
static std::string uriOf(StringRef path) {
  std::string uri;
  for (char c : path) {
    if (isAlnum(c) || StringRef("-._~/").contains(c))
      uri += c;
    else
      uri += formatv("%{0:X-2}", uint8_t(c));
  }
  return uri;
}

/// A column of bytes as one of UTF-16 code units.
static unsigned utf16Column(const Place &where) {
  const StringRef before = sourceLine(where.file, where.line).take_front(where.column - 1);
  unsigned extra = 0;
  for (uint8_t byte : before.bytes())
    extra += ((byte & 0xC0) == 0x80) - (byte >= 0xF0); // continues; needs a surrogate pair
  return where.column - extra;
}

namespace {

class SarifWriter {
public:
  SarifWriter(StringRef root, raw_ostream &out) : root_(root), json_(out, /*IndentSize=*/2) {}

  void write(const Findings &findings);

private:
  void writeTool();
  void writeRule(const Check &check);
  void writeRun(const Findings &findings);
  void writeLeftOut(size_t count);
  void writeResult(const Finding &finding);
  void writeArtifact(StringRef file);
  void writeLocation(const Place &where);
  void writeFix(const Edit &edit);
  void writeStep(const Step &step);
  void writeThread(ArrayRef<Step> steps);
  void writeFlow(const Finding &finding, ArrayRef<Step> trail);

  StringRef root_;
  json::OStream json_;
};

} // namespace

/// "unbounded-spawn" -> "UnboundedSpawn".
static std::string pascalCase(StringRef id) {
  std::string name;
  for (StringRef word : split(id, '-'))
    name += (Twine(toUpper(word.front())) + word.drop_front()).str();
  return name;
}

static StringRef pageOf(const Check &check) {
  for (const EmbeddedFile &page : checkPages())
    if (page.name == (check.id + ".md").str())
      return page.text;
  return check.summary;
}

/// The page's first paragraph below its title, on one line.
static std::string firstParagraph(StringRef page) {
  std::string paragraph;
  for (StringRef line : split(page, '\n')) {
    line = line.trim();
    if (line.empty() && !paragraph.empty())
      break;
    if (!line.empty() && !line.starts_with("#"))
      paragraph += (paragraph.empty() ? "" : " ") + line.str();
  }
  return paragraph;
}

/// The message, with a link to each step of the trail: code scanning shows only linked ones.
static std::string linked(const Finding &finding, ArrayRef<Step> trail) {
  std::string message = finding.message;
  for (auto [index, step] : enumerate(trail)) {
    message += index == 0 ? " (trail: [" : ", [";
    for (char c : step.text) {
      if (StringRef("[]\\").contains(c))
        message += '\\';
      message += c;
    }
    message += formatv("]({0})", index + 1);
  }
  return trail.empty() ? message : message + ")";
}

void SarifWriter::writeRule(const Check &check) {
  const StringRef page = pageOf(check);
  std::string summary = check.summary.str();
  summary.front() = toUpper(summary.front());
  json_.object([&] {
    json_.attribute("id", ("belay-" + check.id).str());
    json_.attribute("name", pascalCase(check.id));
    writeMessage("shortDescription", summary + ".", json_);
    writeMessage("fullDescription", firstParagraph(page), json_);
    json_.attributeObject("help", [&] {
      json_.attribute("text", page);
      json_.attribute("markdown", page);
    });
    json_.attributeObject("defaultConfiguration", [&] {
      json_.attribute("enabled", check.on);
      json_.attribute("level", nameOf(check.level));
    });
    json_.attributeObject("properties",
                          [&] { json_.attribute("tags", json::Array{"concurrency"}); });
  });
}

void SarifWriter::writeTool() {
  json_.attributeObject("tool", [&] {
    json_.attributeObject("driver", [&] {
      json_.attribute("name", "belay");
      json_.attribute("semanticVersion", BELAY_VERSION);
      json_.attribute("version", BELAY_VERSION);
      json_.attributeArray("rules", [&] { for_each(allChecks(), [&](auto &c) { writeRule(c); }); });
    });
  });
}

/// `artifactLocation`, relative to SRCROOT where it can be.
void SarifWriter::writeArtifact(StringRef file) {
  const std::string path = shown(file, root_);
  json_.attributeObject("artifactLocation", [&] {
    if (sys::path::is_absolute(path)) {
      json_.attribute("uri", "file://" + uriOf(path));
    } else {
      json_.attribute("uri", uriOf(path));
      json_.attribute("uriBaseId", "SRCROOT");
    }
  });
}

void SarifWriter::writeLocation(const Place &where) {
  json_.attributeObject("physicalLocation", [&] {
    writeArtifact(where.file);
    if (where)
      json_.attributeObject("region", [&] {
        json_.attribute("startLine", where.line);
        json_.attribute("startColumn", utf16Column(where));
        json_.attribute("endLine", where.line);
        // From there to the end of the line, which is what the region is.
        const StringRef code = sourceLine(where.file, where.line).substr(where.column - 1);
        if (!code.empty())
          writeMessage("snippet", code, json_);
      });
  });
}

void SarifWriter::writeStep(const Step &step) {
  writeLocation(step.where);
  writeMessage("message", step.text, json_);
}

void SarifWriter::writeThread(ArrayRef<Step> steps) {
  json_.attributeArray("locations", [&] {
    for (const Step &step : steps)
      json_.object([&] { json_.attributeObject("location", [&] { writeStep(step); }); });
  });
}

/// One flow: the trail, up to the place of the finding; or each of two threads, which may run in
/// any order, up to what it does there.
void SarifWriter::writeFlow(const Finding &finding, ArrayRef<Step> trail) {
  const auto chains = chainsOf(trail, finding.meets);
  const auto writeThreads = [&] {
    if (chains.size() == 1) {
      Trail steps = chains.front().steps.vec();
      if (none_of(steps, [&](const Step &step) { return step.where == finding.where; }))
        steps.push_back({finding.where, finding.message});
      json_.object([&] { writeThread(steps); });
      return;
    }
    for (auto [index, chain] : enumerate(chains))
      json_.object([&] {
        json_.attribute("id", std::to_string(index + 1));
        writeMessage("message",
                     (index == 0 ? "one way: " : "the other way: ") + nameOf(chain).str(), json_);
        writeThread(chain.steps);
      });
  };
  json_.attributeArray("codeFlows", [&] {
    json_.object([&] { json_.attributeArray("threadFlows", writeThreads); });
  });
}

/// What the edit does, in the words of who reads it.
static std::string textOf(const Edit &edit) {
  const std::string to = StringRef(edit.to).trim(" ,()").str();
  switch (edit.kind) {
  case Edit::Kind::JoiningThread:
  case Edit::Kind::Atomic:
    return "Make it a " + to;
  case Edit::Kind::PassToken:
    return "Pass the token";
  case Edit::Kind::OwnedThread:
    return "Hand the work to " + to.substr(0, to.find('.'));
  case Edit::Kind::StoppableSleep:
    return "Use belay::sleep_for, which the token ends";
  }
  llvm_unreachable("no such kind");
}

/// Its header comes first, as it does in the file.
void SarifWriter::writeFix(const Edit &edit) {
  auto buffer = MemoryBuffer::getFile(edit.where.file.ref());
  if (!buffer)
    return;
  const StringRef code = (*buffer)->getBuffer();
  const auto change = replacementOf(edit, code);
  if (!change)
    return;
  const auto write = [&](const clang::tooling::Replacement &replacement) {
    json_.object([&] {
      json_.attributeObject("deletedRegion", [&] {
        const Place begin = placeOf(replacement.getOffset(), edit.where.file, code);
        const Place end =
            placeOf(replacement.getOffset() + replacement.getLength(), edit.where.file, code);
        json_.attribute("startLine", begin.line);
        json_.attribute("startColumn", utf16Column(begin));
        json_.attribute("endLine", end.line);
        json_.attribute("endColumn", utf16Column(end));
      });
      if (!replacement.getReplacementText().empty())
        json_.attributeObject("insertedContent", [&] {
          json_.attribute("text", text(replacement.getReplacementText()));
        });
    });
  };
  const auto line =
      edit.include.empty() ? std::nullopt : includeIn(edit.include, edit.where.file, code);
  json_.attributeArray("fixes", [&] {
    json_.object([&] {
      writeMessage("description", textOf(edit), json_);
      json_.attributeArray("artifactChanges", [&] {
        json_.object([&] {
          writeArtifact(edit.where.file);
          json_.attributeArray("replacements", [&] {
            if (line)
              write(*line);
            write(*change);
          });
        });
      });
    });
  });
}

void SarifWriter::writeResult(const Finding &finding) {
  // One is the finding's own.
  const auto trail = ArrayRef(finding.trail).take_front(MostLocations - 1);
  const auto *check = find_if(allChecks(), [&](auto &known) { return known.id == finding.check; });
  json_.attribute("ruleId", "belay-" + finding.check);
  if (check != allChecks().end())
    json_.attribute("ruleIndex", check - allChecks().begin());
  json_.attribute("level", nameOf(finding.level));
  writeMessage("message", linked(finding, trail), json_);
  json_.attributeArray("locations", [&] { json_.object([&] { writeLocation(finding.where); }); });
  if (!trail.empty()) {
    json_.attributeArray("relatedLocations", [&] {
      for (auto [index, step] : enumerate(trail))
        json_.object([&] {
          json_.attribute("id", index + 1);
          writeStep(step);
        });
    });
    writeFlow(finding, trail);
  }
  if (finding.fix)
    writeFix(*finding.fix);
  json_.attributeObject("partialFingerprints",
                        [&] { json_.attribute("primaryLocationLineHash", finding.fingerprint); });
}

/// The indexes of the findings; of too many, those of the highest levels.
static std::vector<size_t> keptOf(const Findings &findings) {
  std::vector<size_t> kept(findings.size());
  std::iota(kept.begin(), kept.end(), 0);
  if (kept.size() <= MostResults)
    return kept;
  sort(kept, [&](size_t a, size_t b) {
    return std::pair(findings[b].level, a) < std::pair(findings[a].level, b);
  });
  kept.resize(MostResults);
  sort(kept);
  return kept;
}

void SarifWriter::writeLeftOut(size_t count) {
  json_.attributeArray("invocations", [&] {
    json_.object([&] {
      json_.attribute("executionSuccessful", true);
      json_.attributeArray("toolExecutionNotifications", [&] {
        json_.object([&] {
          json_.attribute("level", "warning");
          const std::string left = std::to_string(count);
          writeMessage("message", left + " results of the lowest levels are left out", json_);
        });
      });
    });
  });
}

void SarifWriter::writeRun(const Findings &findings) {
  writeTool();
  const std::string root = uriOf(root_.rtrim('/'));
  json_.attributeObject("originalUriBaseIds", [&] {
    json_.attributeObject("SRCROOT", [&] { json_.attribute("uri", "file://" + root + "/"); });
  });
  json_.attribute("columnKind", "utf16CodeUnits");
  const std::vector<size_t> kept = keptOf(findings);
  json_.attributeArray("results", [&] {
    for (size_t i : kept)
      json_.object([&] { writeResult(findings[i]); });
  });
  if (kept.size() < findings.size())
    writeLeftOut(findings.size() - kept.size());
}

void SarifWriter::write(const Findings &findings) {
  json_.object([&] {
    json_.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_.attribute("version", "2.1.0");
    json_.attributeArray("runs", [&] { json_.object([&] { writeRun(findings); }); });
  });
}

void reportSarif(const Findings &findings, StringRef root, raw_ostream &out) {
  SarifWriter(root, out).write(findings);
  out << '\n';
}

} // namespace belay
