// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the notifier that tells the outside world about posted messages.
#ifndef CHAT_NOTIFIER_H
#define CHAT_NOTIFIER_H

#include "room.h"
#include "work_queue.h"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>

namespace chat {

/// Appends one JSON line per message to the outbox that the webhook relay reads.
class Notifier {
public:
  explicit Notifier(std::filesystem::path outbox);

  /// A place for one announcement, or nothing while too many are waiting.
  std::optional<WorkQueue::Slot> reserve() { return queue_.reserve(); }
  void announce(WorkQueue::Slot slot, const Message &msg);
  std::size_t delivered() const { return delivered_; }

private:
  void deliver(const Message &msg);

  const std::filesystem::path outbox_;
  std::mutex outboxMutex_; // one writer at a time, so that lines stay whole
  std::atomic<std::size_t> delivered_ = 0;
  WorkQueue queue_{2, 256}; // last, so emptied before the rest is destroyed
};

} // namespace chat

#endif // CHAT_NOTIFIER_H
