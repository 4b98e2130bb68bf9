// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tracks when users were last seen and carries that over a restart.
#include "presence.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>
#include <utility>
#include <vector>

namespace chat {

using SeenMap = std::map<std::string, std::int64_t>;

static SeenMap readSnapshot(const std::filesystem::path &path) {
  SeenMap seen;
  std::ifstream in(path);
  std::string user;
  std::int64_t when = 0;
  while (in >> user >> when)
    seen[user] = when;
  return seen;
}

static bool readRoster(const std::filesystem::path &path, std::vector<std::string> &users) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.find_first_of(" \t\r") != std::string::npos)
      return false;
    users.push_back(line);
  }
  return true; // a missing roster is an empty one
}

bool Presence::restore(const std::filesystem::path &roster, const std::filesystem::path &snapshot) {
  SeenMap seen;
  std::jthread loader([&seen, &snapshot] { seen = readSnapshot(snapshot); });

  std::vector<std::string> users;
  if (!readRoster(roster, users)) {
    std::cerr << "presence: bad line in roster " << roster << '\n';
    return false;
  }

  loader.join();
  for (const std::string &user : users)
    seen.try_emplace(user, 0);
  std::lock_guard<std::mutex> lock(mutex_);
  lastSeen_ = std::move(seen);
  return true;
}

void Presence::save(const std::filesystem::path &snapshot) const {
  std::ofstream out(snapshot);
  for (const auto &[user, when] : lastSeen())
    out << user << ' ' << when << '\n';
  if (!out.flush())
    std::cerr << "presence: cannot write " << snapshot << '\n';
}

void Presence::touch(const std::string &user) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::lock_guard<std::mutex> lock(mutex_);
  lastSeen_[user] = std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

SeenMap Presence::lastSeen() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return lastSeen_;
}

} // namespace chat
