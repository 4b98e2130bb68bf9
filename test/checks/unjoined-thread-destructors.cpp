// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Handles in private fields that the destructor joins, by a method, a range, an iterator.
//
#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

void load(std::string path);

class Service_ok {
public:
  explicit Service_ok(int workers)
      : first_(load, "first"), latest_(new std::thread(load, "latest")) {
    for (int i = 0; i < workers; ++i)
      workers_.emplace_back(&Service_ok::run, this);
    std::thread local(&Service_ok::run, this);
    moved_ = std::move(local);
    sessions_.emplace(1, std::thread(load, "session"));
  }
  ~Service_ok() {
    stop();
    for (size_t i = 0; i < workers_.size(); ++i)
      workers_[i].join();
    for (auto &[id, session] : sessions_)
      session.join();
    for (auto it = reapers_.begin(); it != reapers_.end(); ++it)
      it->join();
  }
  void reap_ok() { reapers_.push_back(std::thread(load, "reaper")); }

private:
  void stop() {
    first_.join();
    latest_->join();
    std::thread last = std::exchange(moved_, std::thread());
    last.join();
  }
  void run() { load("run"); }

  std::thread first_;
  std::unique_ptr<std::thread> latest_;
  std::vector<std::thread> workers_;
  std::map<int, std::thread> sessions_;
  std::list<std::thread> reapers_;
  std::thread moved_;
};

// One of several is forgotten.
class Pair {
public:
  Pair() {
    first_ = std::thread(load, "first");
    // CHECK: :[[@LINE+1]]:15: error: thread 'second_' is joined nowhere in the program
    second_ = std::thread(load, "second"); // second_bad
  }
  ~Pair() { first_.join(); }

private:
  std::thread first_;
  std::thread second_;
};

// What is joined was taken out before.
class Taken {
public:
  void start_ok() {
    swapped_.emplace_back(load, "swapped");
    exchanged_.emplace_back(load, "exchanged");
    extracted_[1] = std::thread(load, "extracted");
    for (auto &thread : fixed_)
      thread = std::thread(load, "fixed");
  }
  ~Taken() {
    std::vector<std::thread> threads;
    std::swap(threads, swapped_);
    for (auto &thread : threads)
      thread.join();
    for (auto &thread : std::exchange(exchanged_, {}))
      thread.join();
    extracted_.extract(1).mapped().join();
    std::ranges::for_each(fixed_, &std::thread::join);
  }

private:
  std::vector<std::thread> swapped_;
  std::vector<std::thread> exchanged_;
  std::map<int, std::thread> extracted_;
  std::array<std::thread, 3> fixed_;
};
