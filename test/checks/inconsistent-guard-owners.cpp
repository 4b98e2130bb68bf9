// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Objects with mutexes of their own, which others lock from outside: through getters, from classes
// that own many of them, before and after they are handed to another thread.
//
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

void send(const std::string &text);

// A session that its registry and its reader lock from outside.
struct Session {
  std::mutex mutex;
  std::vector<std::string> inbox;
  int seen = 0;
};
void deliver_ok(Session &session, const std::string &text) {
  std::lock_guard lock(session.mutex);
  session.inbox.push_back(text);
  ++session.seen;
}
class Sessions {
public:
  std::shared_ptr<Session> open_ok(int id) {
    auto session = std::make_shared<Session>();
    session->inbox.push_back("welcome"); // nobody else has it yet
    std::lock_guard lock(mutex_);
    return sessions_[id] = session;
  }
  void broadcast_ok(const std::string &text) {
    std::lock_guard lock(mutex_);
    for (auto &[id, session] : sessions_) {
      std::lock_guard inner(session->mutex);
      session->inbox.push_back(text);
      ++session->seen;
    }
  }
  void FN_forgetAll_bad() { // the registry's lock is held, and might be meant to be enough
    std::lock_guard lock(mutex_);
    for (auto &[id, session] : sessions_)
      session->seen = 0;
  }

private:
  std::mutex mutex_;
  std::map<int, std::shared_ptr<Session>> sessions_;
};

// The mutex is got from the object.
class Document {
public:
  std::mutex &mutex() { return mutex_; }
  void append_ok(const std::string &line) {
    std::lock_guard lock(mutex());
    lines_.push_back(line);
  }
  void remove_ok() {
    std::unique_lock<std::mutex> lock(this->mutex_);
    lines_.pop_back();
  }
  void clear_bad() {
    send("clear");
    // CHECK: [[#@LINE+1]]:5: warning: 'lines_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    lines_.clear();
  }

private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// A mutex by reference or pointer, which several objects share.
class Part {
public:
  explicit Part(std::mutex &whole) : whole_(whole) {}
  void add_ok(int number) {
    std::lock_guard lock(whole_);
    numbers_.push_back(number);
  }
  void drop_ok() {
    std::lock_guard lock(whole_);
    numbers_.pop_back();
  }
  // CHECK: [[#@LINE+1]]:27: warning: 'numbers_' is read without 'whole_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
  int last_bad() { return numbers_.back(); }

private:
  std::mutex &whole_;
  std::vector<int> numbers_;
};

// Filled by one thread and handed to another, which has it alone from then on.
class Report {
public:
  void FP_add_ok(const std::string &line) { // whoever calls it has made the object
    // CHECK: [[#@LINE+1]]:5: warning: 'lines_' is written without 'mutex_', which 2 of its 3 uses hold
    lines_.push_back(line);
    send(line);
  }
  std::string take_ok() {
    std::lock_guard lock(mutex_);
    std::string line = std::move(lines_.back());
    lines_.pop_back();
    return line;
  }

private:
  std::mutex mutex_;
  std::deque<std::string> lines_;
};
void write_ok() {
  auto report = std::make_unique<Report>();
  report->FP_add_ok("first");
  std::jthread writer([report = std::move(report)] { send(report->take_ok()); });
}

// A job is made without a lock, queued under one, and worked on without.
struct Job {
  std::string name;
  int tries = 0;
};
class Queue {
public:
  void add_ok(const std::string &name) {
    auto job = std::make_unique<Job>();
    job->name = name;
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  void work_ok() {
    std::unique_ptr<Job> job;
    {
      std::lock_guard lock(mutex_);
      job = std::move(jobs_.front());
      jobs_.pop_front();
      ++job->tries;
    }
    send(job->name + std::to_string(++job->tries));
  }

private:
  std::mutex mutex_;
  std::deque<std::unique_ptr<Job>> jobs_;
};
