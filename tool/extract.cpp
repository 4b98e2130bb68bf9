// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay extract: one source -> a file of facts, for build systems: the same inputs give the same
// bytes, and where something is wrong there is no file.
//
#include "facts/Store.h"
#include "tool/Commands.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

static std::string escaped(StringRef path) {
  std::string text;
  for (char c : path) {
    if (c == ' ' || c == '#' || c == '\\')
      text += '\\';
    text += c;
    if (c == '$')
      text += '$';
  }
  return text;
}

/// Everything that the facts depend on: what clang read, and the models.
static std::vector<std::string> inputsOf(const Analysis &unit, const Options &options) {
  std::vector<std::string> inputs = unit.headers;
  const auto models = modelFiles(unit.unit.file, options.models);
  inputs.insert(inputs.end(), models.begin(), models.end());
  return inputs;
}

static std::string depfile(const Analysis &unit, const Options &options) {
  std::string text = escaped(options.output) + ":";
  for (const std::string &input : inputsOf(unit, options))
    text += " \\\n  " + escaped(input);
  return text + "\n";
}

Error writeFile(StringRef file, StringRef text) {
  Error error = writeToOutput(file, [&](raw_ostream &out) {
    out << text;
    return Error::success();
  });
  return error ? createStringError(inconvertibleErrorCode(),
                                   "cannot write " + toString(std::move(error)))
               : Error::success();
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
  if (Error error = writeFile(options.output, write(unit.unit)))
    return fail(std::move(error));
  if (!options.depfile.empty())
    if (Error error = writeFile(options.depfile, depfile(unit, options)))
      return fail(std::move(error));
  return Clean;
}

} // namespace belay
