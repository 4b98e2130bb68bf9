// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReportText: findings as clang prints diagnostics, with the trail as notes.
//
#include "tool/Report.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

namespace belay {

static raw_ostream::Colors colorOf(Level level) {
  switch (level) {
  case Level::Note:
    return raw_ostream::CYAN;
  case Level::Warning:
    return raw_ostream::MAGENTA;
  case Level::Error:
    return raw_ostream::RED;
  }
  llvm_unreachable("no such level");
}

/// Blanks as wide as the text is shown; tabs stay, for they are as wide as above them.
static std::string blanksFor(StringRef text) {
  std::string blanks;
  for (StringRef part : split(text, '\t')) {
    if (part.data() != text.data())
      blanks += '\t';
    const int width = sys::unicode::columnWidthUTF8(part);
    blanks.append(width < 0 ? part.size() : width, ' ');
  }
  return blanks;
}

/// Source text must not steer the terminal.
static std::string withoutControls(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return (c < ' ' && c != '\t') || c == 127; },
      ' ');
  return text;
}

static void printSnippet(const Place &where, raw_ostream &out) {
  const std::string line = withoutControls(sourceLine(where.file, where.line).str());
  if (StringRef(line).trim().empty())
    return;
  const std::string number = std::to_string(where.line);
  out << right_justify(number, 5) << " | " << line << '\n';
  out.indent(std::max<size_t>(number.size(), 5)) << " | ";
  out << blanksFor(StringRef(line).take_front(where.column - 1));
  WithColor(out, raw_ostream::GREEN, /*Bold=*/true) << '^';
  out << '\n';
}

static void printDiagnostic(const Place &where, Level level, StringRef text, StringRef root,
                            raw_ostream &out) {
  if (where)
    WithColor(out, raw_ostream::SAVEDCOLOR, /*Bold=*/true)
        << formatv("{0}:{1}:{2}: ", shown(where.file, root), where.line, where.column);
  WithColor(out, colorOf(level), /*Bold=*/true) << nameOf(level) << ": ";
  if (level == Level::Note)
    out << text;
  else
    WithColor(out, raw_ostream::SAVEDCOLOR, /*Bold=*/true) << text;
  out << '\n';
  printSnippet(where, out);
}

void reportText(const Findings &findings, StringRef root, raw_ostream &out) {
  for (const Finding &finding : findings) {
    printDiagnostic(finding.where, finding.level,
                    formatv("{0} [belay-{1}]", finding.message, finding.check).str(), root, out);
    for (const Step &step : finding.trail)
      printDiagnostic(step.where, Level::Note, step.text, root, out);
  }
}

} // namespace belay
