// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows: see Rows.h.
//
#include "tool/Rows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace belay {

std::string encodeRows(std::vector<int64_t> rows) {
  llvm::sort(rows);
  std::string text;
  raw_string_ostream out(text);
  int64_t last = 0;
  for (int64_t row : rows) {
    encodeULEB128(uint64_t(row - last), out);
    last = row;
  }
  return text;
}

std::vector<int64_t> decodeRows(StringRef bytes) {
  std::vector<int64_t> rows;
  int64_t last = 0;
  const uint8_t *at = bytes.bytes_begin();
  while (at != bytes.bytes_end()) {
    unsigned size = 0;
    const char *error = nullptr;
    // 64 bits are ten bytes; of more, LLVM's function shifts further than C++ allows.
    const uint8_t *end = bytes.bytes_end() - at > 10 ? at + 10 : bytes.bytes_end();
    const uint64_t distance = decodeULEB128(at, &size, end, &error);
    if (error || size == 0)
      return {};
    rows.push_back(last += int64_t(distance));
    at += size;
  }
  return rows;
}

} // namespace belay
