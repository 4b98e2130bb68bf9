// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Report: findings -> text, JSON, SARIF 2.1.0, a page of HTML, or what GitHub and GitLab show in a
// pull request.
//
#ifndef BELAY_TOOL_REPORT_H
#define BELAY_TOOL_REPORT_H

#include "checks/Check.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>

namespace belay {

enum class Format : uint8_t { Text, Json, Sarif, Html, Github, Gitlab };

llvm::StringRef nameOf(Format format);
std::optional<Format> formatNamed(llvm::StringRef name);

/// What was looked at to find them.
struct Coverage {
  size_t units = 0;
  std::vector<llvm::StringRef> problems{}; ///< a line for each unit that did not parse
};

/// Writes the findings. `root` (absolute): paths below it are shown relative to it. Colours
/// only in text, and only if `out` has them. Equal findings give equal bytes.
void report(const Findings &findings, Format format, llvm::StringRef root, llvm::raw_ostream &out,
            const Coverage &coverage = {});

void reportText(const Findings &findings, llvm::StringRef root, llvm::raw_ostream &out);
void reportJson(const Findings &findings, llvm::StringRef root, llvm::raw_ostream &out);
void reportSarif(const Findings &findings, llvm::StringRef root, llvm::raw_ostream &out);
void reportGithub(const Findings &findings, llvm::StringRef root, llvm::raw_ostream &out);
void reportGitlab(const Findings &findings, llvm::StringRef root, llvm::raw_ostream &out);
void reportHtml(const Findings &findings, const Coverage &coverage, llvm::StringRef root,
                llvm::raw_ostream &out);

/// The level of that name.
std::optional<Level> levelNamed(llvm::StringRef name);

/// "1 finding", "2 findings".
std::string counted(size_t count, llvm::StringRef noun);

/// `path` relative to `root` if it lies below it, else as it is.
std::string shown(llvm::StringRef path, llvm::StringRef root);

/// A fingerprint that survives moved lines: of the check, the file below `root`, the entity, the
/// text of the line, and how many equal ones stand above it. One for each finding, in order.
/// `renamed` says what a file is called for that, and where its text is; without it, both are the
/// file.
struct Renamed {
  std::string name;
  std::string text;
};
std::vector<std::string>
fingerprints(const Findings &findings, llvm::StringRef root,
             llvm::function_ref<Renamed(llvm::StringRef)> renamed = nullptr);

/// Gives each finding its fingerprint. Findings that are dropped later count, so that what is shown
/// of a program does not change the fingerprints.
void identify(Findings &findings, llvm::StringRef root);

/// The steps that lead to the access of one thread.
struct Chain {
  llvm::ArrayRef<Step> steps;
  const Step *start = nullptr; ///< where a request, a connection or a thread comes from, if known
};

/// The trail of a finding as one chain, or as two where `meets` says that another thread's starts.
llvm::SmallVector<Chain, 2> chainsOf(llvm::ArrayRef<Step> trail, size_t meets);

/// "a request", "a connection", "a thread", or "any caller" where the start is not known.
llvm::StringRef nameOf(const Chain &chain);

/// The lines of a source file without their ends; none if it cannot be read. Files are read once.
llvm::ArrayRef<llvm::StringRef> sourceLines(llvm::StringRef file);

/// One of them; empty where there is none.
llvm::StringRef sourceLine(llvm::StringRef file, unsigned line);

} // namespace belay

#endif
