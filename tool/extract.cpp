// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay extract: one source -> a file of facts, for build systems: the same inputs give the same
// bytes in every folder, and where something is wrong there is no file.
//
#include "facts/Store.h"
#include "tool/Commands.h"
#include "tool/Outputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

/// Everything that the facts depend on: what clang read, and the models. Relative to the current
/// folder where below it, else absolute: ninja need not run here.
static std::vector<std::string> inputsOf(const Analysis &unit, const Options &options) {
  const std::string folder = currentFolder();
  std::vector<std::string> inputs;
  const auto add = [&](const std::string &file) {
    SmallString<256> path(file);
    sys::path::make_absolute(folder, path);
    inputs.push_back(shown(path, folder));
  };
  for_each(unit.headers, add);
  for_each(modelFiles(options.files.front(), options.models), add);
  return inputs;
}

int runExtract(const Options &options) {
  if (options.output.empty() || !options.flags)
    return fail(createStringError(inconvertibleErrorCode(),
                                  "extract needs '-o FACTS' and '-- FLAGS': its result depends on "
                                  "nothing else"));
  auto analyses = analyseSources(options);
  if (!analyses)
    return fail(analyses.takeError());
  const Analysis &unit = analyses->units.front();
  if (!unit.problem.empty())
    return Broken;
  auto facts = unit.unit.load();
  if (!facts)
    return fail(facts.takeError());
  if (Error error = writeIfChanged(options.output, write(**facts)))
    return fail(std::move(error));
  if (!options.depfile.empty())
    if (Error error = writeDepfile(options.depfile, options.output, inputsOf(unit, options)))
      return fail(std::move(error));
  return Clean;
}

} // namespace belay
