// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay cache: what is kept of earlier runs, and how to be rid of it.
//
#include "tool/Commands.h"
#include "tool/Prefix.h"
#include "tool/Results.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace belay {

static std::string sizeOf(uint64_t bytes) {
  return bytes < 1 << 20 ? formatv("{0:F1} KiB", double(bytes) / (1 << 10)).str()
                         : formatv("{0:F1} MiB", double(bytes) / (1 << 20)).str();
}

int runCache(const Options &options) {
  const StringRef verb = options.files.front();
  if (verb != "stat" && verb != "prune" && verb != "clear")
    return fail(createStringError(inconvertibleErrorCode(),
                                  "unknown '" + verb + "'; there are stat, prune and clear"));
  const std::string folder = cacheFolder(options);
  const std::string file = Cache::fileIn(folder);
  if (!sys::fs::exists(file)) {
    outs() << "there is no cache in " << folder << '\n';
    return close(outs(), options) ? Clean : Broken;
  }
  const auto cache = openCache(options);
  if (!cache)
    return Broken; // which has been said
  uint64_t prefixBytes = ~uint64_t(0), resultBytes = prefixBytes;
  if (verb == "prune") {
    cache->prune();
    prefixBytes = Prefixes::maxBytes;
    resultBytes = Results::maxBytes;
  } else if (verb == "clear") {
    cache->prune(0);
    prefixBytes = resultBytes = 0;
  }
  const auto [results, kept] = Results(folder).prune(resultBytes);
  prefixBytes = Prefixes::prune(Prefixes::folderIn(folder), prefixBytes);
  const Cache::Sizes sizes = cache->sizes();
  if (!cache->problem().empty()) {
    say("'" + file + "': " + cache->problem());
    return Broken;
  }
  outs() << formatv("{0}: {1} units, {2} programs, {3} results, {4} paths, {5}; prefixes, {6}\n",
                    file, sizes.units, sizes.programs, results, sizes.paths,
                    sizeOf(sizes.bytes + kept), sizeOf(prefixBytes));
  return close(outs(), options) ? Clean : Broken;
}

} // namespace belay
