// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Html: the parts of the HTML report: text that stays text, snippets of sources, pages of checks
// and the picture of the ways that lead to the findings. ReportHtml puts them together.
//
#ifndef BELAY_TOOL_HTML_H
#define BELAY_TOOL_HTML_H

#include "tool/Report.h"

namespace belay {

/// Any bytes as the text of an element or attribute: nothing of them is markup. What is no UTF-8,
/// control characters but tabs and new lines, and characters that turn the direction of text are
/// shown as U+FFFD.
std::string escaped(llvm::StringRef bytes);

/// A message, in which what stands in 'quotes' is code.
std::string prose(llvm::StringRef message);

/// The sign of a level: a picture of its own, so that it is told apart without colours.
std::string signOf(Level level);

/// The path of `signOf` in a square of 12 units.
llvm::StringRef outlineOf(Level level);

/// The id of a finding's element: links to it hold as long as its fingerprint.
std::string anchorOf(llvm::StringRef fingerprint);

/// `file:line`, the file relative to `root`.
std::string placeText(const Place &where, llvm::StringRef root);

/// The line of a place, marked, and `around` lines on each side. Where the source is missing or
/// too short, a sentence that says so.
void writeSnippet(const Place &where, unsigned around, llvm::StringRef root,
                  llvm::raw_ostream &out);

/// What a check is: its page's first sentence, why, and what to write instead.
void writeCheck(const Check &check, llvm::raw_ostream &out);

/// The picture: on the left where threads come from, on the right the work that they reach, with
/// a sign for each finding there. Nothing if no finding has a start. `anchors`: of the findings.
void writeWays(const Findings &findings, llvm::ArrayRef<std::string> anchors,
               llvm::raw_ostream &out);

} // namespace belay

#endif
