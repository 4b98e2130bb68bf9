// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// keyed_rate_limiter: a token bucket for each client, in memory that is allocated once.
//
// A bucket is 16 bytes: a hash of the key, and the time at which it will be full again, as in
// rate_limiter.h. A full bucket says as much as none, so its slot is free for the next key; a slot
// that is not full is never given away, since to forget it would be to forgive it (idle timers do).
// So nothing has to be swept. A key may lie in the `reach` slots of its group; where all are taken
// by others, the table is full for it and the policy decides.
//
// Keys are told apart by 64 bits under a secret of the process: of a million clients, two share a
// bucket in one of 18 million processes. Decided against: keeping the keys (their lengths are the
// clients' choice), and a lock-free table, whose slot is more than one word; a lock for each group
// is held for some nanoseconds and rarely shared.
//
#ifndef BELAY_KEYED_RATE_LIMITER_H
#define BELAY_KEYED_RATE_LIMITER_H

#include "belay/environment.h"
#include "belay/keyed_hash.h"
#include "belay/limit.h"
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace belay {

/// What a new key gets while the table has no slot for it.
enum class on_full_table {
  refuse, ///< nothing: the many clients of an attack are no way past the limit
  admit   ///< what it asks for, unlimited: for those who would rather be overrun than unfair
};

template <class Key, class Environment = std_environment> class basic_keyed_rate_limiter {
public:
  using clock = typename Environment::clock;
  using time_point = typename clock::time_point;

  /// For `max_keys` clients that have taken something of late. The table has twice as many slots,
  /// and a key the choice of `reach` of them: with that many clients, 15 of a million find all of
  /// them taken. Each client gets `rate`, and `burst` at once. Throws std::invalid_argument if
  /// `max_keys` or `burst` is below 1.
  basic_keyed_rate_limiter(limit rate, std::int64_t burst, std::size_t max_keys,
                           on_full_table policy = on_full_table::refuse,
                           keyed_hash hash = keyed_hash())
      : burst_(burst), policy_(policy), hash_(hash),
        groups_(std::max<std::size_t>(1, (2 * max_keys + reach - 1) / reach)) {
    if (burst < 1 || max_keys < 1)
      throw std::invalid_argument("belay::keyed_rate_limiter: needs a burst and room for a key");
    interval_ = rate.interval_for(burst);
    table_ = std::make_unique<group[]>(groups_);
  }

  /// What a call that takes tokens got.
  struct [[nodiscard]] grant {
    bool ok = true;
    bool full_table = false; ///< refused for want of a slot, and not for what the key has taken
    /// Until the same call would be granted if nobody else takes any: 0 where it was, the maximum
    /// where it never is.
    std::chrono::nanoseconds after{0};

    explicit operator bool() const { return ok; }
  };

  /// Takes n tokens of the key's bucket if they are there now. Never for n < 1, and for more than
  /// the burst unless there is no limit. Any number of threads may call it.
  grant take(const Key &key) { return take_n_at(clock::now(), key, 1); }
  grant take_n(const Key &key, std::int64_t n) { return take_n_at(clock::now(), key, n); }
  grant take_at(time_point now, const Key &key) { return take_n_at(now, key, 1); }
  grant take_n_at(time_point time, const Key &key, std::int64_t n) {
    if (n < 1 || (n > burst_ && interval_ != 0))
      return {false, false, std::chrono::nanoseconds::max()};
    if (interval_ == 0)
      return {};
    const std::int64_t now = nanoseconds_of(time);
    const std::uint64_t hash = hash_(key) | 1; // 0 is nobody's
    // The hash's high bits choose the group, its low ones are compared.
    group &home = table_[scaled(hash)];
    const std::scoped_lock lock(home.mutex);
    slot *bucket = home.find(hash, now);
    if (!bucket) {
      if (policy_ == on_full_table::admit)
        return {};
      return {false, true, std::chrono::nanoseconds(home.next_free() - now)};
    }
    const std::int64_t full =
        std::max(bucket->key == hash ? bucket->full : INT64_MIN, now) + n * interval_;
    if (full - now > burst_ * interval_)
      return {false, false, std::chrono::nanoseconds(full - now - burst_ * interval_)};
    *bucket = {hash, full};
    return {};
  }

  /// The same for those who need not know how long.
  bool allow(const Key &key) { return allow_n_at(clock::now(), key, 1); }
  bool allow_n(const Key &key, std::int64_t n) { return allow_n_at(clock::now(), key, n); }
  bool allow_at(time_point now, const Key &key) { return allow_n_at(now, key, 1); }
  bool allow_n_at(time_point now, const Key &key, std::int64_t n) {
    return take_n_at(now, key, n).ok;
  }

  /// Buckets that are not full at `now`: clients that have taken something of late. Looks at every
  /// slot, and so is for a statistic each minute rather than for each request.
  std::size_t live_at(time_point time) const {
    const std::int64_t now = nanoseconds_of(time);
    std::size_t live = 0;
    for (std::size_t i = 0; i < groups_; ++i) {
      const std::scoped_lock lock(table_[i].mutex);
      live += std::size_t(std::count_if(table_[i].slots, table_[i].slots + reach, [&](auto &each) {
        return each.key != 0 && each.full > now;
      }));
    }
    return live;
  }

  /// Bytes of the table, all of them allocated by the constructor.
  std::size_t memory() const { return groups_ * sizeof(group); }

private:
  static constexpr std::size_t reach = 32;

  struct slot {
    std::uint64_t key = 0;
    std::int64_t full = INT64_MIN;
  };
  struct group {
    mutable typename Environment::mutex mutex;
    slot slots[reach];

    // The key's slot, or one whose bucket is full at `now`; null if there is neither.
    slot *find(std::uint64_t key, std::int64_t now) {
      slot *free = nullptr;
      // From a place of the key's own, where it most likely is.
      for (std::size_t i = 0; i < reach; ++i) {
        slot &each = slots[(key / 2 + i) % reach];
        if (each.key == key)
          return &each;
        if (!free && each.full <= now)
          free = &each;
      }
      return free;
    }

    // When the first of the buckets is full, and its slot free.
    std::int64_t next_free() const { return std::ranges::min(slots, {}, &slot::full).full; }
  };

  // An even share of the hashes for each group, without a division.
  std::size_t scaled(std::uint64_t hash) const {
    return std::size_t(((hash >> 32) * std::uint64_t(groups_)) >> 32);
  }

  std::int64_t burst_;
  std::int64_t interval_ = 0;
  on_full_table policy_;
  keyed_hash hash_;
  std::size_t groups_;
  std::unique_ptr<group[]> table_;
};

template <class Key> using keyed_rate_limiter = basic_keyed_rate_limiter<Key>;

} // namespace belay

#endif
