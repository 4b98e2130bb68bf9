// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReportGithub: findings as the workflow commands that GitHub shows as annotations in a pull
// request. It shows ten of a step, so the rest is counted and not silently lost.
//
#include "tool/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <numeric>

using namespace llvm;

namespace belay {

static constexpr size_t MostAnnotations = 10;

/// What would end a command, or a property of one, is escaped.
static std::string escaped(StringRef text, StringRef special) {
  std::string result;
  for (char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || special.contains(c))
      result += formatv("%{0:X-2}", uint8_t(c));
    else
      result += c;
  }
  return result;
}

static std::string property(StringRef text) { return escaped(text, ":,"); }

static StringRef commandOf(Level level) { return level == Level::Note ? "notice" : nameOf(level); }

/// The message, and a line for each step of the trail.
static std::string textOf(const Finding &finding, StringRef root) {
  std::string text = finding.message;
  for (const Step &step : finding.trail) {
    text += '\n';
    if (step.where)
      text += formatv("{0}:{1}: ", shown(step.where.file, root), step.where.line);
    text += step.text;
  }
  return text;
}

static void writeFinding(const Finding &finding, StringRef root, raw_ostream &out) {
  out << "::" << commandOf(finding.level) << ' ';
  if (finding.where)
    out << formatv("file={0},line={1},col={2},", property(shown(finding.where.file, root)),
                   finding.where.line, finding.where.column);
  out << "title=belay-" << finding.check << "::" << escaped(textOf(finding, root), "") << '\n';
}

void reportGithub(const Findings &findings, StringRef root, raw_ostream &out) {
  std::vector<size_t> shownFirst(findings.size());
  std::iota(shownFirst.begin(), shownFirst.end(), 0);
  sort(shownFirst, [&](size_t a, size_t b) {
    return std::pair(findings[b].level, a) < std::pair(findings[a].level, b);
  });
  for (size_t index : ArrayRef(shownFirst).take_front(MostAnnotations))
    writeFinding(findings[index], root, out);
  if (const size_t more = findings.size() - std::min(findings.size(), MostAnnotations))
    out << formatv("::notice title=belay::{0} more finding{1} without an annotation; --format=text "
                   "prints them, and code scanning shows all of --format=sarif\n",
                   more, more == 1 ? "" : "s");
}

} // namespace belay
