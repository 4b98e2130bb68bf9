// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands: what each subcommand does, one function and one file each, and the few things they
// share. Each returns the exit code; errors are one line on standard error.
//
#ifndef BELAY_TOOL_COMMANDS_H
#define BELAY_TOOL_COMMANDS_H

#include "facts/Store.h"
#include "tool/Baseline.h"
#include "tool/Before.h"
#include "tool/Driver.h"
#include "tool/Findings.h"
#include "tool/Options.h"

namespace belay {

enum Exit : int {
  Clean = 0,
  Found = 1,  ///< findings at or above --fail-on
  Broken = 2, ///< something could not be done; findings are reported nevertheless
};

int runCheck(const Options &options);
int runExtract(const Options &options);
int runLink(const Options &options);
int runNinja(const Options &options);
int runExplain(const Options &options);
int runListChecks(const Options &options);
int runDoctor(const Options &options);
int runDump(const Options &options);
int runCache(const Options &options);

/// Prints `belay: <line>` on standard error.
void say(const llvm::Twine &line);

/// All that was said so far.
llvm::StringRef said();

/// Says the error and returns Broken.
int fail(llvm::Error error);

/// The current folder, below which paths are shown relative.
std::string currentFolder();

/// What a report leaves out, as the options say.
struct Known {
  std::optional<Baseline> baseline;
  std::optional<Changes> changes; ///< of --since
  std::unique_ptr<Before> before; ///< null: not known, so that all is new
};
/// Fails if the options name what is not there or is broken.
llvm::Expected<Known> readKnown(const Options &options);

/// The sources that the options name, analysed, and for --since as they were; says what people
/// should know of them.
struct Analyses {
  std::vector<Analysis> units;
  bool whole = false;             ///< all that the build compiles, without a problem
  std::vector<std::string> asked; ///< every path that was looked for to find the sources
  std::vector<Source> sources;    ///< of the units
  Setup setup;                    ///< to analyse them again, without a cache
};
/// `prefixes` is the folder for them, see Prefix.h.
llvm::Expected<Analyses> analyseSources(const Options &options, Cache *cache = nullptr,
                                        Known *known = nullptr, llvm::StringRef prefixes = "");

/// The folder of --cache-dir or the usual place; empty if there is none.
std::string cacheFolder(const Options &options);

/// The cache of --cache-dir or the usual place; nothing with --no-cache, or, having said why, where
/// it cannot be used.
std::unique_ptr<Cache> openCache(const Options &options);

/// Writes what is to be kept, drops what is too much, and says what went wrong, if anything did.
void closeCache(Cache &cache, const Options &options);

/// The facts in a file, see LazyUnit. Fails if it cannot be read, or as that does.
llvm::Expected<LazyUnit> readFacts(const std::string &file, std::shared_ptr<KnownFunctions> known);

/// Standard output or the file of -o. Fails if it cannot be written.
llvm::Expected<std::unique_ptr<llvm::raw_fd_ostream>> openOutput(const Options &options);

/// Ends the output; false, having said so, if something of it could not be written.
bool close(llvm::raw_fd_ostream &out, const Options &options);

/// What the analyses say, in their order.
std::vector<LazyUnit> unitsOf(llvm::ArrayRef<Analysis> analyses);

/// Links the units, judges and reports them, and says the summary. `shown`: gets the findings, for
/// which with --dry-run there is no report.
int judge(llvm::ArrayRef<Analysis> units, bool whole, const Options &options, Known &known,
          llvm::raw_ostream &out, Cache *cache, Findings *shown = nullptr);

} // namespace belay

#endif
