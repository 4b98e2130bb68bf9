// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes room transcripts in the background and reads finished ones back.
#include "archiver.h"

#include "job_errors.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>

namespace chat {

Archiver::Archiver(std::filesystem::path directory) : directory_(std::move(directory)) {
  exports_.on_error(logJobError);
}

std::optional<std::string> Archiver::exportRoom(const std::string &room,
                                                std::vector<Message> transcript) {
  std::string file = nextFile(room);
  const bool taken = exports_.submit(
      [this, file, transcript = std::move(transcript)] { writeTranscript(file, transcript); });
  return taken ? std::optional(std::move(file)) : std::nullopt;
}

std::string Archiver::nextFile(const std::string &room) {
  std::lock_guard<std::mutex> lock(mutex_);
  return room + "-" + std::to_string(++lastExport_) + ".txt";
}

std::optional<std::string> Archiver::read(const std::string &file) const {
  std::ifstream in(directory_ / file, std::ios::binary);
  if (!in)
    return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void Archiver::writeTranscript(const std::string &file,
                               const std::vector<Message> &transcript) const {
  const std::filesystem::path part = directory_ / (file + ".part");
  std::ofstream out(part, std::ios::binary);
  for (const Message &msg : transcript)
    out << '#' << msg.id << ' ' << msg.author << ": " << msg.text << '\n';
  out.close();
  std::error_code error;
  if (out)
    std::filesystem::rename(part, directory_ / file, error);
  if (!out || error)
    std::cerr << "archiver: cannot write " << file << '\n';
}

} // namespace chat
