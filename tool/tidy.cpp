// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay-tidy: clang-tidy with the module belay-* inside, for editors, and for hosts whose
// clang-tidy loads no plugins. Everything is clang-tidy's but the place of clang's own headers,
// which clang-tidy would look for beside this program.
//
#include "clang-tidy/tool/ClangTidyMain.h"
#include "tool/Parse.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

int main(int count, char **values) {
  cl::AddExtraVersionPrinter([](raw_ostream &out) { out << "  belay " BELAY_VERSION "\n"; });
  auto resources = belay::resourceDirectory("");
  if (!resources) {
    consumeError(resources.takeError()); // names an option that clang-tidy does not have
    errs() << "belay-tidy: clang's own headers are not where they were when this was built; say "
              "where in BELAY_RESOURCE_DIR, see 'clang-" CLANG_VERSION_MAJOR_STRING
              " -print-resource-dir'\n";
    return 2;
  }
  // First, so that a folder that the user names counts.
  const std::string flag = "--extra-arg-before=-resource-dir=" + *resources;
  SmallVector<const char *> arguments(values, values + count);
  arguments.insert(arguments.begin() + 1, flag.c_str());
  return clang::tidy::clangTidyMain(arguments.size(), arguments.data());
}
