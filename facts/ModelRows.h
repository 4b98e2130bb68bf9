// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ModelRows: the text of a models file or of a .belay.yaml -> rows whose every word is known.
// Private to Models.
//
#ifndef BELAY_FACTS_MODELROWS_H
#define BELAY_FACTS_MODELROWS_H

#include "facts/Models.h"

namespace belay {

/// A row for one of the names that its key spells.
struct WrittenRow {
  Row row;
  bool saysRuns = false;
  unsigned line = 0;
};

struct WrittenModels {
  std::vector<WrittenRow> rows;      ///< in the order of the file
  std::vector<std::string> handlers; ///< of a .belay.yaml
};

/// Larger files are refused: nobody writes them by hand.
inline constexpr size_t MaxModelBytes = 1 << 20;

/// Reads a file that is a mapping of rows.
llvm::Expected<WrittenModels> readModels(llvm::StringRef yaml, llvm::StringRef file);

/// Reads a .belay.yaml: `handlers`, a list of names, and `models`, a mapping of rows.
llvm::Expected<WrittenModels> readConfig(llvm::StringRef yaml, llvm::StringRef file);

/// The words of the rows; TypeIs::Nothing has none.
llvm::StringRef nameOf(Verb verb);
llvm::StringRef nameOf(TypeIs type);
std::string nameOf(Part part);

/// `file:line: message`
llvm::Error errorAt(llvm::StringRef file, unsigned line, const llvm::Twine &message);

} // namespace belay

#endif
