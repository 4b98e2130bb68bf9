// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay doctor: tests the installation on a file that must give one finding, in this program and
// through the clang-tidy plugin. An analyser that silently finds nothing looks like good news.
//
#include "facts/Embedded.h"
#include "tool/Commands.h"
#include "clang/Basic/Version.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace belay {

static constexpr StringLiteral Sample = "#include <thread>\n"
                                        "void serve(int request) {\n"
                                        "  std::thread([&request] { ++request; }).detach(); }\n";

static bool tell(bool isWell, const Twine &line) {
  outs() << (isWell ? "ok      " : "not ok  ") << line << '\n';
  return isWell;
}

static bool testVersion() {
  return tell(true, "belay " BELAY_VERSION " on " + Twine(clang::getClangFullVersion()));
}

static bool testModels() {
  const bool isWell = Models::builtIn().find("std::thread") != nullptr;
  return tell(isWell, "models: " + Twine(builtInModels().size()) + " files" +
                          (isWell ? "" : ", but none of them knows std::thread"));
}

static bool testAnalysis(StringRef file, StringRef resourceDir) {
  const std::string folder = sys::path::parent_path(file).str();
  const Source source{file.str(), folder, {"--driver-mode=g++", "-std=c++20"}, {}};
  auto units = cantFail(analyse(source, {{}, resourceDir.str(), folder, 1}));
  if (!units.front().problem.empty())
    return tell(false, "analysis: " + units.front().problem);
  std::vector<const Check *> checks;
  for (const Check &check : allChecks())
    checks.push_back(&check);
  const size_t count = cantFail(findingsIn(unitsOf(units), {checks, folder})).size();
  return tell(count == 1, "analysis: " + Twine(count) + " of 1 finding in a sample");
}

/// A plugin beside this program, where it is installed, or in a build; empty if there is none.
static std::string findPlugin(StringRef name) {
  const std::string program = programFile();
  for (const char *place : {".", "../lib", ".."}) {
    SmallString<256> plugin = sys::path::parent_path(program);
    sys::path::append(plugin, place, name);
    sys::path::remove_dots(plugin, /*remove_dot_dot=*/true);
    if (sys::fs::exists(plugin))
      return plugin.str().str();
  }
  return {};
}

static bool testPlugin(StringRef file, StringRef major) {
  const std::string name = ("belay-tidy-" + major + ".so").str();
  const std::string plugin = findPlugin(name);
  const auto tidy = sys::findProgramByName(("clang-tidy-" + major).str());
  if (plugin.empty() || !tidy)
    return tell(true, Twine("plugin: not tested, there is no ") +
                          (plugin.empty() ? name + " beside belay" : "clang-tidy-" + major.str()));
  const std::string load = "--load=" + plugin, output = (file + ".txt").str();
  const FileRemover remover(output);
  const std::optional<StringRef> redirects[] = {StringRef(), StringRef(output), StringRef(output)};
  const StringRef arguments[] = {*tidy, load, "--checks=-*,belay-*", file, "--", "-std=c++20"};
  sys::ExecuteAndWait(*tidy, arguments, std::nullopt, redirects, /*SecondsToWait=*/60);
  const auto text = MemoryBuffer::getFile(output);
  const size_t count = text ? (*text)->getBuffer().count("[belay-") : 0;
  return tell(count == 1, "plugin: " + Twine(count) + " of 1 finding by " + *tidy + " " + load);
}

/// Nothing is wrong without a cache, but people should know.
static void testCache(const Options &options) {
  if (const std::string folder = cacheFolder(options); folder.empty())
    tell(true, "cache: none, there is no folder for it");
  else if (const auto cache = openCache(options))
    tell(true, "cache: " + folder);
  else
    tell(true, "cache: none"); // why has been said
}

int runDoctor(const Options &options) {
  bool isWell = testVersion();
  auto resources = resourceDirectory(options.resourceDir);
  if (!resources) {
    tell(false, toString(resources.takeError()));
    return Broken;
  }
  tell(true, "clang's own headers: " + *resources);
  isWell &= testModels();

  SmallString<128> file;
  if (const auto error = sys::fs::createTemporaryFile("belay-doctor", "cpp", file)) {
    tell(false, "cannot write a temporary file: " + error.message());
    return Broken;
  }
  const FileRemover remover(file);
  if (Error error = writeToOutput(file, [](raw_ostream &out) {
        out << Sample;
        return Error::success();
      }))
    return fail(std::move(error));
  isWell &= testAnalysis(file, *resources);
  isWell &= testPlugin(file, BELAY_CLANG_MAJOR);
  isWell &= testPlugin(file, BELAY_OLD_CLANG_MAJOR);
  testCache(options);
  return close(outs(), options) && isWell ? Clean : Broken;
}

} // namespace belay
