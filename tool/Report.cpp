// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Report: what the formats share: names, shown paths, source lines and fingerprints.
//
#include "tool/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <numeric>

using namespace llvm;

namespace belay {

static constexpr StringLiteral formatNames[] = {"text", "json",   "sarif",
                                                "html", "github", "gitlab"};

StringRef nameOf(Format format) { return formatNames[size_t(format)]; }

std::optional<Format> formatNamed(StringRef name) {
  const auto *found = find(formatNames, name);
  if (found == std::end(formatNames))
    return std::nullopt;
  return Format(found - std::begin(formatNames));
}

std::optional<Level> levelNamed(StringRef name) {
  return StringSwitch<std::optional<Level>>(name)
      .Case("note", Level::Note)
      .Case("warning", Level::Warning)
      .Case("error", Level::Error)
      .Default(std::nullopt);
}

void report(const Findings &findings, Format format, StringRef root, raw_ostream &out,
            const Coverage &coverage) {
  switch (format) {
  case Format::Text:
    return reportText(findings, root, out);
  case Format::Json:
    return reportJson(findings, root, out);
  case Format::Sarif:
    return reportSarif(findings, root, out);
  case Format::Github:
    return reportGithub(findings, root, out);
  case Format::Gitlab:
    return reportGitlab(findings, root, out);
  case Format::Html:
    return reportHtml(findings, coverage, root, out);
  }
}

std::string counted(size_t count, StringRef noun) {
  return formatv("{0} {1}{2}", count, noun, count == 1 ? "" : "s");
}

static const Step *startOf(ArrayRef<Step> steps) {
  const auto *request = find_if(steps, [](const Step &step) {
    return step.kind == Step::Kind::Handler || step.kind == Step::Kind::Connections;
  });
  if (request != steps.end())
    return request;
  const auto *thread =
      find_if(steps, [](const Step &step) { return step.kind == Step::Kind::Thread; });
  return thread != steps.end() ? thread : nullptr;
}

SmallVector<Chain, 2> chainsOf(ArrayRef<Step> trail, size_t meets) {
  SmallVector<Chain, 2> chains;
  const size_t first = meets == 0 ? trail.size() : std::min(meets, trail.size());
  for (ArrayRef<Step> part : {trail.take_front(first), trail.drop_front(first)})
    if (!part.empty())
      chains.push_back({part, startOf(part)});
  return chains;
}

StringRef nameOf(const Chain &chain) {
  if (!chain.start)
    return "any caller";
  switch (chain.start->kind) {
  case Step::Kind::Handler:
    return "a request";
  case Step::Kind::Connections:
    return "a connection";
  default:
    return "a thread";
  }
}

// Includes of "../room.h" make paths that leave a folder and come back.
static SmallString<256> withoutDots(StringRef path) {
  SmallString<256> plain = path;
  sys::path::remove_dots(plain, /*remove_dot_dot=*/true);
  return plain;
}

std::string shown(StringRef path, StringRef root) {
  const SmallString<256> file = withoutDots(path), folder = withoutDots(root);
  StringRef below = file;
  const bool isBelow = !folder.empty() && below.consume_front(folder) &&
                       (sys::path::is_separator(folder.back()) ||
                        (!below.empty() && sys::path::is_separator(below.front())));
  below = below.ltrim('/');
  return isBelow && !below.empty() ? below.str() : path.str();
}

ArrayRef<StringRef> sourceLines(StringRef file) {
  // Reports are written by one thread.
  struct Source {
    std::unique_ptr<MemoryBuffer> buffer;
    SmallVector<StringRef, 0> lines;
  };
  static StringMap<Source> sources;
  auto [known, isNew] = sources.try_emplace(file);
  Source &source = known->second;
  if (isNew)
    if (auto buffer = MemoryBuffer::getFile(file)) {
      source.buffer = std::move(*buffer);
      StringRef text = source.buffer->getBuffer();
      text.consume_back("\n");
      text.split(source.lines, '\n');
      for (StringRef &line : source.lines)
        line = line.rtrim('\r');
    }
  return source.lines;
}

StringRef sourceLine(StringRef file, unsigned line) {
  const ArrayRef<StringRef> lines = sourceLines(file);
  return line - 1 < lines.size() ? lines[line - 1] : StringRef();
}

/// What stays the same when lines move or are indented anew.
static std::string identityOf(const Finding &finding, StringRef root,
                              function_ref<Renamed(StringRef)> renamed) {
  const std::string path = finding.where.file.str();
  const Renamed file = renamed ? renamed(path) : Renamed{path, path};
  std::string text = sourceLine(file.text, finding.where.line).str();
  llvm::erase_if(text, isSpace);
  const std::string parts[] = {finding.check, shown(file.name, root), finding.entity,
                               std::move(text)};
  return formatv("{0:x-16}",
                 xxh3_64bits(join(std::begin(parts), std::end(parts), StringRef("\0", 1))));
}

std::vector<std::string> fingerprints(const Findings &findings, StringRef root,
                                      function_ref<Renamed(StringRef)> renamed) {
  std::vector<size_t> order(findings.size());
  std::iota(order.begin(), order.end(), 0);
  sort(order, [&](size_t a, size_t b) {
    return std::tie(findings[a].where, a) < std::tie(findings[b].where, b);
  });
  StringMap<unsigned> seen;
  std::vector<std::string> results(findings.size());
  for (size_t index : order) {
    const std::string identity = identityOf(findings[index], root, renamed);
    results[index] = formatv("{0}:{1}", identity, ++seen[identity]);
  }
  return results;
}

void identify(Findings &findings, StringRef root) {
  for (auto [finding, mark] : zip_equal(findings, fingerprints(findings, root)))
    finding.fingerprint = mark;
}

} // namespace belay
