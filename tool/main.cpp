// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay: finds the subcommand and hands over to it.
//
#include "tool/Commands.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace belay;

static constexpr Subcommand subcommands[] = {
    {"check", "[-p BUILD] [FILE...] [options]\nFILE... [options] -- FLAGS",
     "Analyses a build, or some of its files, and reports the mistakes.",
     "-p --checks --format -o --min-level --fail-on --baseline --write-baseline --require-reasons "
     "--since --fix --dry-run --models --resource-dir --cache-dir --no-cache --exact --no-prefix "
     "-j --",
     0, ~0u, runCheck},
    {"extract", "FILE -o FACTS [options] -- FLAGS",
     "Analyses one file and keeps what its functions do, for 'belay link'.",
     "-o --depfile --root --models --resource-dir --", 1, 1, runExtract},
    {"link", "FACTS... | @FILE [options]", "Reports the mistakes in programs of extracted facts.",
     "--checks --format -o --min-level --fail-on --baseline --write-baseline --require-reasons "
     "--depfile --partial --cache-dir -j @",
     1, ~0u, runLink},
    {"ninja", "[-p BUILD] -o BUILD.NINJA [options]",
     "Writes a build for ninja that extracts what has changed, links, and reports.",
     "-p -o --checks --format --min-level --fail-on --models --resource-dir", 0, 0, runNinja},
    {"cache", "stat|prune|clear [--cache-dir=FOLDER]",
     "Shows what is kept of earlier runs, drops the oldest of it, or all.", "--cache-dir", 1, 1,
     runCache},
    {"explain", "CHECK", "Prints what a check finds, why, and what to write instead.", "", 1, 1,
     runExplain},
    {"list-checks", "", "Lists the checks.", "", 0, 0, runListChecks},
    {"doctor", "[--resource-dir=FOLDER]", "Tests whether this installation works.",
     "--resource-dir", 0, 0, runDoctor},
    {"dump", "FILE [-p BUILD | -- FLAGS]\nFACTS", "Prints facts, a line each.",
     "-p --models --resource-dir -o --", 1, 1, runDump},
};

static void printHelp(raw_ostream &out) {
  out << "usage: belay COMMAND [arguments]\n\n"
         "Belay finds concurrency mistakes in C and C++ servers.\n\n";
  for (const Subcommand &command : subcommands)
    out << formatv("  {0,-12} {1}\n", command.name, command.summary);
  out << "\n'belay COMMAND --help' lists a command's options. Exit: 0 no findings, 1 findings,\n"
         "2 something could not be done.\n";
}

static bool asksForHelp(ArrayRef<const char *> arguments) {
  for (StringRef argument : arguments) {
    if (argument == "--")
      return false;
    if (argument == "--help" || argument == "-h")
      return true;
  }
  return false;
}

int main(int count, char **values) {
  const ArrayRef<const char *> arguments(values + 1, values + count);
  const StringRef name = arguments.empty() ? "" : arguments.front();
  if (name.empty()) {
    printHelp(errs());
    return Broken;
  }
  if (name == "--help" || name == "-h" || name == "help") {
    printHelp(outs());
    return Clean;
  }
  if (name == "--version") {
    outs() << "belay " BELAY_VERSION "\n";
    return Clean;
  }
  for (const Subcommand &command : subcommands) {
    if (command.name != name)
      continue;
    if (asksForHelp(arguments)) {
      printHelp(command, outs());
      return Clean;
    }
    auto options = parseOptions(command, arguments.drop_front());
    return options ? command.run(*options) : fail(options.takeError());
  }
  say("unknown " + Twine(name.starts_with("-") ? "option" : "command") + " '" + name +
      "'; see 'belay --help'");
  return Broken;
}
