// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay-clangd: clangd with the module belay-* inside, an experiment. Stock clangd loads no
// plugins. Everything is clangd's but the place of clang's own headers, which clangd would look for
// beside this program, and its client for remote indexes, which would bring gRPC along.
//
#include "tool/Parse.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

// Debian's packages have the archives of clangd, but not its headers.
namespace clang::clangd {
int clangdMain(int count, char *values[]);

class SymbolIndex {
public:
  virtual ~SymbolIndex();
};

namespace remote {
std::unique_ptr<SymbolIndex> getClient(StringRef address, StringRef root);
} // namespace remote
} // namespace clang::clangd

/// Null is clangd's own answer where it is built without remote indexes.
std::unique_ptr<clang::clangd::SymbolIndex> clang::clangd::remote::getClient(StringRef, StringRef) {
  errs() << "belay-clangd: remote indexes are not supported\n";
  return nullptr;
}

int main(int count, char **values) {
  auto resources = belay::resourceDirectory("");
  if (!resources) {
    consumeError(resources.takeError()); // names an option that clangd does not have
    errs() << "belay-clangd: clang's own headers are not where they were when this was built; say "
              "where in BELAY_RESOURCE_DIR, see 'clang-" CLANG_VERSION_MAJOR_STRING
              " -print-resource-dir'\n";
    return 2;
  }
  // First, so that a folder that the user names counts.
  std::string flag = "--resource-dir=" + *resources;
  SmallVector<char *> arguments(values, values + count);
  arguments.insert(arguments.begin() + 1, flag.data());
  return clang::clangd::clangdMain(int(arguments.size()), arguments.data());
}
