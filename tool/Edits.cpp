// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Edits: see Edits.h. The plugin is made of this file as well.
//
#include "tool/Edits.h"
#include "clang/Tooling/Inclusions/HeaderIncludes.h"

using namespace clang::tooling;
using namespace llvm;

namespace belay {

size_t offsetOf(const Place &place, StringRef text) {
  size_t begin = 0;
  for (unsigned line = 1; line < place.line; ++line) {
    begin = text.find('\n', begin);
    if (begin == StringRef::npos)
      return begin;
    ++begin;
  }
  return begin + place.column - 1;
}

Place placeOf(size_t offset, const Interned &file, StringRef text) {
  const StringRef before = text.take_front(offset);
  return {file, unsigned(before.count('\n') + 1),
          unsigned(before.size() - (before.rfind('\n') + 1)) + 1};
}

std::optional<Replacement> replacementOf(const Edit &edit, StringRef text) {
  const size_t offset = offsetOf(edit.where, text);
  const StringRef from = edit.from;
  if (offset > text.size() || from.empty() || !text.substr(offset).starts_with(from))
    return std::nullopt;
  return Replacement(edit.where.file, offset, from.size(), edit.to);
}

std::optional<Replacement> includeIn(StringRef header, StringRef file, StringRef text) {
  IncludeStyle style{};
  style.IncludeBlocks = IncludeStyle::IBS_Preserve;
  style.IncludeCategories = {{"^\"", 1, 1, false}, {"^<", 2, 2, false}};
  const HeaderIncludes includes(file, text, style);
  const auto line = includes.insert(header.drop_front().drop_back(), header.front() == '<',
                                    IncludeDirective::Include);
  if (!line || !text.contains("\r\n"))
    return line;
  std::string ended;
  for (char c : line->getReplacementText())
    ended += c == '\n' ? "\r\n" : std::string(1, c);
  return Replacement(file, line->getOffset(), line->getLength(), ended);
}

} // namespace belay
