// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the notifier that tells the outside world about posted messages.
#ifndef CHAT_NOTIFIER_H
#define CHAT_NOTIFIER_H

#include "room.h"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <mutex>

namespace chat {

/// Appends one JSON line per message to the outbox that the webhook relay reads.
class Notifier {
public:
  explicit Notifier(std::filesystem::path outbox);

  void announce(const Message &msg);
  std::size_t delivered() const { return delivered_; }

private:
  void dispatch(const Message &msg);
  void deliver(const Message &msg);

  const std::filesystem::path outbox_;
  std::mutex outboxMutex_; // one writer at a time, so that lines stay whole
  std::atomic<std::size_t> delivered_ = 0;
};

} // namespace chat

#endif // CHAT_NOTIFIER_H
