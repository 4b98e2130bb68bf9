// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Saves the last-seen times, so that a crash loses little.
#include "snapshots.h"

#include "presence.h"

#include <chrono>
#include <utility>

namespace chat {

static constexpr std::chrono::seconds Interval{3};

Snapshots::Snapshots(const Presence &presence, std::filesystem::path file)
    : presence_(presence), file_(std::move(file)),
      task_(Interval, [this] { presence_.save(file_); }) {}

void Snapshots::finish() {
  task_.stop();
  presence_.save(file_);
}

} // namespace chat
