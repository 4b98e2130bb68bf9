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
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <mutex>
#include <optional>

namespace belay {

/// The facts as bytes: equal units give equal bytes.
std::string write(const Unit &unit);

/// Functions that have been read, by id and content: most of what a unit holds comes from headers
/// that others have read already.
class KnownFunctions {
public:
  SharedFunction find(Id id, uint64_t content) const; ///< null: it is not known
  /// The function, or one like it that somebody else has added.
  SharedFunction add(uint64_t content, SharedFunction function);

private:
  mutable std::mutex mutex_;
  llvm::DenseMap<std::pair<Id, uint64_t>, SharedFunction> functions_;
};

/// Reads what write() gave, and shares the functions that are known. Fails on bytes that are no
/// facts, facts of another version, and facts that are cut short or altered; the message names
/// `file` and the way out.
llvm::Expected<Unit> read(llvm::StringRef bytes, llvm::StringRef file, KnownFunctions &known);

/// A unit of which no more is read than its outline until somebody asks. Copies are the same unit.
class LazyUnit {
public:
  /// Fails as read() does, but for what the outline does not show.
  static llvm::Expected<LazyUnit> of(std::unique_ptr<llvm::MemoryBuffer> bytes,
                                     std::shared_ptr<KnownFunctions> known);
  explicit LazyUnit(Unit unit = {});

  const Outline &outline() const { return state_->outline; }
  bool isLoaded() const { return state_->unit.has_value(); }
  /// The unit, which is read the first time; of one unit by one thread at a time.
  llvm::Expected<const Unit *> load() const;

private:
  struct State {
    Outline outline;
    std::unique_ptr<llvm::MemoryBuffer> bytes; // until it is loaded
    llvm::StringRef body;
    std::shared_ptr<KnownFunctions> known;
    std::optional<Unit> unit;
  };
  explicit LazyUnit(State state) : state_(std::make_shared<State>(std::move(state))) {}

  std::shared_ptr<State> state_;
};

/// A line for each fact, for people (`belay dump`).
void print(const Unit &unit, llvm::raw_ostream &out);

} // namespace belay

#endif
