// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results: a file is a line with the checksum and length of its manifest, the manifest, and the
// value. Files replace each other as a whole, so that nobody sees a part of one.
//
#include "tool/Results.h"
#include "tool/Outputs.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/FileSystem.h"
#include <sys/time.h>

using namespace llvm;

namespace belay {

static constexpr StringLiteral Magic = "belay-result 2 ";

std::string Results::fileOf(const Digest &key) const {
  return folder_ + "/" + toHex(key, /*LowerCase=*/true);
}

Error Results::write(const std::string &file, StringRef manifest, StringRef value) {
  const std::string body = (manifest + value).str();
  const uint32_t checksum = crc32(arrayRefFromStringRef(body));
  return writeToOutput(file, [&](raw_ostream &out) {
    out << Magic << checksum << ' ' << manifest.size() << '\n' << body;
    return Error::success();
  });
}

Error Results::keep(const Digest &key, ArrayRef<Dependency> dependencies, StringRef value) const {
  if (const std::error_code error = sys::fs::create_directories(folder_))
    return createStringError(error, "cannot make '" + folder_ + "': " + error.message());
  return write(fileOf(key), manifestOf(dependencies), value);
}

/// For prune; a day is exact enough, and most runs need not write at all.
static void use(const std::string &file) {
  constexpr std::chrono::hours day(24);
  sys::fs::file_status status;
  if (!sys::fs::status(file, status) &&
      status.getLastModificationTime() + day < std::chrono::system_clock::now())
    ::utimes(file.c_str(), nullptr);
}

std::optional<std::string> Results::find(const Digest &key) const {
  const std::string file = fileOf(key);
  const auto buffer = readFile(file);
  if (!buffer)
    return std::nullopt;
  auto [head, body] = (*buffer)->getBuffer().split('\n');
  uint32_t checksum = 0;
  size_t length = 0;
  if (!head.consume_front(Magic) || head.consumeInteger(10, checksum) || !head.consume_front(" ") ||
      head.getAsInteger(10, length) || length > body.size() ||
      crc32(arrayRefFromStringRef(body)) != checksum)
    return std::nullopt; // cut short, or of another version; the next one replaces it
  std::string renewed;
  const StringRef manifest = body.take_front(length), value = body.drop_front(length);
  if (!holds(manifest, renewed))
    return std::nullopt;
  if (!renewed.empty())
    consumeError(write(file, renewed, value)); // the old one is as right
  use(file);
  return value.str();
}

std::pair<uint64_t, uint64_t> Results::prune(uint64_t bytes) const {
  return pruneFolder(folder_, bytes);
}

} // namespace belay
