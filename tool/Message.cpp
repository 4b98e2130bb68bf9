// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Message: sizes are read as they are in memory.
//
#include "tool/Message.h"
#include <cstring>
#include <optional>

using namespace llvm;

namespace belay {

void append(std::string &message, Size size) {
  message.append(reinterpret_cast<const char *>(&size), sizeof(size));
}

void append(std::string &message, StringRef text) {
  append(message, Size(text.size()));
  message += text;
}

/// Takes a size from the front; nothing if there is none, or if less than that follows.
static std::optional<Size> takeSize(StringRef &message) {
  Size size = 0;
  if (message.size() < sizeof(size))
    return std::nullopt;
  std::memcpy(&size, message.data(), sizeof(size));
  if (message.size() - sizeof(size) < size)
    return std::nullopt;
  message = message.drop_front(sizeof(size));
  return size;
}

std::vector<StringRef> textsOf(StringRef answer) {
  std::vector<StringRef> texts;
  if (!takeSize(answer))
    return texts;
  while (const auto size = takeSize(answer)) {
    texts.push_back(answer.take_front(*size));
    answer = answer.drop_front(*size);
  }
  return texts;
}

} // namespace belay
