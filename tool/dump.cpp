// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay dump: the facts of a source, or of a file of facts, for people.
//
#include "facts/Store.h"
#include "tool/Commands.h"
#include "tool/Flags.h"

using namespace llvm;

namespace belay {

static int dumpFacts(const Options &options, raw_ostream &out) {
  KnownFunctions none;
  auto unit = readFacts(options.files.front(), none);
  if (!unit)
    return fail(unit.takeError());
  print(*unit, out);
  return Clean;
}

static int dumpSource(const Options &options, raw_ostream &out) {
  auto analyses = analyseSources(options);
  if (!analyses)
    return fail(analyses.takeError());
  const Analysis &unit = analyses->units.front();
  print(unit.unit, out);
  return unit.problem.empty() ? Clean : Broken;
}

int runDump(const Options &options) {
  auto out = openOutput(options);
  if (!out)
    return fail(out.takeError());
  const bool isFacts =
      !options.flags && parserFlags(options.files.front(), {}).language != Language::C;
  const int code = isFacts ? dumpFacts(options, **out) : dumpSource(options, **out);
  return close(**out, options) ? code : Broken;
}

} // namespace belay
