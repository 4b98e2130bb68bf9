// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sql: the part of SQLite that the cache needs. After the first failure a database is out of use:
// statements have no rows, and say why once.
//
#ifndef BELAY_TOOL_SQL_H
#define BELAY_TOOL_SQL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <cstdint>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace belay {

/// A database in a file, for one thread.
class Sql {
public:
  /// Makes the file if there is none.
  explicit Sql(const std::string &file);
  Sql(const Sql &) = delete;
  ~Sql();

  /// What went wrong; empty if nothing did.
  const std::string &problem() const { return problem_; }
  bool isDamaged() const;
  /// Puts it out of use.
  void refuse(llvm::StringRef problem) { problem_ = problem.str(); }

  void execute(const char *sql);
  /// As execute(), where a failure does not matter.
  void attempt(const char *sql);
  /// The number that is asked for; 0 if there is none.
  int64_t ask(const char *sql);

private:
  friend class Statement;
  bool isOk(int code);

  sqlite3 *database_ = nullptr;
  int code_ = 0; // of the first failure
  std::string problem_;
};

/// A statement whose parameters and columns are taken in order.
class Statement {
public:
  Statement(Sql &sql, const llvm::Twine &text);
  Statement(const Statement &) = delete;
  ~Statement();

  Statement &bind(int64_t value);
  Statement &bind(llvm::ArrayRef<uint8_t> bytes); ///< have to live as long as the statement runs
  Statement &bindText(llvm::StringRef text);      ///< the same

  /// Whether there is a row; after the last one the statement can be used again.
  bool next();

  int64_t number();
  llvm::StringRef bytes(); ///< until the next row

private:
  Sql &sql_;
  sqlite3_stmt *statement_ = nullptr;
  int bound_ = 0;
  int column_ = 0;
};

} // namespace belay

#endif
