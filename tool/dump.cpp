// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay dump: the facts of a source, or of a file of facts, for people.
//
#include "facts/Store.h"
#include "tool/Commands.h"
#include "tool/Flags.h"

using namespace llvm;

namespace belay {

static int print(const LazyUnit &facts, raw_ostream &out) {
  auto unit = facts.load();
  if (!unit)
    return fail(unit.takeError());
  print(**unit, out);
  return Clean;
}

static int dumpFacts(const Options &options, raw_ostream &out) {
  auto facts = readFacts(options.files.front(), std::make_shared<KnownFunctions>());
  if (!facts)
    return fail(facts.takeError());
  return print(*facts, out);
}

static int dumpSource(const Options &options, raw_ostream &out) {
  auto analyses = analyseSources(options);
  if (!analyses)
    return fail(analyses.takeError());
  const Analysis &unit = analyses->units.front();
  const int code = print(unit.unit, out);
  return unit.problem.empty() ? code : Broken;
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
