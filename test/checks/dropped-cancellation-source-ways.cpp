// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// More ways through a function that makes a source: loops that end, handlers of exceptions,
// closures, assignments, jumps, and the ways on which there is nothing to stop.
//
#include <BS_thread_pool.hpp>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

using Pool = BS::thread_pool<>;

void replicate(const std::string &table, std::stop_token stop);
bool commit(const std::string &table);
bool isBusy();
void fail(const std::string &why);

// Any call may throw, and most never do, so ways of exceptions do not count.
void FN_handler(Pool &pool, const std::string &table) {
  std::stop_source source;
  pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
  try {
    commit(table);
    source.request_stop();
  } catch (const std::runtime_error &error) {
    fail(error.what());
    return;
  }
}

// The second source takes the place of the first, whose work goes on.
void assigned_bad(Pool &pool) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("first", stop); });
  if (!commit("first"))
    // CHECK: [[#@LINE+1]]:5: warning: nobody can stop
    source = std::stop_source();
  pool.detach_task([stop = source.get_token()] { replicate("second", stop); });
  commit("second");
  source.request_stop();
}

// A lambda is a function as others are.
void closure_bad(Pool &pool, const std::vector<std::string> &tables) {
  auto load = [&pool](const std::string &table) {
    std::stop_source source;
    pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
    if (!commit(table))
      return false;
    // CHECK: [[#@LINE-1]]:7: warning: nobody can stop
    return source.request_stop();
  };
  for (const std::string &table : tables)
    load(table);
}

// That it was asked whether it has stopped does not stop it.
void onlyAsked_bad(Pool &pool) {
  std::stop_source source;
  std::stop_token stop = source.get_token();
  pool.detach_task([stop] { replicate("asked", stop); });
  while (!source.stop_requested() && isBusy())
    commit("asked");
  // CHECK: [[#@LINE+1]]:1: warning: nobody can stop
}

// Whoever gets the results cannot stop what computes them.
std::vector<std::future<void>> fanOut_bad(const std::vector<std::string> &tables) {
  std::stop_source source;
  std::vector<std::future<void>> results;
  for (const std::string &table : tables)
    results.push_back(std::async(std::launch::async, replicate, table, source.get_token()));
  return results;
  // CHECK: [[#@LINE-1]]:3: warning: nobody can stop
}

void loopEnds_ok(Pool &pool) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("all", stop); });
  for (;;) {
    if (isBusy())
      break;
    commit("all");
  }
  source.request_stop();
}

// No way leads out of the loop, so the source lives as long as the work.
void endless_ok(Pool &pool) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("all", stop); });
  for (;;)
    commit("all");
}

void beforeTheWork_ok(Pool &pool, const std::string &table) {
  std::stop_source source;
  if (table.empty())
    return; // no work has the token yet
  pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
  commit(table);
  source.request_stop();
}

// The process ends, or the stop was asked for before the way went back.
void exits_ok(Pool &pool, int tries) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("exit", stop); });
again:
  if (tries-- > 0 && !commit("exit"))
    goto again;
  if (isBusy())
    std::abort();
  source.request_stop();
}

// A closure that may be called on any of the ways.
void closureStops_ok(Pool &pool) {
  std::stop_source source;
  auto stopAll = [&source] { source.request_stop(); };
  pool.detach_task([stop = source.get_token()] { replicate("closure", stop); });
  if (!commit("closure"))
    return stopAll();
  stopAll();
}

void conditionStops_ok(Pool &pool) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("condition", stop); });
  if (!source.request_stop())
    fail("stopped already");
}
