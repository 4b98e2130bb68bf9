// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Data files that are compiled into the program (cmake/Embed.cmake).
//
#ifndef BELAY_FACTS_EMBEDDED_H
#define BELAY_FACTS_EMBEDDED_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace belay {

struct EmbeddedFile {
  llvm::StringLiteral name;
  llvm::StringLiteral text;
};

llvm::ArrayRef<EmbeddedFile> builtInModels(); ///< models/*.yaml
llvm::ArrayRef<EmbeddedFile> checkPages();    ///< docs/checks/*.md
llvm::ArrayRef<EmbeddedFile> reportParts();   ///< tool/report.*

} // namespace belay

#endif
