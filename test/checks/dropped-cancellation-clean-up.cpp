// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// After the stop comes the clean-up, which must not be stopped itself: behind a loop, in a branch,
// in a destructor, in a handler. What comes before the stop is no clean-up.
//
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>

class Database {
public:
  void begin();
  bool insert(const std::string &row, std::stop_token stop = {});
  void commit(std::stop_token stop = {});
  void rollback(std::stop_token stop = {});
};
std::optional<std::string> nextRow();
void throwIfStopped(const std::stop_token &stop);

void import_bad(Database &db, std::stop_token stop) {
  db.begin();
  while (auto row = nextRow()) {
    if (stop.stop_requested())
      return db.rollback();
    db.insert(*row);
    // CHECK: [[#@LINE-1]]:8: warning: '{{.*}}insert' takes a token and is called without
  }
  db.commit(stop);
}

// A condition that passes the token on has not heard it say stop, and neither has one that asks it
// among other things and goes on where it says nothing.
void condition_bad(Database &db, const std::string &row, std::stop_token stop) {
  if (db.insert(row, stop))
    db.commit();
  // CHECK: [[#@LINE-1]]:8: warning: '{{.*}}commit' takes a token and is called without
  if (!row.empty() && !stop.stop_requested())
    db.insert("end");
  // CHECK: [[#@LINE-1]]:8: warning: '{{.*}}insert' takes a token and is called without
}

void behindWhile_ok(Database &db, std::stop_token stop) {
  db.begin();
  while (!stop.stop_requested())
    db.insert(nextRow().value_or(""), stop);
  db.commit();
}

void inBranch_ok(Database &db, std::stop_token stop) {
  while (auto row = nextRow()) {
    if (stop.stop_requested()) {
      db.rollback();
      return;
    }
    db.insert(*row, stop);
  }
  db.commit(stop);
}

// The other loops and branches that the token ends, with the same clean-up behind them.
void behindFor_ok(Database &db, std::stop_token stop) {
  for (db.begin(); !stop.stop_requested();)
    db.insert(nextRow().value_or(""), stop);
  db.commit();
}
void behindDo_ok(Database &db, std::stop_token stop) {
  do
    db.insert(nextRow().value_or(""), stop);
  while (!stop.stop_requested());
  db.commit();
}
void behindBreak_ok(Database &db, std::stop_token stop) {
  for (;;) {
    if (stop.stop_requested())
      break;
    db.insert(nextRow().value_or(""), stop);
  }
  db.rollback();
}

void elseBranch_ok(Database &db, std::stop_token stop) {
  if (!stop.stop_requested())
    db.commit(stop);
  else
    db.rollback();
}

// What throws when it is stopped leads to the handler, and that cleans up.
void handler_ok(Database &db, const std::string &row, std::stop_token stop) {
  try {
    throwIfStopped(stop);
    db.insert(row, stop);
  } catch (const std::runtime_error &) {
    db.rollback();
    throw;
  }
}

// All handlers are taken for clean-up, and all that a condition with the token leads to.
void FN_secondTry(Database &db, const std::string &row, std::stop_token stop) {
  try {
    db.insert(row, stop);
  } catch (const std::runtime_error &) {
    db.insert(row);
  }
  if (row.empty() || stop.stop_requested())
    db.insert("empty");
}

// Clean-up by what leaving the scope destroys, which has the token only to ask it.
class Transaction {
public:
  Transaction(Database &db, std::stop_token stop) : db_(db), stop_(std::move(stop)) { db_.begin(); }
  ~Transaction() {
    if (!committed_)
      db_.rollback();
  }
  void commit_ok() {
    db_.commit(stop_);
    committed_ = true;
  }

private:
  Database &db_;
  std::stop_token stop_;
  bool committed_ = false;
};
struct OnExit {
  std::function<void()> action;
  ~OnExit() { action(); }
};

void transaction_ok(Database &db, std::stop_token stop) {
  Transaction transaction(db, stop);
  if (db.insert(nextRow().value_or(""), stop))
    transaction.commit_ok();
}
void onExit_ok(Database &db, std::stop_token stop) {
  OnExit undo{[&db] { db.rollback(); }};
  if (db.insert(nextRow().value_or(""), stop))
    undo.action = [&db, stop] { db.commit(stop); };
}
