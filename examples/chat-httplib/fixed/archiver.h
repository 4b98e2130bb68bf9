// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the archiver that writes room transcripts to text files.
#ifndef CHAT_ARCHIVER_H
#define CHAT_ARCHIVER_H

#include "room.h"

#include <belay/bounded_pool.h>

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace chat {

class Archiver {
public:
  explicit Archiver(std::filesystem::path directory);

  /// Starts writing \p transcript and returns the name of the file it will be in, or nothing
  /// while too many exports are waiting.
  std::optional<std::string> exportRoom(const std::string &room, std::vector<Message> transcript);

  /// The text of a finished export, or nothing while there is none.
  std::optional<std::string> read(const std::string &file) const;

private:
  std::string nextFile(const std::string &room);
  void writeTranscript(const std::string &file, const std::vector<Message> &transcript) const;

  const std::filesystem::path directory_;
  std::mutex mutex_;
  unsigned lastExport_ = 0;
  belay::bounded_pool exports_{1, 16, belay::on_full::reject}; // last, so it ends before the rest
};

} // namespace chat

#endif // CHAT_ARCHIVER_H
