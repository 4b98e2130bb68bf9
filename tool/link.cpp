// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay link: facts -> programs -> findings -> a report. `belay check` ends here as well.
//
#include "facts/Store.h"
#include "tool/Commands.h"
#include "tool/HugePages.h"
#include "tool/Outputs.h"
#include "tool/Parallel.h"
#include "tool/Suppress.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BuryPointer.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include <set>

using namespace llvm;

namespace belay {

static std::string &transcript() {
  static std::string lines;
  return lines;
}

StringRef said() { return transcript(); }

void say(const Twine &line) {
  // Names and errors come from sources that anybody may have written: one line stays one line,
  // and a terminal is told nothing.
  std::string text = line.str();
  for (char &c : text)
    if (!isPrint(c) && static_cast<unsigned char>(c) < 0x80)
      c = c == '\n' ? ' ' : '?';
  text = "belay: " + text + '\n';
  errs() << text;
  transcript() += text;
}

int fail(Error error) {
  say(toString(std::move(error)));
  return Broken;
}

std::string currentFolder() {
  SmallString<256> folder;
  sys::fs::current_path(folder);
  return folder.str().str();
}

Expected<std::unique_ptr<raw_fd_ostream>> openOutput(const Options &options) {
  std::error_code error;
  const StringRef file = options.output.empty() ? "-" : StringRef(options.output);
  auto out = std::make_unique<raw_fd_ostream>(file, error);
  if (error)
    return createStringError(error, "cannot write '" + file + "': " + error.message());
  return out;
}

bool close(raw_fd_ostream &out, const Options &options) {
  out.flush();
  if (!out.has_error())
    return true;
  say("cannot write " + (options.output.empty() ? "standard output" : "'" + options.output + "'") +
      ": " + out.error().message());
  out.clear_error();
  return false;
}

std::vector<LazyUnit> unitsOf(ArrayRef<Analysis> analyses) {
  std::vector<LazyUnit> units;
  for (const Analysis &each : analyses)
    units.push_back(each.unit);
  return units;
}

/// `leftOut`: what is not among the findings, and why.
static void summarise(const Findings &findings, size_t problems, size_t units, StringRef leftOut) {
  std::vector<std::string> levels;
  for (Level level : {Level::Error, Level::Warning, Level::Note})
    if (const size_t count =
            count_if(findings, [&](const Finding &finding) { return finding.level == level; }))
      levels.push_back(counted(count, nameOf(level)));
  std::string line = findings.empty() ? "no findings" : counted(findings.size(), "finding");
  if (!levels.empty())
    line += " (" + join(levels, ", ") + ")";
  line += " in ";
  if (problems != 0)
    line += formatv("{0} of ", units - problems);
  line += counted(units, "unit");
  line += leftOut;
  if (problems != 0)
    line += "; " + counted(problems, "unit") + " did not parse";
  say(line);
}

/// The sources that a report depends on beside the facts: the lines it shows, and comments that
/// suppress a finding.
static Error noteSources(const Findings &findings, const Options &options) {
  std::set<std::string> files;
  for (const Finding &finding : findings) {
    files.insert(finding.where.file.str());
    for (const Step &step : finding.trail)
      files.insert(step.where.file.str());
  }
  files.erase("");
  return writeDepfile(options.depfile, options.output,
                      std::vector<std::string>(files.begin(), files.end()));
}

Expected<Known> readKnown(const Options &options) {
  Known known;
  if (!options.baseline.empty()) {
    auto baseline = Baseline::read(options.baseline);
    if (!baseline)
      return baseline.takeError();
    known.baseline = std::move(*baseline);
  }
  if (!options.since.empty()) {
    auto changes = Changes::since(options.since, currentFolder());
    if (!changes)
      return changes.takeError();
    known.changes = std::move(*changes);
  }
  return known;
}

/// Makes all findings that are to be shown known.
static Error writeBaseline(const Findings &findings, const Options &options, Known &known) {
  Findings kept = findings;
  erase_if(kept, [&](const Finding &finding) { return finding.level < options.minLevel; });
  known.baseline = Baseline::of(kept, currentFolder());
  return known.baseline->write(options.newBaseline);
}

/// Drops what the baseline knows, and says which of it there is no more. Only all of a program
/// shows what is gone.
static std::string dropKnown(Findings &findings, bool whole, const Options &options, Known &known) {
  if (!known.baseline)
    return {};
  const std::string &file = options.newBaseline.empty() ? options.baseline : options.newBaseline;
  const size_t count = known.baseline->drop(findings);
  if (const size_t stale = whole ? known.baseline->stale(options.checks) : 0)
    say(formatv("{0} of {1} {2} stale; write it anew with --write-baseline={1}",
                stale == 1 ? "1 entry" : formatv("{0} entries", stale).str(), file,
                stale == 1 ? "is" : "are")
            .str());
  return count == 0 ? "" : formatv("; {0} known to {1}", count, file).str();
}

/// Says which suppressions suppress nothing, and, if they have to, which give no reason. Whether
/// the latter is the case.
static bool lacksReasons(Suppressions &suppressions, ArrayRef<Analysis> units, bool whole,
                         const Options &options) {
  std::set<StringRef> files;
  for (const Analysis &each : units)
    files.insert(each.unit.outline().commented.begin(), each.unit.outline().commented.end());
  const std::string root = currentFolder();
  if (whole)
    for (const std::string &line : suppressions.unused(files, options.checks, root))
      say(line);
  const auto lines =
      options.needsReasons ? suppressions.unreasoned(files, root) : std::vector<std::string>();
  for (const std::string &line : lines)
    say(line);
  return !lines.empty();
}

static Coverage coverageOf(ArrayRef<Analysis> units) {
  Coverage coverage{units.size()};
  for (const Analysis &unit : units)
    if (!unit.problem.empty())
      coverage.problems.push_back(unit.problem);
  return coverage;
}

int judge(ArrayRef<Analysis> units, bool whole, const Options &options, Known &known,
          raw_ostream &out, Cache *cache, Findings *shown) {
  const Coverage coverage = coverageOf(units);
  Search search{options.checks, currentFolder(), whole, options.jobs, cache};
  search.surroundings = surroundings(/*resourceDir=*/"");
  auto found = findingsIn(unitsOf(units), search);
  if (!found)
    return fail(found.takeError());
  Findings findings = std::move(*found);
  identify(findings, currentFolder());
  if (!options.depfile.empty())
    if (Error error = noteSources(findings, options))
      return fail(std::move(error));
  Suppressions suppressions;
  suppressions.drop(findings);
  bool isBroken = !coverage.problems.empty();
  if (!options.newBaseline.empty() && isBroken) {
    say("'" + options.newBaseline + "' is not written, since not all units did parse");
  } else if (!options.newBaseline.empty()) {
    if (Error error = writeBaseline(findings, options, known)) {
      fail(std::move(error));
      isBroken = true;
    }
  }
  std::string leftOut = dropKnown(findings, whole, options, known);
  const size_t low = findings.size();
  erase_if(findings, [&](const Finding &finding) { return finding.level < options.minLevel; });
  if (const size_t hidden = low - findings.size();
      hidden != 0 && options.minLevel == Level::Warning && options.since.empty())
    leftOut += "; " + counted(hidden, "note") + " more with --min-level=note";
  if (known.before) {
    auto old = known.before->dropOld(findings, options.checks, currentFolder());
    if (!old)
      return fail(old.takeError());
    if (*old != 0)
      leftOut += formatv("; {0} older than '{1}' not shown", *old, options.since);
  }
  if (!options.isDryRun)
    report(findings, options.format, currentFolder(), out, coverage);
  out.flush();
  if (shown)
    *shown = findings;

  const bool isUnreasoned = lacksReasons(suppressions, units, whole, options);
  summarise(findings, coverage.problems.size(), units.size(), leftOut);
  if (isBroken)
    return Broken;
  const bool fails =
      options.failOn && (isUnreasoned || any_of(findings, [&](const Finding &finding) {
                           return finding.level >= *options.failOn;
                         }));
  return fails ? Found : Clean;
}

Expected<LazyUnit> readFacts(const std::string &file, std::shared_ptr<KnownFunctions> known) {
  auto buffer = readFile(file);
  if (!buffer)
    return createStringError(buffer.getError(),
                             "cannot read '" + file + "': " + buffer.getError().message());
  return LazyUnit::of(std::move(*buffer), std::move(known));
}

/// The cache that was asked for: what a build makes depends on nothing that it does not name.
static std::unique_ptr<Cache> openNamedCache(const Options &options) {
  return options.cacheFolder.empty() && !sys::Process::GetEnv("BELAY_CACHE") ? nullptr
                                                                             : openCache(options);
}

int runLink(const Options &options) {
  if (!options.depfile.empty() && options.output.empty())
    return fail(createStringError(inconvertibleErrorCode(),
                                  "--depfile needs '-o FILE': it says what that depends on"));
  auto known = readKnown(options);
  if (!known)
    return fail(known.takeError());
  expectToAllocate(std::min(options.files.size(), size_t(4096)) << 16);
  auto units = std::make_unique<std::vector<Analysis>>(options.files.size());
  const auto functions = std::make_shared<KnownFunctions>();
  std::vector<std::string> problems(options.files.size());
  inParallel(options.files.size(), options.jobs, [&](size_t index) {
    auto unit = readFacts(options.files[index], functions);
    if (unit)
      (*units)[index].unit = std::move(*unit);
    else
      problems[index] = toString(unit.takeError());
  });
  for (const std::string &problem : problems)
    if (!problem.empty())
      return fail(createStringError(problem));
  auto out = openOutput(options);
  if (!out)
    return fail(out.takeError());
  const auto cache = openNamedCache(options);
  const int status =
      judge(*units, /*whole=*/!options.isPartial, options, *known, **out, cache.get());
  if (cache)
    closeCache(*cache, options);
  const bool isWritten = close(**out, options);
  BuryPointer(std::move(units));
  return isWritten ? status : Broken;
}

} // namespace belay
