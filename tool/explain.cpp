// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay explain and belay list-checks: what the checks are.
//
#include "facts/Embedded.h"
#include "tool/Commands.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace belay {

int runExplain(const Options &options) {
  StringRef id = options.files.front();
  id.consume_front("belay-");
  for (const EmbeddedFile &page : checkPages())
    if (page.name == (id + ".md").str()) {
      outs() << page.text;
      return close(outs(), options) ? Clean : Broken;
    }
  say("unknown check '" + options.files.front() + "'; see 'belay list-checks'");
  return Broken;
}

int runListChecks(const Options &options) {
  for (const Check &check : allChecks())
    outs() << formatv("{0,-20} {1,-8} {2}{3}\n", check.id, nameOf(check.level), check.summary,
                      check.on ? "" : " (off by default)");
  return close(outs(), options) ? Clean : Broken;
}

} // namespace belay
