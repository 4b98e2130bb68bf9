// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Parts of objects: state that lies behind a pointer or in a structure together with its mutex, or
// in a structure beside it; what base classes have and what derived ones add.
//
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

void send(const std::string &text);

// Behind a pointer, with its mutex.
class Client {
public:
  void post_ok(const std::string &text) {
    std::lock_guard lock(state_->mutex);
    state_->sent.push_back(text);
  }
  void clear_ok() {
    auto &state = *state_;
    std::lock_guard lock(state.mutex);
    state.sent.clear();
  }
  void resend_bad() {
    // CHECK: [[#@LINE+1]]:44: warning: 'sent' is read without 'mutex', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    for (const std::string &text : state_->sent)
      send(text);
  }

private:
  struct State {
    std::mutex mutex;
    std::vector<std::string> sent;
  };
  std::unique_ptr<State> state_ = std::make_unique<State>();
};

// In shards, each with its own mutex.
class Shards {
public:
  void put_ok(const std::string &key, int value) {
    Shard &shard = shards_[key.size() % 8];
    std::lock_guard lock(shard.mutex);
    shard.values[key] = value;
  }
  int get_ok(const std::string &key) {
    Shard &shard = shards_[key.size() % 8];
    std::lock_guard lock(shard.mutex);
    return shard.values[key];
  }
  void print_bad() {
    for (Shard &shard : shards_)
      // CHECK: [[#@LINE+1]]:45: warning: 'values' is read without 'mutex', which 2 of its 3 uses hold
      for (const auto &[key, value] : shard.values)
        send(key);
  }

private:
  struct Shard {
    std::mutex mutex;
    std::map<std::string, int> values;
  };
  Shard shards_[8];
};

// In a structure beside the mutex.
class Totals {
public:
  void add_ok(int bytes) {
    std::lock_guard lock(mutex_);
    total_.bytes += bytes;
    ++total_.requests;
  }
  void reset_ok() {
    std::lock_guard lock(mutex_);
    total_ = {};
  }
  void FN_undo_bad(int bytes) { // the mutex is not seen as the guard of what lies deeper
    send("undo");
    total_.bytes -= bytes;
    --total_.requests;
  }

private:
  struct Total {
    long bytes = 0;
    int requests = 0;
  };
  std::mutex mutex_;
  Total total_;
};

// A mutex of the base class, for what derived classes add.
class Service {
public:
  void stop_ok() {
    std::lock_guard lock(mutex_);
    running_ = false;
    send("stop");
  }

protected:
  std::mutex mutex_;
  bool running_ = false;
};
class Poller : public Service {
public:
  void start_ok() {
    std::lock_guard lock(mutex_);
    running_ = true;
    urls_.push_back("start");
  }
  void remove_ok() {
    std::unique_lock lock(mutex_);
    urls_.pop_back();
  }
  void poll_bad() {
    // CHECK: [[#@LINE+1]]:9: warning: 'running_' is read without 'mutex_', which 2 of its 3 uses hold
    if (running_)
      // CHECK: [[#@LINE+1]]:37: warning: 'urls_' is read without 'mutex_', which 2 of its 3 uses hold
      for (const std::string &url : urls_)
        send(url);
  }

private:
  std::vector<std::string> urls_;
};
