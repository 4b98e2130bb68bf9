// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// When nobody else has the object: while it is made and destroyed, before its threads start and
// after they were waited for, while it is a copy that only one function knows.
//
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

void send(const std::string &text);
std::vector<std::string> load(const std::string &file);

// A constructor fills it, the destructor empties it, and the copy is somebody's own.
class Rooms {
public:
  explicit Rooms(const std::string &file) {
    for (const std::string &name : load(file))
      open(name);
  }
  Rooms(const Rooms &other) {
    std::lock_guard lock(other.mutex_);
    names_ = other.names_;
  }
  ~Rooms() {
    for (const auto &[name, guests] : names_)
      send(name + " is closed");
    names_.clear();
  }
  void enter_ok(const std::string &name) {
    std::lock_guard lock(mutex_);
    ++names_[name];
  }
  std::unique_ptr<Rooms> clone_ok() const {
    auto copy = std::make_unique<Rooms>("none");
    std::lock_guard lock(mutex_);
    copy->names_ = names_;
    copy->names_["clone"] = 1;
    return copy;
  }
  void merge_ok(Rooms &other) {
    std::scoped_lock lock(mutex_, other.mutex_);
    for (const auto &[name, guests] : other.names_)
      names_[name] += guests;
  }
  void FN_take_bad(Rooms &other) { // only this object's lock is held
    std::lock_guard lock(mutex_);
    names_.swap(other.names_);
  }

private:
  void open(const std::string &name) { names_[name] = 0; }
  mutable std::mutex mutex_;
  std::map<std::string, int> names_;
};

// Filled before the thread starts, which is worth a note, as nothing says that it is the first.
class Worker {
public:
  void start_ok(const std::string &file) {
    for (const std::string &job : load(file))
      // CHECK: [[#@LINE+1]]:7: note: 'jobs_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
      jobs_.push_back(job);
    thread_ = std::jthread([this] { run_ok(); });
  }
  void restart_bad(const std::string &file) {
    thread_ = std::jthread([this] { run_ok(); });
    for (const std::string &job : load(file))
      // CHECK: [[#@LINE+1]]:7: error: 'urgent_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
      urgent_.push_back(job);
  }

private:
  void run_ok() {
    std::lock_guard lock(mutex_);
    while (!urgent_.empty())
      urgent_.pop_back();
    while (!jobs_.empty())
      jobs_.pop_back();
  }
  std::mutex mutex_;
  std::vector<std::string> jobs_, urgent_;
  std::jthread thread_;
};

// What the thread adds to is written out after it was waited for, which is worth a note, as others
// might add to it as well.
class Spool {
public:
  Spool() : thread_([this] { run_ok(); }) {}
  void stop_ok() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
      lines_.push_back("end");
    }
    thread_.join();
    // CHECK: [[#@LINE+1]]:36: note: 'lines_' is read without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    for (const std::string &line : lines_)
      send(line);
  }

private:
  void run_ok() {
    for (int line = 0;; ++line) {
      std::lock_guard lock(mutex_);
      if (stopped_)
        return;
      lines_.push_back(std::to_string(line));
    }
  }
  std::mutex mutex_;
  std::vector<std::string> lines_;
  bool stopped_ = false;
  std::thread thread_;
};

// `main` prepares what it has made itself before it starts a thread.
class Prices {
public:
  void load_ok(const std::string &file) {
    for (const std::string &name : load(file))
      prices_[name] = 1;
  }
  // CHECK: [[#@LINE+1]]:47: note: 'stock_' is written without 'mutex_', which 2 of its 3 uses hold
  void restock_bad(const std::string &name) { stock_[name] += 9; } // after the thread started
  void set_ok(const std::string &name, int price) {
    std::lock_guard lock(mutex_);
    prices_[name] = price;
    stock_[name] -= 1;
  }
  int get_ok(const std::string &name) {
    std::lock_guard lock(mutex_);
    return stock_[name] ? prices_[name] : 0;
  }

private:
  std::mutex mutex_;
  std::map<std::string, int> prices_, stock_;
};

int main() {
  Prices prices;
  prices.load_ok("prices");
  std::jthread update([&prices] { prices.set_ok("tea", 2); });
  prices.restock_bad("tea");
  return prices.get_ok("tea");
}
