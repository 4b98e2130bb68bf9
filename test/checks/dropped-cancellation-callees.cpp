// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// What else takes a token: methods, constructors, function objects, templates, virtual functions.
//
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

using Row = std::vector<std::string>;

class Database {
public:
  std::vector<Row> query(const std::string &sql) const;
  std::vector<Row> query(const std::string &sql, std::stop_token stop) const;
  long execute(const std::string &sql, const Row &values = {}, std::stop_token stop = {});
  static std::unique_ptr<Database> open(const std::string &name, std::stop_token stop = {});
  void stream(const std::string &sql, std::function<bool(Row)> each, std::stop_token stop = {});
};

class Transfer { // moves a file in its constructor
public:
  explicit Transfer(std::string file, std::stop_token stop = {});
  long bytes() const;
};

class Snapshot {
public:
  explicit Snapshot(const Database &from);
  Snapshot(const Database &from, std::stop_token stop);
  long rows() const;
};

struct Resolve {
  std::string operator()(const std::string &host, int tries = 3, std::stop_token stop = {}) const;
};
struct Compress {
  std::string operator()(const std::string &text) const;
  std::string operator()(const std::string &text, std::stop_token stop) const;
};

class Store {
public:
  virtual ~Store();
  virtual void put(const Row &row) = 0;
  virtual void put(const Row &row, std::stop_token stop) = 0;
};

template <class Value> Value load(const std::string &key, std::stop_token stop = {});

std::vector<Row> report_bad(const Database &db, const std::string &user, std::stop_token stop) {
  std::vector<Row> rows = db.query("select id from orders where user = '" + user + "'", stop);
  for (Row &row : rows)
    for (const Row &item : db.query("select * from items where order = " + row.front()))
      // CHECK: [[#@LINE-1]]:31: warning: '{{.*}}query' takes a token and is called without
      row.insert(row.end(), item.begin(), item.end());
  return rows;
}

long archive_bad(std::unique_ptr<Database> &db, std::stop_token stop) {
  if (stop.stop_requested())
    return 0;
  long moved = db->execute("insert into archive select * from orders where age > ?", {"90"});
  // CHECK: [[#@LINE-1]]:20: warning: '{{.*}}execute' takes a token and is called without
  return moved + db->execute("delete from orders where age > ?", {"90"}, stop);
}

std::unique_ptr<Database> reopen_bad(const std::vector<std::string> &hosts, std::stop_token stop) {
  for (const std::string &host : hosts)
    if (auto db = Database::open(host); db && !stop.stop_requested())
      // CHECK: [[#@LINE-1]]:19: warning: '{{.*}}open' takes a token and is called without
      return db;
  return nullptr;
}

long transfer_bad(const std::vector<std::string> &files, std::stop_token stop) {
  long bytes = 0;
  for (const std::string &file : files) {
    if (stop.stop_requested())
      break;
    Transfer transfer(file);
    // CHECK: [[#@LINE-1]]:14: warning: '{{.*}}Transfer' takes a token and is called without
    bytes += transfer.bytes();
  }
  return bytes;
}

int profile_bad(const std::string &user, std::stop_token stop) {
  int age = load<int>("age." + user, stop);
  return age + load<int>("visits." + user);
  // CHECK: [[#@LINE-1]]:16: warning: 'load' takes a token and is called without
}

void save_bad(Store &store, const std::vector<Row> &rows, std::stop_token stop) {
  for (const Row &row : rows)
    if (!stop.stop_requested())
      store.put(row);
  // CHECK: [[#@LINE-1]]:13: warning: '{{.*}}put' takes a token and is called without
}

template <class Key> std::vector<Row> find_bad(const Database &db, Key key, std::stop_token stop) {
  if (stop.stop_requested())
    return {};
  return db.query("select * from rooms where id = " + std::to_string(key));
  // CHECK: [[#@LINE-1]]:13: warning: '{{.*}}query' takes a token and is called without
}
template std::vector<Row> find_bad(const Database &, long, std::stop_token);

// Function objects are called by an operator, and a constructor's overloads have no name.
std::string FN_operator(const std::string &host, std::stop_token stop) {
  Resolve resolve;
  Compress compress;
  return compress(resolve(host, 1) + resolve(host + ".local", 3, stop));
}
long FN_constructor(const Database &db, std::stop_token stop) {
  Snapshot snapshot(db);
  return stop.stop_requested() ? 0 : snapshot.rows();
}

// What makes the object hands the arguments on as they are.
std::unique_ptr<Transfer> madeUnique_bad(const std::string &file, std::stop_token stop) {
  return stop.stop_requested() ? nullptr : std::make_unique<Transfer>(file);
  // CHECK: [[#@LINE-1]]:44: warning: '{{.*}}Transfer' takes a token and is called without
}

long everything_ok(Database &db, Store &store, const std::string &host, std::stop_token stop) {
  auto transfer = std::make_unique<Transfer>("orders.csv", stop);
  auto other = Database::open(Resolve()(host, 3, stop), stop);
  for (const Row &row : other->query("select * from orders", stop))
    store.put(row, stop);
  db.execute("update state set loaded = 1", {}, stop);
  return transfer->bytes() + Snapshot(db, stop).rows() + load<long>("rows", stop);
}

// The callback ends the stream when it answers false, so the stream needs no token of its own.
void callbackEnds_ok(Database &db, Store &store, std::stop_token stop) {
  db.stream("select * from orders", [&store, stop](const Row &row) {
    store.put(row, stop);
    return !stop.stop_requested();
  });
}
