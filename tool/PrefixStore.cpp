// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PrefixStore: what is known of a prefix, in a file beside it.
//
#include "tool/Outputs.h"
#include "tool/Prefix.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <sys/time.h>

using namespace llvm;

namespace belay {

// Lines: the checksum of the precompiled file; then
// inputs, headers with what they include, spellings and identifiers, each list after its length.

namespace {

class Lines {
public:
  explicit Lines(StringRef text) : text_(text) {}

  StringRef next() {
    StringRef line;
    isWhole_ = isWhole_ && !text_.empty();
    std::tie(line, text_) = text_.split('\n');
    return line;
  }
  size_t size() { return number<size_t>(next()); }
  template <class Number> Number number(StringRef text) {
    Number value = 0;
    isWhole_ = !text.getAsInteger(10, value) && isWhole_;
    return value;
  }
  void spoil() { isWhole_ = false; }
  /// Whether everything was there and as it should be.
  bool isWhole() const { return isWhole_; }

private:
  StringRef text_;
  bool isWhole_ = true;
};

} // namespace

std::string textOf(const Prefix &prefix, StringRef digest) {
  std::string text;
  raw_string_ostream out(text);
  out << digest << '\n' << prefix.inputs.size() << '\n';
  for (const auto &[path, state] : prefix.inputs)
    out << state.stamp.size << ' ' << state.stamp.modified << ' ' << state.stamp.changed << ' '
        << state.stamp.file << ' ' << toHex(state.digest) << ' ' << path << '\n';
  std::vector<StringRef> headers(prefix.includes.size());
  for (const auto &header : prefix.headers)
    headers[header.second] = header.first();
  out << headers.size() << '\n';
  for (const auto &[header, includes] : zip(headers, prefix.includes)) {
    out << header << '\n';
    interleave(includes, out, " ");
    out << '\n';
  }
  const auto list = [&](std::vector<StringRef> names) {
    llvm::sort(names);
    out << names.size() << '\n';
    for (StringRef name : names)
      out << name << '\n';
  };
  list({prefix.spelled.begin(), prefix.spelled.end()});
  list({prefix.identifiers.keys().begin(), prefix.identifiers.keys().end()});
  return text;
}

static std::pair<std::string, State> readInput(Lines &lines) {
  State state;
  StringRef fields[5], rest = lines.next();
  for (StringRef &field : fields)
    std::tie(field, rest) = rest.split(' ');
  state.stamp = {lines.number<uint64_t>(fields[0]), lines.number<int64_t>(fields[1]),
                 lines.number<int64_t>(fields[2]), lines.number<uint64_t>(fields[3])};
  std::string digest;
  if (tryGetFromHex(fields[4], digest) && digest.size() == state.digest.size())
    llvm::copy(digest, state.digest.begin());
  else
    lines.spoil();
  return {rest.str(), state};
}

/// Nothing if a part is missing.
static std::unique_ptr<Prefix> read(StringRef text, StringRef &digest) {
  auto prefix = std::make_unique<Prefix>();
  Lines lines(text);
  digest = lines.next();
  for (size_t left = lines.size(); left-- != 0 && lines.isWhole();)
    prefix->inputs.push_back(readInput(lines));
  for (size_t left = lines.size(); left-- != 0 && lines.isWhole();) {
    prefix->headers[lines.next()] = uint32_t(prefix->includes.size());
    auto &includes = prefix->includes.emplace_back();
    for (StringRef each : split(lines.next(), ' '))
      if (!each.empty())
        includes.push_back(lines.number<uint32_t>(each));
  }
  for (size_t left = lines.size(); left-- != 0 && lines.isWhole();)
    prefix->spelled.push_back(lines.next().str());
  for (size_t left = lines.size(); left-- != 0 && lines.isWhole();)
    prefix->identifiers.insert(lines.next());
  for (const std::vector<uint32_t> &includes : prefix->includes)
    for (uint32_t each : includes)
      if (each >= prefix->includes.size())
        lines.spoil();
  return lines.isWhole() ? std::move(prefix) : nullptr;
}

/// One that was made earlier, if it is whole and nothing that it was made of has changed.
std::unique_ptr<Prefix> Prefixes::load(const std::string &name) const {
  const std::string file = folder_ + "/" + name;
  auto text = MemoryBuffer::getFile(file + ".txt");
  auto precompiled = MemoryBuffer::getFile(file + ".pch", /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!text || !precompiled)
    return nullptr;
  StringRef digest;
  auto prefix = read((*text)->getBuffer(), digest);
  if (!prefix || toHex(checksumOf((*precompiled)->getBuffer())) != digest)
    return nullptr;
  for (const auto &[path, state] : prefix->inputs)
    if (stateOf(path, state).digest != state.digest)
      return nullptr;
  prefix->file = file + ".pch";
  ::utimes((file + ".txt").c_str(), nullptr); // it is used, for prune
  return prefix;
}

uint64_t Prefixes::prune(StringRef folder, uint64_t bytes) {
  return pruneFolder(folder, bytes).second;
}

} // namespace belay
