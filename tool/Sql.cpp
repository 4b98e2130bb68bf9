// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/Sql.h"
#include <sqlite3.h>

using namespace llvm;

namespace belay {

Sql::Sql(const std::string &file) {
  isOk(sqlite3_open_v2( // for one thread, which needs no locks
      file.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr));
  sqlite3_busy_timeout(database_, 10'000);
}

Sql::~Sql() { sqlite3_close(database_); }

bool Sql::isOk(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
    return true;
  if (problem_.empty()) {
    code_ = code & 0xff; // without the extended part
    problem_ = sqlite3_errstr(code);
  }
  return false;
}

bool Sql::isDamaged() const { return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB; }

void Sql::execute(const char *sql) {
  if (problem_.empty())
    isOk(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr));
}

void Sql::attempt(const char *sql) { sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); }

int64_t Sql::ask(const char *sql) {
  Statement statement(*this, sql);
  return statement.next() ? statement.number() : 0;
}

Statement::Statement(Sql &sql, const Twine &text) : sql_(sql) {
  const std::string all = text.str();
  if (sql.problem_.empty())
    sql.isOk(sqlite3_prepare_v2(sql.database_, all.c_str(), int(all.size()), &statement_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement &Statement::bind(int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Statement &Statement::bind(ArrayRef<uint8_t> bytes) {
  sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement &Statement::bindText(StringRef text) {
  sqlite3_bind_text(statement_, ++bound_, text.data(), int(text.size()), SQLITE_STATIC);
  return *this;
}

bool Statement::next() {
  column_ = 0;
  if (!statement_)
    return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW)
    return true;
  sql_.isOk(code);
  sqlite3_reset(statement_);
  bound_ = 0;
  return false;
}

int64_t Statement::number() { return sqlite3_column_int64(statement_, column_++); }

StringRef Statement::bytes() {
  const auto *data = static_cast<const char *>(sqlite3_column_blob(statement_, column_));
  const int size = sqlite3_column_bytes(statement_, column_++);
  return {data, data ? size_t(size) : 0};
}

} // namespace belay
