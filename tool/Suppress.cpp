// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Suppress: what the comments do to the findings, and what is to be said of the comments.
//
#include "tool/Suppress.h"
#include "tool/Inputs.h"
#include "tool/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace belay {

Comments *Suppressions::of(StringRef file) {
  auto [known, isNew] = files_.try_emplace(file);
  if (isNew)
    if (auto buffer = readFile(textAt_ ? textAt_(file) : file.str()))
      known->second = std::make_unique<Comments>(std::move(*buffer));
  return known->second.get();
}

unsigned Suppressions::drop(Findings &findings) {
  const size_t before = findings.size();
  llvm::erase_if(findings, [&](const Finding &finding) {
    Comments *comments = of(finding.where.file.ref());
    return comments && comments->suppress(finding.where, "belay-" + finding.check);
  });
  return before - findings.size();
}

static bool isOurs(const Glob &glob) { return glob.text.starts_with("belay-"); }

static std::string lineOf(StringRef file, const Comments &comments, const Comment &comment,
                          StringRef text, StringRef root) {
  const auto [line, column] = comments.positionOf(comment);
  return formatv("{0}:{1}:{2}: {3}", shown(file, root), line, column, text);
}

/// Why a glob is of no use; empty if it is, or if nobody knows.
static std::string complaintOf(const Comment &comment, const Glob &glob,
                               ArrayRef<const Check *> checks) {
  if (!isOurs(glob) || comment.isCode)
    return {};
  const auto isNamed = [&](const Check &check) {
    return glob.matches(("belay-" + check.id).str());
  };
  if (none_of(allChecks(), isNamed))
    return formatv("{0} names '{1}', which is no check", comment.text(), glob.text);
  if (comment.kind == "END")
    return comment.isPaired ? "" : comment.text() + " ends nothing";
  const bool haveAllRun = all_of(allChecks(), [&](const Check &check) {
    return !isNamed(check) || is_contained(checks, &check);
  });
  if (glob.isUsed || comment.isConditional || !haveAllRun)
    return {};
  if (comment.kind == "BEGIN" && !comment.isPaired)
    return comment.text() + " has no end, and so suppresses nothing";
  return formatv("{0} suppresses nothing of '{1}'; remove it", comment.text(), glob.text);
}

std::vector<std::string> Suppressions::unused(const std::set<StringRef> &files,
                                              ArrayRef<const Check *> checks, StringRef root) {
  std::vector<std::string> lines;
  for (StringRef file : files)
    if (const Comments *comments = of(file))
      for (const Comment &comment : comments->all())
        for (const Glob &glob : comment.globs)
          if (const std::string complaint = complaintOf(comment, glob, checks); !complaint.empty())
            lines.push_back(lineOf(file, *comments, comment, complaint, root));
  return lines;
}

std::vector<std::string> Suppressions::unreasoned(const std::set<StringRef> &files,
                                                  StringRef root) {
  std::vector<std::string> lines;
  for (StringRef file : files)
    if (const Comments *comments = of(file))
      for (const Comment &comment : comments->all()) {
        const bool isUsed = any_of(comment.globs, [](const Glob &glob) { return glob.isUsed; });
        const bool isNamed = any_of(comment.globs, isOurs) && !comment.isCode;
        if (comment.kind != "END" && (isUsed || isNamed) && !comment.hasReason)
          lines.push_back(lineOf(
              file, *comments, comment,
              comment.text() + " does not say why; write '" + comment.text() + ": reason'", root));
      }
  return lines;
}

} // namespace belay
