// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// Who has a source, and who waits for the work that has its token: only where nobody does is the
// source lost.
//
#include <BS_thread_pool.hpp>
#include <algorithm>
#include <future>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using Pool = BS::thread_pool<>;
struct Export {
  std::stop_source source;
  std::future<void> ended;
};

void copyTable(const std::string &table, std::stop_token stop);
bool isReadOnly();
void rememberFor(const std::string &user, std::stop_source &source);

class StopsAtEnd {
public:
  explicit StopsAtEnd(std::stop_source &source) : source_(source) {}
  ~StopsAtEnd() { source_.request_stop(); }

private:
  std::stop_source &source_;
};

class Exports {
public:
  explicit Exports(Pool &pool) : pool_(pool) {}

  // The threads outlive the function, and their own sources are not the one they listen to.
  void start_bad(const std::string &table) {
    std::stop_source source;
    threads_.emplace_back([table, stop = source.get_token()] { copyTable(table, stop); });
    // CHECK: [[#@LINE+1]]:3: warning: nobody can stop
  }
  bool startUnlessReadOnly_bad(const std::string &user, const std::string &table) {
    std::stop_source source;
    pool_.detach_task([table, stop = source.get_token()] { copyTable(table, stop); });
    if (isReadOnly())
      return false;
    // CHECK: [[#@LINE-1]]:7: warning: nobody can stop
    running_[user] = source;
    return true;
  }
  void replace_ok(const std::string &table) {
    std::stop_source source;
    pool_.detach_task([table, stop = source.get_token()] { copyTable(table, stop); });
    current_.request_stop();
    current_ = std::move(source);
  }
  void store_ok(const std::string &user, const std::string &table) {
    std::stop_source source;
    pool_.detach_task([table, stop = source.get_token()] { copyTable(table, stop); });
    running_.insert_or_assign(user, source);
  }
  void member_ok(const std::string &table) {
    pool_.detach_task([table, stop = current_.get_token()] { copyTable(table, stop); });
  }
  void stopAll() {
    for (auto &[user, source] : running_)
      source.request_stop();
    current_.request_stop();
  }

private:
  Pool &pool_;
  std::map<std::string, std::stop_source> running_;
  std::stop_source current_;
  std::vector<std::jthread> threads_;
};

std::stop_source returned_ok(Pool &pool, const std::string &table) {
  std::stop_source source;
  pool.detach_task([table, stop = source.get_token()] { copyTable(table, stop); });
  return source;
}
Export inResult_ok(Pool &pool, const std::string &table) {
  std::stop_source source;
  auto ended = pool.submit_task([table, stop = source.get_token()] { copyTable(table, stop); });
  return {std::move(source), std::move(ended)};
}
void passedOn_ok(Pool &pool, const std::string &user) {
  std::stop_source source;
  pool.detach_task([user, stop = source.get_token()] { copyTable(user, stop); });
  rememberFor(user, source);
}
void atEnd_ok(Pool &pool, const std::string &table) {
  std::stop_source source;
  StopsAtEnd stops(source);
  pool.detach_task([table, stop = source.get_token()] { copyTable(table, stop); });
  if (isReadOnly())
    return;
  copyTable("log", source.get_token());
}
// The work itself holds the source, and stops the others with it.
void shared_ok(Pool &pool, const std::vector<std::string> &tables) {
  std::stop_source source;
  for (const std::string &table : tables)
    pool.detach_task([table, source]() mutable {
      copyTable(table, source.get_token());
      source.request_stop();
    });
}

// Who waits for the end needs no stop.
void joined_ok(const std::string &table) {
  std::stop_source source;
  std::thread worker(copyTable, table, source.get_token());
  copyTable("log", source.get_token());
  worker.join();
}
void waitedFor_ok(Pool &pool, const std::string &table) {
  std::stop_source source;
  auto ended = pool.submit_task([table, stop = source.get_token()] { copyTable(table, stop); });
  if (isReadOnly())
    source.request_stop();
  ended.get();
}

// Nothing runs on: the calls have returned, and the token is the one of a test or of a tool.
void synchronous_ok(const std::vector<std::string> &tables) {
  std::stop_source source;
  std::stop_token stop = source.get_token();
  std::for_each(tables.begin(), tables.end(),
                [stop](const auto &table) { copyTable(table, stop); });
  copyTable("log", source.get_token());
}
