// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the snapshots of the last-seen times: one now and then, and one at the end.
#ifndef CHAT_SNAPSHOTS_H
#define CHAT_SNAPSHOTS_H

#include <belay/periodic_task.h>

#include <filesystem>

namespace chat {

class Presence;

class Snapshots {
public:
  Snapshots(const Presence &presence, std::filesystem::path file);

  /// No more after the one that this saves itself.
  void finish();

private:
  const Presence &presence_;
  const std::filesystem::path file_;
  belay::periodic_task task_; // last, so that it ends before the rest
};

} // namespace chat

#endif // CHAT_SNAPSHOTS_H
