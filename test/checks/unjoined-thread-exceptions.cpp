// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: %belay check --min-level=note --fail-on=never %t/import.cpp %t/parse.cpp -- -std=c++20 \
// RUN:   | FileCheck %t/import.cpp --implicit-check-not='{{(warning|error|note):}}'
// RUN: %belay check --min-level=note --fail-on=never %t/import.cpp -- -std=c++20 \
// RUN:   | FileCheck %s --check-prefix=ALONE --implicit-check-not='{{(warning|error|note):}}'
// RUN: mkdir %t/tests
// RUN: cp %t/import.cpp %t/parse.cpp %t/parse.h %t/tests
// RUN: %belay check --fail-on=never %t/tests/import.cpp %t/tests/parse.cpp -- -std=c++20 | count 0
//
// An exception leaves the function while its thread runs. Those that count are thrown by the
// project's own code, here in another file; a library's functions may all throw bad_alloc.
//
// A test out of which one gets has failed already: in tests these are notes.
//
// ALONE: error: thread 'reader' is not joined when this function throws
// ALONE: note: throws here

//--- parse.h
#include <stdexcept>
#include <string>

struct Record {
  std::string name;
};

Record parse(const std::string &line);               // throws, by readField
Record parseQuietly(const std::string &line);        // catches what readField throws
Record parseOrEnd(const std::string &line) noexcept; // ends the process instead

//--- parse.cpp
#include "parse.h"

static std::string readField(const std::string &line) {
  if (line.empty())
    throw std::runtime_error("empty"); // the origin
  return line;
}

Record parse(const std::string &line) {
  return {readField(line)}; // on the way
}

Record parseQuietly(const std::string &line) {
  try {
    return {readField(line)};
  } catch (const std::exception &) {
    return {};
  }
}

Record parseOrEnd(const std::string &line) noexcept { return {readField(line)}; }

//--- import.cpp
#include "parse.h"
#include <thread>
#include <vector>

void fetch(std::string path);

Record import_bad(const std::string &line) {
  // CHECK: error: thread 'reader' is not joined when 'parse' throws, which terminates the process
  // CHECK-NEXT: // first
  std::thread reader(fetch, line); // first
  // CHECK: import.cpp:[[@LINE+4]]:{{.*}} note: calls 'parse' here, while the thread runs
  // CHECK: parse.cpp:{{.*}} note: calls 'readField' here
  // CHECK-NEXT: // on the way
  // CHECK: parse.cpp:{{.*}} note: throws here
  Record record = parse(line);
  // CHECK-NEXT: // the origin
  reader.join();
  return record;
}

void throwsItself_bad(const std::string &line) {
  // CHECK: :[[@LINE+1]]:{{.*}} error: thread 'reader' is not joined when this function throws
  std::thread reader(fetch, line);
  if (line.empty())
    // CHECK: :[[@LINE+1]]:{{.*}} note: throws here
    throw std::invalid_argument("line");
  reader.join();
}

// A try that is inside, around the call: what comes after it joins.
Record caught_ok(const std::string &line) {
  std::thread reader(fetch, line);
  Record record;
  try {
    record = parse(line);
  } catch (...) {
    record.name = "unknown";
  }
  reader.join();
  return record;
}

Record rethrown_ok(const std::string &line) {
  std::thread reader(fetch, line);
  try {
    Record record = parse(line);
    reader.join();
    return record;
  } catch (...) {
    reader.join();
    throw;
  }
}

Record quiet_ok(const std::string &line) {
  std::thread reader(fetch, line);
  Record record = parseQuietly(line);
  reader.join();
  return record;
}

Record noexceptCallee_ok(const std::string &line) {
  std::thread reader(fetch, line);
  Record record = parseOrEnd(line);
  reader.join();
  return record;
}

// Whatever throws in it ends the process anyway.
Record noexceptCaller_ok(const std::string &line) noexcept {
  std::thread reader(fetch, line);
  Record record = parse(line);
  reader.join();
  return record;
}

// Only the library throws.
std::vector<Record> library_ok(const std::string &line) {
  std::thread reader(fetch, line);
  std::vector<Record> records(3);
  records.push_back({line.substr(1)});
  records.at(0).name = std::to_string(records.size());
  reader.join();
  return records;
}

Record jthread_ok(const std::string &line) {
  std::jthread reader(fetch, line);
  return parse(line);
}

Record before_ok(const std::string &line) {
  Record record = parse(line);
  std::thread reader(fetch, record.name);
  reader.join();
  return parse(record.name);
}
