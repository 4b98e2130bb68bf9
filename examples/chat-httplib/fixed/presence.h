// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the list of known users and the time each was last seen.
#ifndef CHAT_PRESENCE_H
#define CHAT_PRESENCE_H

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace chat {

class Presence {
public:
  /// Loads the roster and the last-seen times of the previous run; false for a bad roster.
  bool restore(const std::filesystem::path &roster, const std::filesystem::path &snapshot);
  void save(const std::filesystem::path &snapshot) const;

  void touch(const std::string &user);
  std::map<std::string, std::int64_t> lastSeen() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> lastSeen_; // seconds since the epoch, 0 for never
};

} // namespace chat

#endif // CHAT_PRESENCE_H
