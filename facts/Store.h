// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Store: facts as bytes. Deterministic, and readable only by the version that wrote them.
//
#ifndef BELAY_FACTS_STORE_H
#define BELAY_FACTS_STORE_H

#include "facts/Facts.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace belay {

/// The facts as bytes: equal units give equal bytes.
std::string write(const Unit &unit);

/// Functions that have been read, by id and content: most of what a unit holds comes from headers
/// that others have read already.
using KnownFunctions = llvm::DenseMap<std::pair<Id, uint64_t>, SharedFunction>;

/// Reads what write() gave, and shares the functions that are known. Fails on bytes that are no
/// facts, facts of another version, and facts that are cut short or altered; the message names
/// `file` and the way out.
llvm::Expected<Unit> read(llvm::StringRef bytes, llvm::StringRef file, KnownFunctions &known);

/// A line for each fact, for people (`belay dump`).
void print(const Unit &unit, llvm::raw_ostream &out);

} // namespace belay

#endif
