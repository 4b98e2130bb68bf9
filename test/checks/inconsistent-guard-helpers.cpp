// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Helpers whose callers hold the lock for them: private ones, recursive ones, overridden ones, and
// the ones whose names say that they need it. One caller without it is enough for a mistake.
//
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

void send(const std::string &text);

// A pool of connections.
class Pool {
public:
  int acquire_ok() {
    std::lock_guard lock(mutex_);
    if (idle_.empty())
      idle_.push_back(open());
    int connection = idle_.front();
    idle_.pop_front();
    return connection;
  }
  void release_ok(int connection) {
    std::lock_guard lock(mutex_);
    idle_.push_back(connection);
    drop(connection);
  }
  void check_bad(int connection) {
    if (!ping(connection))
      drop(connection);
  }

private:
  // CHECK: [[#@LINE+1]]:31: warning: 'idle_' is written without 'mutex_', which 5 of its 6 uses hold; take it here as well [belay-inconsistent-guard]
  void drop(int connection) { idle_.remove(connection); }
  int open();
  bool ping(int connection);
  std::mutex mutex_;
  std::list<int> idle_;
};

// A tree of topics, walked under the lock of its root.
class Topics {
public:
  void add_ok(int topic) {
    std::lock_guard lock(mutex_);
    insert(topic);
  }
  void removeAll_ok() {
    std::lock_guard lock(mutex_);
    while (!children_.empty())
      remove(children_.begin()->first);
  }

private:
  void insert(int topic) {
    if (topic == 0)
      return;
    children_[topic / 2].push_back(topic);
    insert(topic / 2);
  }
  void remove(int topic) {
    for (int child : std::vector<int>(children_[topic]))
      remove(child);
    children_.erase(topic);
  }
  std::mutex mutex_;
  std::map<int, std::vector<int>> children_;
};

// What derived classes add runs under the lock of the base.
class Sink {
public:
  virtual ~Sink() = default;
  void write_ok(const std::string &line) {
    std::lock_guard lock(mutex_);
    append(line);
  }
  void flush_ok() {
    std::lock_guard lock(mutex_);
    drain();
  }
  void close_ok() {
    std::lock_guard lock(mutex_);
    drain();
    append("closed");
  }

protected:
  virtual void append(const std::string &line) = 0;
  virtual void drain() = 0;
  std::mutex mutex_;
};
class FileSink : public Sink {
public:
  void rotate_bad() {
    send("rotate");
    drain();
  }

private:
  void append(const std::string &line) override { lines_.push_back(line); }
  void drain() override {
    // CHECK: [[#@LINE+1]]:13: note: 'lines_' is read without 'mutex_', which 1 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    while (!lines_.empty())
      lines_.pop_back();
  }
  std::vector<std::string> lines_;
};

// A helper that anybody may call, and nobody of this program calls without the lock.
class Rates {
public:
  bool allow_ok(const std::string &user) {
    std::lock_guard lock(mutex_);
    refillLocked(user);
    return tokens_[user]-- > 0;
  }
  void forget_ok(const std::string &user) {
    std::lock_guard lock(mutex_);
    refillLocked(user);
    tokens_.erase(user);
  }
  void refillLocked(const std::string &user) {
    if (tokens_[user] < 10)
      ++tokens_[user];
  }

private:
  std::mutex mutex_;
  std::map<std::string, int> tokens_;
};
