// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// What may be meant as it is: approximations for a log, and setters for the time before the
// threads start. All of it is a note at most, and what follows from little evidence as well.
//
#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

void send(const std::string &text);

// Statistics that may be a little old.
class Statistics {
public:
  void add_ok(int bytes) {
    std::lock_guard lock(mutex_);
    bytes_ += bytes;
    if (bytes > most_)
      most_ = bytes;
    waiting_.push_back(bytes);
    ++requests_;
  }
  void reset_ok() {
    std::lock_guard lock(mutex_);
    bytes_ = most_ = 0;
    waiting_.clear();
    send("reset");
  }
  // CHECK: [[#@LINE+1]]:34: note: 'bytes_' is read without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
  long bytes_ok() const { return bytes_; }
  // CHECK: [[#@LINE+1]]:35: note: 'most_' is read without 'mutex_', which 3 of its 4 uses hold
  bool isBusy_ok() const { return most_ > 1000; }
  unsigned requests_ok() const { return requests_.load(); }
  // CHECK: [[#@LINE+1]]:35: note: 'waiting_' is read without 'mutex_', which 2 of its 3 uses hold
  size_t size_ok() const { return waiting_.size(); }

private:
  std::mutex mutex_;
  long bytes_ = 0;
  int most_ = 0;
  std::deque<int> waiting_;
  std::atomic<unsigned> requests_{0};
};

// Setters for whoever starts the server.
class Server {
public:
  // CHECK: [[#@LINE+1]]:46: note: 'name_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
  void setName_ok(const std::string &name) { name_ = name; }
  // CHECK: [[#@LINE+1]]:46: note: 'ports_' is written without 'mutex_', which 2 of its 3 uses hold
  void setPorts_ok(std::vector<int> ports) { ports_ = std::move(ports); }
  void answer_ok() {
    std::lock_guard lock(mutex_);
    send(name_);
    for (int port : ports_)
      send(std::to_string(port));
    name_ += "!";
    ports_.pop_back();
  }

private:
  std::mutex mutex_;
  std::string name_;
  std::vector<int> ports_;
};

// One of three uses holds a lock, which may be for something else.
class Journal {
public:
  void open_ok(const std::string &file) {
    std::lock_guard lock(mutex_);
    file_ = file;
    send("opened");
  }
  void write_bad(const std::string &line) {
    // CHECK: [[#@LINE+1]]:10: note: 'file_' is read without 'mutex_', which 1 of its 3 uses hold
    send(file_ + line);
    file_ += "x";
  }

private:
  std::mutex mutex_;
  std::string file_;
};

// Less than a third of the uses hold it.
class Cursor {
public:
  void seek_ok(int to) {
    std::lock_guard lock(mutex_);
    at_ = to;
    send("seek");
  }
  int next_ok() {
    send("next");
    at_ += step_;
    at_ %= 100;
    send("moved");
    return at_;
  }

private:
  std::mutex mutex_;
  int at_ = 0;
  int step_ = 1;
};

// What a lock is held for by chance is never written under it.
class Names {
public:
  explicit Names(std::vector<std::string> all) : all_(std::move(all)) {}
  void use_ok(int index) {
    std::lock_guard lock(mutex_);
    used_ += all_[index];
    send(all_.front());
  }
  std::string at_ok(int index) {
    send("at");
    return all_.at(index);
  }
  std::string used_ok() {
    std::lock_guard lock(mutex_);
    return used_;
  }

private:
  std::mutex mutex_;
  std::vector<std::string> all_;
  std::string used_;
};
