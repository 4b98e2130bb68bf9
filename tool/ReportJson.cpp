// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReportJson: findings as one object of our own, for scripts. Fields are only ever added.
//
#include "tool/Report.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace belay {

/// Sources and paths may hold any bytes, JSON only UTF-8.
static json::Value text(StringRef bytes) { return json::fixUTF8(bytes); }

static void writePlace(const Place &where, StringRef root, json::OStream &json) {
  json.attribute("file", text(shown(where.file, root)));
  json.attribute("line", where.line);
  json.attribute("column", where.column);
}

static void writeFinding(const Finding &finding, StringRef root, json::OStream &json) {
  json.attribute("check", "belay-" + finding.check);
  json.attribute("level", nameOf(finding.level));
  writePlace(finding.where, root, json);
  json.attribute("message", text(finding.message));
  json.attribute("entity", text(finding.entity));
  json.attribute("fingerprint", finding.fingerprint);
  json.attributeArray("trail", [&] {
    for (const Step &step : finding.trail)
      json.object([&] {
        writePlace(step.where, root, json);
        json.attribute("text", text(step.text));
      });
  });
}

void reportJson(const Findings &findings, StringRef root, raw_ostream &out) {
  json::OStream json(out, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeObject("tool", [&] {
      json.attribute("name", "belay");
      json.attribute("version", BELAY_VERSION);
    });
    json.attributeArray("findings", [&] {
      for (const Finding &finding : findings)
        json.object([&] { writeFinding(finding, root, json); });
    });
  });
  out << '\n';
}

} // namespace belay
