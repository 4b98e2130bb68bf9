// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interned: the strings of facts. A program has few names and says each of them often.
//
#ifndef BELAY_FACTS_INTERNED_H
#define BELAY_FACTS_INTERNED_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <compare>
#include <concepts>
#include <string>

namespace belay {

/// A string that the process keeps once and for ever: copied and compared as a pointer.
class Interned {
public:
  Interned() = default;
  Interned(llvm::StringRef string);
  Interned(const std::string &string) : Interned(llvm::StringRef(string)) {}
  Interned(const char *string) : Interned(llvm::StringRef(string)) {}

  bool empty() const { return !entry_; }
  llvm::StringRef ref() const { return entry_ ? entry_->getKey() : llvm::StringRef(); }
  std::string str() const { return ref().str(); }
  operator llvm::StringRef() const { return ref(); }

  bool operator==(const Interned &other) const = default;
  std::strong_ordering operator<=>(const Interned &other) const {
    return entry_ == other.entry_ ? std::strong_ordering::equal : ref().compare(other.ref()) <=> 0;
  }
  template <class String>
    requires(!std::same_as<String, Interned> && std::convertible_to<String, llvm::StringRef>)
  bool operator==(const String &other) const {
    return ref() == llvm::StringRef(other);
  }

private:
  const llvm::StringSet<>::MapEntryTy *entry_ = nullptr; // null for the empty string
};

} // namespace belay

#endif
