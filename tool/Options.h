// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options: the subcommands of belay, and the command line as values.
//
#ifndef BELAY_TOOL_OPTIONS_H
#define BELAY_TOOL_OPTIONS_H

#include "tool/Report.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace belay {

struct Options {
  std::vector<std::string> files;
  std::optional<std::vector<std::string>> flags; ///< what follows `--`
  std::string build;                             ///< the folder with the database, or its file
  std::string output;                            ///< empty: standard output
  std::string depfile;
  std::string root; ///< of paths in facts; empty: the current folder
  std::string resourceDir;
  std::string baseline;              ///< a file; empty: none
  std::string newBaseline;           ///< where one is written; empty: nowhere
  std::string since;                 ///< a revision; empty: none
  bool needsReasons = false;         ///< whether each suppression has to say why
  std::string cacheFolder;           ///< empty: the usual one
  bool isPartial = false;            ///< whether the facts are known not to be all
  bool isCached = true;              ///< whether facts of earlier runs are taken and kept
  bool isExact = false;              ///< whether all that a unit instantiates is made
  bool isFixing = false;             ///< whether findings are fixed where that is certain
  bool isDryRun = false;             ///< whether that is only shown
  bool hasPrefix = true;             ///< whether units share the standard headers
  std::vector<std::string> models;   ///< folders
  std::vector<const Check *> checks; ///< in the order of allChecks()
  Format format = Format::Text;
  Level minLevel = Level::Warning;
  std::optional<Level> failOn = Level::Warning; ///< nothing: never
  unsigned jobs = 0;                            ///< 0: one for each core
};

struct Subcommand {
  llvm::StringLiteral name;
  llvm::StringLiteral usage; ///< the arguments; a line for each form
  llvm::StringLiteral summary;
  llvm::StringLiteral options; ///< the names of those it takes, between spaces
  unsigned minFiles;
  unsigned maxFiles;
  int (*run)(const Options &);
};

/// Fails on the first argument that the subcommand does not take; the message says what to do.
llvm::Expected<Options> parseOptions(const Subcommand &command,
                                     llvm::ArrayRef<const char *> arguments);

/// The subcommand's usage and options.
void printHelp(const Subcommand &command, llvm::raw_ostream &out);

/// The checks that a list of globs names. A leading `-` takes away; a list that starts with one
/// starts from the checks that are on by default. Fails on a glob that matches none.
llvm::Expected<std::vector<const Check *>> selectChecks(llvm::StringRef globs);

} // namespace belay

#endif
