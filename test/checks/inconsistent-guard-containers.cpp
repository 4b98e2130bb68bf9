// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Containers and smart pointers: which of their methods write, iterators that outlive the lock,
// copies that are made under it, parts that are handed out.
//
#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

struct Session {
  int id = 0;
  int seen = 0;
};
void send(const std::string &text);
std::shared_ptr<Session> open(int id);

// A registry hands sessions out that live as long as somebody has them.
class Registry {
public:
  std::shared_ptr<Session> find_ok(int id) {
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second;
  }
  void add_ok(int id) {
    auto session = open(id);
    std::lock_guard lock(mutex_);
    sessions_.emplace(id, std::move(session));
  }
  std::vector<std::shared_ptr<Session>> all_ok() {
    std::vector<std::shared_ptr<Session>> sessions;
    std::lock_guard lock(mutex_);
    for (const auto &[id, session] : sessions_)
      sessions.push_back(session);
    return sessions;
  }
  void broadcast_ok(const std::string &text) {
    for (const auto &session : all_ok())
      send(text + std::to_string(session->id));
  }
  void close_bad(int id) {
    std::unordered_map<int, std::shared_ptr<Session>>::iterator found;
    {
      std::lock_guard lock(mutex_);
      found = sessions_.find(id);
    }
    send("bye");
    // CHECK: [[#@LINE+1]]:18: warning: 'sessions_' is read without 'mutex_', which 5 of its 7 uses hold; take it here as well [belay-inconsistent-guard]
    if (found != sessions_.end())
      sessions_.erase(found);
  }

private:
  std::mutex mutex_;
  std::unordered_map<int, std::shared_ptr<Session>> sessions_;
};

// Readers take a copy of the pointer, and writers put another one there.
class Config {
public:
  std::shared_ptr<const std::string> get_ok() {
    std::lock_guard lock(mutex_);
    return text_;
  }
  void reload_ok(std::string text) {
    auto fresh = std::make_shared<const std::string>(std::move(text));
    std::lock_guard lock(mutex_);
    text_ = std::move(fresh);
  }
  // CHECK: [[#@LINE+1]]:25: warning: 'text_' is read without 'mutex_', which 3 of its 4 uses hold
  void log_bad() { send(text_ ? *text_ : "none"); }
  void swap_ok(std::shared_ptr<const std::string> &other) {
    std::lock_guard lock(mutex_);
    text_.swap(other);
  }

private:
  std::mutex mutex_;
  std::shared_ptr<const std::string> text_;
};

// A batch is taken as a whole, and worked on without the lock.
class Batches {
public:
  void add_ok(const std::string &line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  void flush_ok() {
    std::vector<std::string> lines;
    {
      std::lock_guard lock(mutex_);
      lines.swap(lines_);
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string &line : lines)
      send(line);
  }
  void flushSorted_bad() {
    // CHECK: [[#@LINE+1]]:15: warning: 'lines_' is read without 'mutex_', which 3 of its 4 uses hold
    std::sort(lines_.begin(), lines_.end());
    std::lock_guard lock(mutex_);
    for (const std::string &line : std::exchange(lines_, {}))
      send(line);
  }

private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// References into the container that are handed out and used without the lock.
class Totals {
public:
  void add_ok(const std::string &name, int amount) {
    std::lock_guard lock(mutex_);
    totals_[name].push_back(amount);
  }
  std::list<int> copy_ok(const std::string &name) {
    std::lock_guard lock(mutex_);
    return totals_[name];
  }
  const std::map<std::string, std::list<int>> &FN_all_bad() const { return totals_; }
  void FN_append_bad(const std::string &name, int amount) {
    std::list<int> *total = nullptr;
    {
      std::lock_guard lock(mutex_);
      total = &totals_[name];
    }
    total->push_back(amount);
  }

private:
  std::mutex mutex_;
  std::map<std::string, std::list<int>> totals_;
};
