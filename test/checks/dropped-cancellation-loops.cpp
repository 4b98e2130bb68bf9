// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops of functions that have a token: those that never look at it, and those that end on their
// own.
//
#include <array>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

struct Batch {
  std::vector<std::string> rows;
  std::string next; // the cursor of the batch that follows
};
Batch fetchBatch(const std::string &cursor);
void insert(const std::string &row);
bool connect(const std::string &host);

// A file of the customer's, which may have a million lines.
long import_bad(const std::string &path, std::stop_token stop) {
  std::ifstream in(path);
  long rows = 0;
  for (std::string line; std::getline(in, line);) {
    // CHECK: [[#@LINE-1]]:3: warning: this loop never looks at 'stop'
    if (line.empty() || line.front() == '#')
      continue;
    insert(line);
    ++rows;
  }
  return rows;
}

// Pages of an API: the server on the other side says how many there are.
void replicate_bad(std::string cursor, std::stop_token stop) {
  do {
    // CHECK: [[#@LINE-1]]:3: warning: this loop never looks at 'stop'
    Batch batch = fetchBatch(cursor);
    for (const std::string &row : batch.rows)
      insert(row);
    cursor = batch.next;
  } while (!cursor.empty());
}

// A retry without a limit.
void connect_bad(const std::vector<std::string> &hosts, std::stop_token stop) {
  std::size_t next = 0;
  while (true) {
    // CHECK: [[#@LINE-1]]:3: warning: this loop never looks at 'stop'
    try {
      if (connect(hosts[next % hosts.size()]))
        return;
    } catch (const std::runtime_error &) {
      insert("connect failed");
    }
    ++next;
  }
}

// The method that a thread runs: its token comes from the thread, which asks it to stop when it is
// destroyed, and waits.
class Importer {
public:
  explicit Importer(std::vector<std::string> hosts)
      : hosts_(std::move(hosts)), thread_(std::bind_front(&Importer::run_bad, this)) {}

private:
  void run_bad(std::stop_token stop) {
    std::string cursor;
    for (;;) {
      // CHECK: [[#@LINE-1]]:5: warning: this loop never looks at 'stop'
      Batch batch = fetchBatch(cursor);
      for (const std::string &row : batch.rows)
        insert(row);
      cursor = batch.next.empty() ? cursor : batch.next;
    }
  }
  std::vector<std::string> hosts_;
  std::jthread thread_;
};

template <class Sink> void drain_bad(Sink sink, std::stop_token stop) {
  Batch batch;
  while (batch.rows.size() < 100) {
    // CHECK: [[#@LINE-1]]:3: warning: this loop never looks at 'stop'
    batch = fetchBatch(batch.next);
    for (const std::string &row : batch.rows)
      sink(row);
  }
}
template void drain_bad(void (*)(const std::string &), std::stop_token);

// It asks once, before the work begins, and a stop that comes later is not heard.
void FN_asksOnce(std::string cursor, std::stop_token stop) {
  if (stop.stop_requested())
    return;
  while (!cursor.empty())
    cursor = fetchBatch(cursor).next;
}

// The outer loop asks, but it is the inner one that never ends while the source is busy.
void FN_innerLoop(std::stop_token stop) {
  while (!stop.stop_requested())
    for (std::string cursor = "new"; !cursor.empty();)
      cursor = fetchBatch(cursor).next;
}

// These end on their own: a number of turns, or one for each element.
void bounded_ok(const std::vector<std::string> &rows, [[maybe_unused]] std::stop_token stop) {
  for (int tries = 0; tries < 3; ++tries)
    if (connect("primary"))
      break;
  int waves = 4;
  while (waves-- > 0)
    fetchBatch("wave");
  for (const char *host : std::array{"a", "b"})
    connect(host);
  for (const std::string &row : rows)
    insert(row);
}

// Counts down in the condition, with nothing left for the third part of the loop.
void countdown_ok(std::stop_token) {
  for (int left = 5; left-- > 0;)
    fetchBatch("warm");
}

struct Node {
  std::string row;
  std::unique_ptr<Node> next;
};
void list_ok(const Node *first, std::stop_token) {
  for (const Node *node = first; node; node = node->next.get())
    insert(node->row);
}
