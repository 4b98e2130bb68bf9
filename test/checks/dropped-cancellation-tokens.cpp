// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/folly -isystem %S/../Inputs/seastar
//
// Tokens of other types: a project's own, by annotation of the class or of a parameter, and those
// of Folly and Seastar. Against stand-ins for their headers.
//
#include <atomic>
#include <chrono>
#include <folly/folly.h>
#include <memory>
#include <seastar/http/function_handlers.hh>
#include <string>
#include <utility>
#include <vector>

struct Row {
  long id = 0;
  std::string text;
};

// A project's own: the deadline and the stop of a request in one object.
class [[clang::annotate("belay::token")]] Deadline {
public:
  explicit Deadline(std::chrono::milliseconds limit);
  bool expired() const;
  Deadline earlier(std::chrono::milliseconds limit) const;
};
class Table {
public:
  std::vector<Row> scan(long from, const Deadline &deadline);
  std::vector<Row> scan(long from);
  void put(const Row &row, const Deadline *deadline = nullptr);
};

std::vector<Row> scan_bad(Table &table, const Deadline &deadline) {
  std::vector<Row> all;
  for (long from = 0; !deadline.expired(); from = all.back().id) {
    std::vector<Row> rows = table.scan(from);
    // CHECK: [[#@LINE-1]]:35: warning: '{{.*}}scan' takes a token and is called without, so that 'deadline'
    if (rows.empty())
      break;
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}
void copy_bad(Table &from, Table &to, Deadline deadline) {
  for (const Row &row : from.scan(0, deadline))
    to.put(row);
  // CHECK: [[#@LINE-1]]:8: warning: '{{.*}}put' takes a token and is called without, so that 'deadline'
}
void compact_bad(Table &table, Deadline &deadline) {
  std::vector<Row> rows;
  do {
    // CHECK: [[#@LINE-1]]:3: warning: this loop never looks at 'deadline'
    rows = table.scan(0);
    // CHECK: [[#@LINE-1]]:18: warning: '{{.*}}scan' takes a token and is called without, so that 'deadline'
  } while (!rows.empty());
}
void copy_ok(Table &from, Table &to, const Deadline &deadline) {
  for (const Row &row : from.scan(0, deadline.earlier(std::chrono::seconds(1))))
    to.put(row, &deadline);
}
// A smart pointer to a token is no token, and nothing says what is in a wrapper.
void FN_sharedToken(Table &table, const std::shared_ptr<Deadline> &deadline) {
  while (!deadline->expired())
    table.put(table.scan(0).front());
}
// A shorter limit that is made from nothing: the caller's stop is not in it.
void FN_ownLimit(Table &table, const Deadline &deadline) {
  if (!deadline.expired())
    table.scan(0, Deadline(std::chrono::seconds(1)));
}

// By the annotation of a parameter, where the type is one that says nothing.
bool replay(const Row &row);
void follow_bad([[clang::annotate("belay::token")]] const std::atomic<bool> &ended) {
  for (Row row;; ++row.id)
    replay(row);
  // CHECK: [[#@LINE-2]]:3: warning: this loop never looks at 'ended'
}
void follow_ok([[clang::annotate("belay::token")]] const std::atomic<bool> &ended) {
  for (Row row; !ended; ++row.id)
    replay(row);
}
// A table takes a deadline, and a flag is none: there is nothing to pass.
void otherType_ok(Table &table, [[clang::annotate("belay::token")]] const bool &ended) {
  for (Row row; !ended && replay(row); ++row.id)
    table.put(row);
}

// Folly.
std::string readKey(const std::string &key, folly::CancellationToken token);
std::string readKey(const std::string &key);
void warm_bad(folly::CPUThreadPoolExecutor &pool, std::vector<std::string> keys,
              const folly::CancellationToken &token) {
  pool.add([keys = std::move(keys), token] {
    for (const std::string &key : keys)
      if (!token.isCancellationRequested())
        readKey(key);
    // CHECK: [[#@LINE-1]]:9: warning: 'readKey' takes a token and is called without, so that 'token'
  });
}
void refresh_bad(folly::CPUThreadPoolExecutor &pool, folly::CancellationToken token) {
  pool.add([] {
    // CHECK: [[#@LINE-1]]:8: warning: the work that starts here loops on after 'token' has asked it to stop
    for (Row row;; ++row.id)
      replay(row);
  });
  readKey("rooms", token);
}
void warm_ok(folly::EventBase &base, const folly::CancellationToken &token) {
  base.runInEventBaseThread([token] {
    if (!token.isCancellationRequested())
      readKey("rooms", token);
  });
}

// Seastar: its source of aborts is what is passed around.
seastar::future<> writeLine(const std::string &line, seastar::abort_source &source);
seastar::future<> writeLine(const std::string &line);
class Writer {
public:
  seastar::future<> write_bad(const std::string &text, seastar::abort_source &source) {
    if (source.abort_requested())
      return seastar::sleep(0);
    return writeLine(text).then([this, &source] { return writeLine("end", source); });
    // CHECK: [[#@LINE-1]]:12: warning: 'writeLine' takes a token and is called without, so that 'source'
  }
  seastar::future<> write_ok(const std::string &text, seastar::abort_source &source) {
    return writeLine(text, source).then([this, &source] { return writeLine("end", source); });
  }
};
