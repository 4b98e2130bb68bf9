// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the chat messages and the in-memory store that keeps them by room.
#ifndef CHAT_ROOM_H
#define CHAT_ROOM_H

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

struct Message {
  std::uint64_t id = 0;
  std::string room;
  std::string author;
  std::string text;
};

std::string jsonString(std::string_view text);
std::string toJson(const Message &msg);

class RoomStore {
public:
  Message post(const std::string &room, std::string author, std::string text);

  std::size_t count() const;

  /// The kept messages of \p room, or nothing for an unknown room.
  std::optional<std::vector<Message>> messages(const std::string &room) const;

private:
  static constexpr std::size_t HistoryLimit = 1000;

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Message>> rooms_;
  std::uint64_t lastId_ = 0;
};

} // namespace chat

#endif // CHAT_ROOM_H
