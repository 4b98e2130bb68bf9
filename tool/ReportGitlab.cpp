// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReportGitlab: findings as a code quality report, which GitLab compares with that of the target
// branch by the fingerprints, and shows in the merge request.
//
#include "tool/Report.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace belay {

/// Sources and paths may hold any bytes, JSON only UTF-8.
static json::Value text(StringRef bytes) { return json::fixUTF8(bytes); }

static StringRef severityOf(Level level) {
  switch (level) {
  case Level::Note:
    return "info";
  case Level::Warning:
    return "major";
  case Level::Error:
    return "critical";
  }
  llvm_unreachable("no such level");
}

static void writeFinding(const Finding &finding, StringRef root, json::OStream &json) {
  json.attribute("description", text(finding.message));
  json.attribute("check_name", "belay-" + finding.check);
  json.attribute("fingerprint", finding.fingerprint);
  json.attribute("severity", severityOf(finding.level));
  json.attributeObject("location", [&] {
    json.attribute("path", text(shown(finding.where.file, root)));
    json.attributeObject("lines", [&] { json.attribute("begin", finding.where.line); });
  });
}

void reportGitlab(const Findings &findings, StringRef root, raw_ostream &out) {
  json::OStream json(out, /*IndentSize=*/2);
  json.array([&] {
    for (const Finding &finding : findings)
      json.object([&] { writeFinding(finding, root, json); });
  });
  out << '\n';
}

} // namespace belay
