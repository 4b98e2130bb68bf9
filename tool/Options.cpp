// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options: one table says for each option how it is written, what it means and where its value
// goes; parsing and help both read it.
//
#include "tool/Options.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/StringSaver.h"

using namespace llvm;

namespace belay {

static Error refuse(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

static Error setChecks(Options &options, StringRef value) {
  auto checks = selectChecks(value);
  if (!checks)
    return checks.takeError();
  options.checks = std::move(*checks);
  return Error::success();
}

static Error setFormat(Options &options, StringRef value) {
  const auto format = formatNamed(value);
  if (!format)
    return refuse("unknown format '" + value +
                  "'; there are text, json, sarif, html, github and gitlab");
  options.format = *format;
  return Error::success();
}

static Error setMinLevel(Options &options, StringRef value) {
  const auto level = levelNamed(value);
  if (!level)
    return refuse("unknown level '" + value + "'; there are note, warning and error");
  options.minLevel = *level;
  return Error::success();
}

static Error setFailOn(Options &options, StringRef value) {
  options.failOn = levelNamed(value);
  if (!options.failOn && value != "never")
    return refuse("unknown level '" + value + "'; there are note, warning, error and never");
  return Error::success();
}

static Error setJobs(Options &options, StringRef value) {
  if (value.getAsInteger(10, options.jobs) || options.jobs == 0 || options.jobs > 4096)
    return refuse("-j takes a number from 1 to 4096, not '" + value + "'");
  return Error::success();
}

template <auto field, bool value> static Error setFlag(Options &options, StringRef) {
  options.*field = value;
  return Error::success();
}

template <auto field> static Error setText(Options &options, StringRef value) {
  if (value.empty())
    return refuse("an option's value is empty; leave the option out");
  options.*field = value.str();
  return Error::success();
}

static Error addModels(Options &options, StringRef value) {
  options.models.push_back(value.str());
  return Error::success();
}

namespace {
struct Option {
  StringLiteral name;
  StringLiteral value;
  StringLiteral help;
  Error (*set)(Options &, StringRef);
};
} // namespace

static constexpr Option allOptions[] = {
    {"-p", "BUILD", "the build folder, or its compile_commands.json", setText<&Options::build>},
    {"--checks", "GLOBS", "what to look for: a,b or -c or -*,d*; default: all that are on",
     setChecks},
    {"--format", "FORMAT", "text, json, sarif, html, github or gitlab; default: text", setFormat},
    {"-o", "FILE", "write there instead of to standard output", setText<&Options::output>},
    {"--min-level", "LEVEL", "show note, warning or error and up; default: warning", setMinLevel},
    {"--fail-on", "LEVEL", "exit 1 from note, warning or error on, or never; default: warning",
     setFailOn},
    {"--baseline", "FILE", "leave out the findings that the file knows",
     setText<&Options::baseline>},
    {"--write-baseline", "FILE", "make the file know all that is found, and report none of it",
     setText<&Options::newBaseline>},
    {"--since", "REVISION", "leave out what was there at the revision and is not on changed lines",
     setText<&Options::since>},
    {"--require-reasons", "", "fail where a NOLINT comment does not say why",
     setFlag<&Options::needsReasons, true>},
    {"--fix", "", "change the files where the right edit is certain",
     setFlag<&Options::isFixing, true>},
    {"--dry-run", "", "with --fix: change nothing, and print a diff instead of the findings",
     setFlag<&Options::isDryRun, true>},
    {"--models", "FOLDER", "add the models of a folder; may be repeated", addModels},
    {"--depfile", "FILE", "write what was read as a rule for make", setText<&Options::depfile>},
    {"--root", "FOLDER", "paths in the facts are relative to it; default: the current folder",
     setText<&Options::root>},
    {"--partial", "", "there are no facts of some sources", setFlag<&Options::isPartial, true>},
    {"--resource-dir", "FOLDER", "clang's own headers, if they are elsewhere",
     setText<&Options::resourceDir>},
    {"--cache-dir", "FOLDER",
     "keep facts and findings there; default: $BELAY_CACHE or the user's cache",
     setText<&Options::cacheFolder>},
    {"--no-cache", "", "take no facts of earlier runs, and keep none",
     setFlag<&Options::isCached, false>},
    {"--exact", "", "instantiate also what leads to no code of the project",
     setFlag<&Options::isExact, true>},
    {"--no-prefix", "", "parse the standard headers in each unit, not once for all",
     setFlag<&Options::hasPrefix, false>},
    {"-j", "N", "units, and programs, to analyse at once; default: the number of cores", setJobs},
};

static bool takes(const Subcommand &command, StringRef option) {
  SmallVector<StringRef> names;
  command.options.split(names, ' ');
  return is_contained(names, option);
}

static std::string spelled(const Option &option) {
  if (option.value.empty())
    return option.name.str();
  return (option.name + (option.name.starts_with("--") ? "=" : " ") + option.value).str();
}

void printHelp(const Subcommand &command, raw_ostream &out) {
  StringRef lead = "usage:";
  for (StringRef form : split(command.usage, '\n')) {
    out << lead << " belay " << command.name << ' ' << form << '\n';
    lead = "      ";
  }
  out << '\n' << command.summary << '\n';
  StringRef gap = "\n";
  for (const Option &option : allOptions)
    if (takes(command, option.name)) {
      out << gap << formatv("  {0,-22} {1}\n", spelled(option), option.help);
      gap = "";
    }
}

/// Splits --name=value, -nvalue and what has no value of its own.
static std::pair<StringRef, std::optional<StringRef>> readOption(StringRef argument) {
  const size_t end = argument.starts_with("--") ? argument.find('=') : 2;
  if (end >= argument.size())
    return {argument, std::nullopt};
  StringRef value = argument.drop_front(end);
  value.consume_front("=");
  return {argument.take_front(end), value};
}

static const Option *findOption(const Subcommand &command, StringRef name) {
  for (const Option &option : allOptions)
    if (option.name == name && takes(command, name))
      return &option;
  return nullptr;
}

/// The names in a response file, quoted as for a shell.
static Error addFilesIn(StringRef file, Options &options) {
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer)
    return refuse("cannot read '" + file + "': " + buffer.getError().message());
  BumpPtrAllocator allocator;
  StringSaver saver(allocator);
  SmallVector<const char *> names;
  cl::TokenizeGNUCommandLine((*buffer)->getBuffer(), saver, names);
  options.files.insert(options.files.end(), names.begin(), names.end());
  return Error::success();
}

static Error checkFiles(const Subcommand &command, const Options &options) {
  if (options.files.size() > command.maxFiles)
    return refuse("'belay " + command.name + "' does not know what to do with '" +
                  options.files[command.maxFiles] + "'; see 'belay " + command.name + " --help'");
  if (options.files.size() < command.minFiles)
    return refuse("'belay " + command.name + "' lacks an argument: belay " + command.name + " " +
                  command.usage.split('\n').first);
  return Error::success();
}

Expected<Options> parseOptions(const Subcommand &command, ArrayRef<const char *> arguments) {
  Options options;
  for (const Check &check : allChecks())
    if (check.on)
      options.checks.push_back(&check);
  for (; !arguments.empty(); arguments = arguments.drop_front()) {
    const StringRef argument = arguments.front();
    if (argument == "--" && takes(command, "--")) {
      options.flags.emplace(arguments.begin() + 1, arguments.end());
      break;
    }
    if (argument.size() > 1 && argument.front() == '@' && takes(command, "@")) {
      if (Error error = addFilesIn(argument.drop_front(), options))
        return std::move(error);
      continue;
    }
    if (argument.size() < 2 || argument.front() != '-') {
      options.files.push_back(argument.str());
      continue;
    }
    auto [name, value] = readOption(argument);
    const Option *option = findOption(command, name);
    if (!option)
      return refuse("unknown option '" + argument.split('=').first + "'; see 'belay " +
                    command.name + " --help'");
    if (option->value.empty()) {
      if (value)
        return refuse("option '" + name + "' takes no value");
      value = "";
    }
    if (!value && arguments.size() == 1)
      return refuse("option '" + name + "' lacks its value: " + spelled(*option));
    if (!value)
      value = (arguments = arguments.drop_front()).front();
    if (Error error = option->set(options, *value))
      return std::move(error);
  }
  if (Error error = checkFiles(command, options))
    return std::move(error);
  return options;
}

Expected<std::vector<const Check *>> selectChecks(StringRef globs) {
  const ArrayRef<Check> all = allChecks();
  SmallBitVector chosen(all.size());
  if (globs.starts_with("-"))
    for (size_t index = 0; index != all.size(); ++index)
      chosen[index] = all[index].on;
  for (StringRef element : split(globs, ',')) {
    StringRef glob = element = element.trim();
    const bool adds = !glob.consume_front("-");
    auto pattern = GlobPattern::create(glob);
    bool matches = false;
    for (size_t index = 0; pattern && index != all.size(); ++index)
      if (pattern->match(all[index].id) || pattern->match(("belay-" + all[index].id).str())) {
        chosen[index] = adds;
        matches = true;
      }
    if (!pattern)
      consumeError(pattern.takeError());
    if (!matches)
      return refuse("unknown check '" + element + "'; see 'belay list-checks'");
  }
  if (chosen.none())
    return refuse("--checks=" + globs + " leaves no check");
  std::vector<const Check *> checks;
  for (unsigned index : chosen.set_bits())
    checks.push_back(&all[index]);
  return checks;
}

} // namespace belay
