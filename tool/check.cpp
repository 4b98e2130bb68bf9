// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay check: sources -> facts -> findings, in one go.
//
#include "tool/Commands.h"
#include "tool/Database.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace belay {

Expected<Analyses> analyseSources(const Options &options) {
  Setup setup{options.models, {}, currentFolder(), options.jobs};
  auto resources = resourceDirectory(options.resourceDir);
  if (!resources)
    return resources.takeError();
  setup.resourceDir = *resources;
  auto database = findSources(options, setup.root);
  if (!database)
    return database.takeError();
  for (const std::string &note : database->notes)
    say(note);
  auto units = analyse(database->sources, setup);
  if (!units)
    return units.takeError();
  for (const Analysis &unit : *units)
    if (!unit.problem.empty())
      say(unit.problem);
  const bool isWhole =
      database->whole && all_of(*units, [](const Analysis &unit) { return unit.problem.empty(); });
  return Analyses{std::move(*units), isWhole};
}

int runCheck(const Options &options) {
  auto out = openOutput(options);
  if (!out)
    return fail(out.takeError());
  auto analyses = analyseSources(options);
  if (!analyses)
    return fail(analyses.takeError());
  return judge(analyses->units, analyses->whole, options, **out);
}

} // namespace belay
