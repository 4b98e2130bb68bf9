// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the thread that saves the last-seen times now and then, and once more at the end.
#ifndef CHAT_SNAPSHOTS_H
#define CHAT_SNAPSHOTS_H

#include <filesystem>
#include <stop_token>
#include <thread>

namespace chat {

class Presence;

class Snapshots {
public:
  Snapshots(const Presence &presence, std::filesystem::path file);

private:
  void run(std::stop_token stop) const;

  const Presence &presence_;
  const std::filesystem::path file_;
  std::jthread thread_; // last, so joined before the rest is destroyed
};

} // namespace chat

#endif // CHAT_SNAPSHOTS_H
