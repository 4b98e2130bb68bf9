// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Baseline: a first line that says the version, then a line for each finding: its fingerprint,
// its check and its file, sorted so that two branches which touch different files merge.
//
#include "tool/Baseline.h"
#include "tool/Commands.h"
#include "tool/Outputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace belay {

static constexpr StringLiteral Head = "belay-baseline 1";

static Error refuse(const Twine &problem, StringRef file) {
  return createStringError(inconvertibleErrorCode(),
                           problem + "; write it anew with --write-baseline=" + file);
}

Expected<Baseline> Baseline::read(StringRef file) {
  auto buffer = MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer)
    return refuse("cannot read '" + file + "': " + buffer.getError().message(), file);
  Baseline baseline;
  unsigned number = 0;
  for (StringRef line : split((*buffer)->getBuffer(), '\n')) {
    line = line.rtrim();
    if (++number == 1 && line != Head)
      return refuse("'" + file + "' is no baseline that this version of belay reads", file);
    if (number == 1 || line.empty() || line.starts_with("#"))
      continue;
    if (Error error = baseline.add(line)) {
      consumeError(std::move(error));
      return refuse(file + ":" + Twine(number) + ": '" + line + "' is no entry of a baseline",
                    file);
    }
  }
  return baseline;
}

/// "<16 digits>:<number> belay-<check> <file>"
Error Baseline::add(StringRef line) {
  const auto [fingerprint, rest] = line.split(' ');
  auto [check, path] = rest.split(' ');
  const auto [hash, number] = fingerprint.split(':');
  unsigned count = 0;
  if (hash.size() != 16 || !all_of(hash, isHexDigit) || number.getAsInteger(10, count) ||
      !check.consume_front("belay-") || check.empty() || path.empty())
    return createStringError(inconvertibleErrorCode(), "no entry");
  entries_[fingerprint] = {check.str(), path.str()};
  return Error::success();
}

Baseline Baseline::of(const Findings &findings, StringRef root) {
  Baseline baseline;
  for (const Finding &finding : findings) {
    std::string file = shown(finding.where.file, root);
    std::replace_if(file.begin(), file.end(), [](char c) { return !isPrint(c) && c > 0; }, '?');
    baseline.entries_[finding.fingerprint] = {finding.check, file.empty() ? "-" : file};
  }
  return baseline;
}

Error Baseline::write(StringRef file) const {
  std::vector<std::array<StringRef, 3>> sorted;
  for (const auto &entry : entries_)
    sorted.push_back({entry.second.file, entry.second.check, entry.first()});
  sort(sorted);
  std::string text =
      Head.str() + "\n# What --baseline does not report; --write-baseline makes it.\n";
  for (const auto &[path, check, fingerprint] : sorted)
    text += (fingerprint + " belay-" + check + " " + path + "\n").str();
  return writeIfChanged(file, text);
}

size_t Baseline::drop(Findings &findings) {
  const size_t before = findings.size();
  llvm::erase_if(findings, [&](const Finding &finding) {
    const auto known = entries_.find(finding.fingerprint);
    if (known == entries_.end())
      return false;
    known->second.isMatched = true;
    return true;
  });
  return before - findings.size();
}

size_t Baseline::stale(ArrayRef<const Check *> checks) const {
  return count_if(entries_, [&](const auto &entry) {
    return !entry.second.isMatched &&
           (any_of(checks, [&](const Check *check) { return check->id == entry.second.check; }) ||
            none_of(allChecks(),
                    [&](const Check &check) { return check.id == entry.second.check; }));
  });
}

} // namespace belay
