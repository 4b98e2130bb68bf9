// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// The guards of Boost, POCO and Abseil, against their headers: what they hold counts as it does in
// the standard library.
//
#include <Poco/Mutex.h>
#include <Poco/RWLock.h>
#include <absl/synchronization/mutex.h>
#include <boost/thread/lock_guard.hpp>
#include <boost/thread/locks.hpp>
#include <boost/thread/shared_mutex.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

void send(const std::string &text);
std::string load(const std::string &name);

// Boost: settings that many read.
class Settings {
public:
  std::string get_ok(const std::string &name) {
    boost::shared_lock<boost::shared_mutex> lock(mutex_);
    auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
  }
  void set_ok(const std::string &name, const std::string &value) {
    boost::unique_lock<boost::shared_mutex> lock(mutex_);
    values_[name] = value;
    lock.unlock();
    send(name + " changed");
  }
  void upgrade_ok(const std::string &name) {
    boost::upgrade_lock<boost::shared_mutex> lock(mutex_);
    if (values_.count(name))
      return;
    std::string value = load(name);
    boost::upgrade_to_unique_lock<boost::shared_mutex> unique(lock);
    values_[name] = value;
  }
  void getOrLoad_bad(const std::string &name) {
    boost::shared_lock<boost::shared_mutex> lock(mutex_);
    if (!values_.count(name))
      // CHECK: [[#@LINE+1]]:7: warning: 'values_' is written without 'mutex_', which 6 of its 7 uses hold; take it here as well [belay-inconsistent-guard]
      values_[name] = load(name);
  }

private:
  boost::shared_mutex mutex_;
  std::map<std::string, std::string> values_;
};

// POCO: the guards are nested types, and the mutexes lock recursively.
class Subscribers {
public:
  void add_ok(const std::string &name) {
    Poco::FastMutex::ScopedLock lock(mutex_);
    names_.insert(name);
  }
  void remove_ok(const std::string &name) {
    Poco::ScopedLockWithUnlock<Poco::FastMutex> lock(mutex_);
    names_.erase(name);
    lock.unlock();
    send("bye " + name);
  }
  void publish_bad(const std::string &text) {
    // CHECK: [[#@LINE+1]]:36: warning: 'names_' is read without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    for (const std::string &name : names_)
      send(name + ": " + text);
  }
  bool isLoud_ok() {
    Poco::ScopedReadRWLock lock(levels_);
    return level_ > 3;
  }
  void raise_ok(int by) {
    Poco::ScopedWriteRWLock lock(levels_);
    level_ += by;
  }
  void lower_bad(int by) {
    // CHECK: [[#@LINE+1]]:5: warning: 'level_' is written without 'levels_', which 2 of its 3 uses hold
    level_ = level_ > by ? level_ - by : 0;
    send("lower");
  }

private:
  Poco::FastMutex mutex_;
  Poco::RWLock levels_;
  std::set<std::string> names_;
  int level_ = 0;
};

// Abseil: a lock that gives the mutex back early.
class Outbox {
public:
  void add_ok(const std::string &line) {
    absl::MutexLock lock(&mutex_);
    lines_.push_back(line);
  }
  void flush_ok() {
    absl::ReleasableMutexLock lock(&mutex_);
    std::vector<std::string> lines = std::move(lines_);
    lines_.clear();
    lock.Release();
    for (const std::string &line : lines)
      send(line);
  }
  void flushAll_bad() {
    absl::ReleasableMutexLock lock(&mutex_);
    send("flush");
    lock.Release();
    // CHECK: [[#@LINE+1]]:36: warning: 'lines_' is read without 'mutex_', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
    for (const std::string &line : lines_)
      send(line);
  }

private:
  absl::Mutex mutex_;
  std::vector<std::string> lines_;
};
