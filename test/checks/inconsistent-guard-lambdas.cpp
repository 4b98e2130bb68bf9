// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Lambdas: those that run in place are under the lock around them, those that run later are not,
// wherever they are written.
//
#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

void send(const std::string &text);
void onTimer(std::function<void()> callback);

// Scores, changed in place.
class Scores {
public:
  void addAll_ok(const std::vector<int> &scores) {
    std::lock_guard lock(mutex_);
    std::for_each(scores.begin(), scores.end(), [this](int score) { scores_.push_back(score); });
  }
  int best_ok() {
    std::lock_guard lock(mutex_);
    auto last = [this] { return scores_.back(); };
    std::sort(scores_.begin(), scores_.end());
    return scores_.empty() ? 0 : last();
  }
  int next_ok() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !scores_.empty(); });
    return scores_.back();
  }
  void trim_bad() {
    int worst = 0;
    {
      std::lock_guard lock(mutex_);
      worst = scores_.front();
    }
    // CHECK: [[#@LINE+1]]:19: warning: 'scores_' is written without 'mutex_', which 7 of its 8 uses hold; take it here as well [belay-inconsistent-guard]
    std::erase_if(scores_, [worst](int score) { return score == worst; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> scores_;
};

// A function that the caller gets runs when the lock is long free again.
class Watches {
public:
  std::function<void()> FN_add_bad(const std::string &path) { // what is returned is not followed
    std::lock_guard lock(mutex_);
    paths_.push_back(path);
    return [this, path] { std::erase(paths_, path); };
  }
  void list_ok() {
    std::lock_guard lock(mutex_);
    for (const std::string &path : paths_)
      send(path);
  }

private:
  std::mutex mutex_;
  std::vector<std::string> paths_;
};

// A thread that is started under the lock runs without it.
class Reloads {
public:
  void reload_bad(const std::string &name) {
    std::lock_guard lock(mutex_);
    texts_[name] = "loading";
    if (thread_.joinable())
      thread_.join();
    thread_ = std::thread([this, name] {
      send("load " + name);
      // CHECK: [[#@LINE+1]]:7: error: 'texts_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
      texts_[name] = "loaded";
    });
  }
  std::string get_ok(const std::string &name) {
    std::lock_guard lock(mutex_);
    return texts_[name];
  }
  ~Reloads() { thread_.join(); }

private:
  std::mutex mutex_;
  std::map<std::string, std::string> texts_;
  std::thread thread_;
};

// A callback that a timer keeps.
class Leases {
public:
  void take_ok(int id) {
    std::lock_guard lock(mutex_);
    leases_[id] = 1;
    onTimer([this, id] { renew_ok(id); });
  }
  void renew_ok(int id) {
    std::lock_guard lock(mutex_);
    ++leases_[id];
  }
  void takeShort_bad(int id) {
    std::lock_guard lock(mutex_);
    leases_[id] = 1;
    onTimer([this, id] {
      send("over");
      // CHECK: [[#@LINE+1]]:7: note: 'leases_' is written without 'mutex_', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
      leases_.erase(id);
    });
  }

private:
  std::mutex mutex_;
  std::map<int, int> leases_;
};

// The lock is taken around whatever the function is given.
class Shared {
public:
  void FP_add_ok(int value) {
    // CHECK: [[#@LINE+1]]:18: warning: 'values_' is written without 'mutex_', which 2 of its 3 uses hold
    locked([&] { values_.push_back(value); });
  }
  void clear_ok() {
    std::lock_guard lock(mutex_);
    values_.clear();
  }
  int last_ok() {
    std::lock_guard lock(mutex_);
    return values_.back();
  }

private:
  template <class Function> void locked(Function function) {
    std::lock_guard lock(mutex_);
    function();
  }
  std::mutex mutex_;
  std::vector<int> values_;
};
