// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps the rooms and their recent messages, and writes messages as JSON.
#include "room.h"

#include <utility>

namespace chat {

std::string jsonString(std::string_view text) {
  static constexpr char Hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += Hex[byte >> 4];
      out += Hex[byte & 0xf];
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string toJson(const Message &msg) {
  return "{\"id\":" + std::to_string(msg.id) + ",\"room\":" + jsonString(msg.room) +
         ",\"author\":" + jsonString(msg.author) + ",\"text\":" + jsonString(msg.text) + "}";
}

Message RoomStore::post(const std::string &room, std::string author, std::string text) {
  std::lock_guard<std::mutex> lock(mutex_);
  Message msg{++lastId_, room, std::move(author), std::move(text)};
  std::deque<Message> &history = rooms_[room];
  history.push_back(msg);
  if (history.size() > HistoryLimit)
    history.pop_front();
  return msg;
}

std::size_t RoomStore::count() const { return rooms_.size(); }

std::optional<std::vector<Message>> RoomStore::messages(const std::string &room) const {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    return std::nullopt;
  return std::vector<Message>(found->second.begin(), found->second.end());
}

} // namespace chat
