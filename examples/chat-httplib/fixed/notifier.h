// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the notifier that tells the outside world about posted messages.
#ifndef CHAT_NOTIFIER_H
#define CHAT_NOTIFIER_H

#include "room.h"

#include <belay/bounded_pool.h>
#include <belay/concurrency_limit.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <mutex>

namespace chat {

/// Appends one JSON line per message to the outbox that the webhook relay reads.
class Notifier {
public:
  /// A place for one announcement, given back once it is delivered, or unused.
  using Place = belay::concurrency_limit::permit;

  explicit Notifier(std::filesystem::path outbox);

  /// Empty while too many are waiting.
  Place reserve() { return places_.try_acquire(); }
  void announce(Place place, const Message &msg);
  std::size_t delivered() const { return delivered_; }

private:
  static constexpr std::size_t Places = 256;

  void deliver(const Message &msg);

  const std::filesystem::path outbox_;
  std::mutex outboxMutex_; // one writer at a time, so that lines stay whole
  std::atomic<std::size_t> delivered_ = 0;
  belay::concurrency_limit places_{Places};
  // As long as there are places, so never full; last, so that it ends before the rest.
  belay::bounded_pool deliveries_{2, Places, belay::on_full::reject};
};

} // namespace chat

#endif // CHAT_NOTIFIER_H
