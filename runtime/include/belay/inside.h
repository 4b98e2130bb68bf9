// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// inside: of whose jobs this thread is running one. A job that waits for the pool or group that it
// is a part of would wait for itself, so they ask. A thread may be inside of several, and of one
// several times, where jobs run in the thread that submits them.
//
#ifndef BELAY_INSIDE_H
#define BELAY_INSIDE_H

#include <cstddef>

namespace belay {

template <class Owner, class Environment> class inside {
public:
  /// From now to the destructor this thread is inside of `owner`.
  explicit inside(const Owner *owner) : owner_(owner), outer_(innermost()) { innermost() = this; }
  inside(const inside &) = delete;
  inside &operator=(const inside &) = delete;
  ~inside() { innermost() = outer_; }

  /// How many times this thread is.
  static std::size_t count(const Owner *owner) {
    std::size_t found = 0;
    for (const inside *each = innermost(); each; each = each->outer_)
      found += each->owner_ == owner;
    return found;
  }

private:
  static const inside *&innermost() { return Environment::template own<const inside>(); }

  const Owner *owner_;
  const inside *outer_;
};

} // namespace belay

#endif
