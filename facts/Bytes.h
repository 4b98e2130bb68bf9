// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes: structs as bytes: a table of strings, then every number as ULEB128. What a struct consists
// of is said once, by an overload of `fields(io, value)` that calls `io` with its fields in the
// order of the file: const from a Writer, to be filled from a Reader.
//
#ifndef BELAY_FACTS_BYTES_H
#define BELAY_FACTS_BYTES_H

#include "facts/Facts.h"
#include "llvm/ADT/CachedHashString.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"
#include <climits>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace belay {

/// A parameter of `fields` that takes a struct, const or not. A binding there names every field, so
/// that the compiler asks for the next one that the struct gains.
template <class T, class Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

void fields(auto &io, Is<Place> auto &place) {
  auto &[file, line, column] = place;
  io(file, line, column);
}

void fields(auto &io, Is<Edit> auto &edit) {
  auto &[kind, about, where, from, to, include] = edit;
  io(kind, about, where, from, to, include);
}

/// Strings that are written have to live until the end.
class Writer {
public:
  template <class... T> void operator()(const T &...values) { (one(values), ...); }

  void number(uint64_t value) { llvm::encodeULEB128(value, out_); }

  /// What `write` writes, in place of the bytes themselves.
  std::string apart(llvm::function_ref<void()> write) {
    std::string rest = std::exchange(body_, {});
    write();
    return std::exchange(body_, std::move(rest));
  }
  void bytes(llvm::StringRef bytes) {
    number(bytes.size());
    body_ += bytes;
  }

  /// The table of strings, then the rest.
  std::string take() {
    std::string all;
    llvm::raw_string_ostream out(all);
    llvm::encodeULEB128(strings_.size(), out);
    for (llvm::StringRef string : strings_) {
      llvm::encodeULEB128(string.size(), out);
      out << string;
    }
    out << body_;
    return all;
  }

private:
  template <class T> void one(const T &value) {
    if constexpr (std::is_enum_v<T> || std::is_unsigned_v<T>)
      number(uint64_t(value));
    else if constexpr (std::is_same_v<T, int>) // an index, or -1
      number(uint64_t(value + 1));
    else if constexpr (std::is_convertible_v<T, llvm::StringRef>)
      string(value);
    else
      fields(*this, value);
  }

  void string(llvm::StringRef string) {
    auto [known, isNew] =
        numbers_.try_emplace(llvm::CachedHashStringRef(string), unsigned(strings_.size()));
    if (isNew)
      strings_.push_back(string);
    number(known->second);
  }

  template <class T> void one(const std::vector<T> &values) {
    number(values.size());
    for (const T &value : values)
      one(value);
  }

  template <class T> void one(const std::optional<T> &value) {
    one(value.has_value());
    if (value)
      one(*value);
  }

  std::vector<llvm::StringRef> strings_; // in the order of their first use
  llvm::DenseMap<llvm::CachedHashStringRef, unsigned> numbers_;
  std::string body_;
  llvm::raw_string_ostream out_{body_}; // without a buffer
};

/// Any bytes are safe to read: what they promise and do not hold is a failure, after which
/// every number reads as 0.
class Reader {
public:
  explicit Reader(llvm::StringRef bytes) : next_(bytes.bytes_begin()), end_(bytes.bytes_end()) {
    for (uint64_t count = number(); count && !failed_; --count)
      strings_.push_back({this->bytes(), std::nullopt});
  }

  template <class... T> void operator()(T &...values) { (one(values), ...); }

  bool failed() const { return failed_; }
  bool atEnd() const { return next_ == end_; }
  void fail() {
    failed_ = true;
    next_ = end_;
  }

  uint64_t number(uint64_t most = UINT64_MAX) {
    const char *error = nullptr;
    // 64 bits are ten bytes; of more, LLVM's function shifts further than C++ allows.
    const uint8_t *end = end_ - next_ > 10 ? next_ + 10 : end_;
    uint64_t value = llvm::decodeULEB128AndInc(next_, end, &error);
    if (!error && value <= most)
      return value;
    fail();
    return 0;
  }

  llvm::StringRef bytes() {
    const uint64_t size = number();
    if (size > uint64_t(end_ - next_)) {
      fail();
      return {};
    }
    llvm::StringRef bytes(reinterpret_cast<const char *>(next_), size);
    next_ += size;
    return bytes;
  }

  /// Lets `read` read what a Writer wrote apart; fails if that is not all of it.
  void within(llvm::StringRef bytes, llvm::function_ref<void()> read) {
    const uint8_t *after = std::exchange(next_, bytes.bytes_begin());
    const uint8_t *end = std::exchange(end_, bytes.bytes_end());
    read();
    failed_ = failed_ || next_ != end_;
    end_ = end;
    next_ = failed_ ? end_ : after;
  }

private:
  template <class T> void one(T &value) {
    if constexpr (std::is_enum_v<T>) {
      value = T(number(UINT8_MAX));
      if (nameOf(value).empty())
        fail();
    } else if constexpr (std::is_unsigned_v<T>) {
      value = T(number(std::numeric_limits<T>::max()));
    } else if constexpr (std::is_same_v<T, int>) {
      value = int(number(INT_MAX)) - 1;
    } else {
      fields(*this, value);
    }
  }

  // Two ids are reserved by the maps that ids are kept in.
  void one(Id &id) {
    id = number();
    if (id == llvm::DenseMapInfo<Id>::getEmptyKey() ||
        id == llvm::DenseMapInfo<Id>::getTombstoneKey())
      fail();
  }

  void one(std::string &text) {
    if (const uint64_t index = number(); index < strings_.size())
      text = strings_[index].first.str();
    else
      fail();
  }

  void one(Interned &string) {
    const uint64_t index = number();
    if (index >= strings_.size())
      return fail();
    auto &[bytes, interned] = strings_[index];
    if (!interned) // many are those of functions that are known
      interned = bytes;
    string = *interned;
  }

  // Grows with what is read, so that a false count cannot ask for much memory.
  template <class T> void one(std::vector<T> &values) {
    uint64_t count = number();
    values.reserve(std::min<uint64_t>(count, 64));
    for (; count && !failed_; --count)
      one(values.emplace_back());
  }

  template <class T> void one(std::optional<T> &value) {
    if (number(1) != 0)
      one(value.emplace());
  }

  const uint8_t *next_;
  const uint8_t *end_;
  bool failed_ = false;
  std::vector<std::pair<llvm::StringRef, std::optional<Interned>>> strings_;
};

} // namespace belay

#endif
