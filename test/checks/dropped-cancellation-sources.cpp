// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// Sources that a function makes and gives up on some way through it, while work that runs on has
// their token: nobody can stop that work any more. Here: branches, switches, loops, scopes.
//
#include <BS_thread_pool.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

using Pool = BS::thread_pool<>;
enum class Kind { Read, Write, Flush };

void replicate(const std::string &table, std::stop_token stop);
std::optional<std::string> cached(const std::string &key);
bool commit(const std::string &table);
bool isBusy();
void fail(const std::string &why);

// The plain mistake: the source was only made to get a token.
void prefetch_bad(Pool &pool, const std::vector<std::string> &tables) {
  std::stop_source source;
  for (const std::string &table : tables)
    pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
  // CHECK: [[#@LINE+2]]:1: warning: nobody can stop {{.*}} [belay-dropped-cancellation]
  // CHECK: [[#@LINE-2]]:{{[0-9]+}}: note:
}

std::string race_bad(Pool &pool, const std::string &key) {
  std::stop_source source;
  pool.detach_task([key, stop = source.get_token()] { replicate(key, stop); });
  if (auto hit = cached(key))
    return *hit;
  // CHECK: [[#@LINE-1]]:5: warning: nobody can stop
  bool done = commit(key);
  source.request_stop();
  return done ? key : std::string();
}

void ifWithoutElse_bad(Pool &pool, const std::string &table) {
  std::stop_source source;
  pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
  if (!commit(table)) {
    source.request_stop();
    fail("cannot commit " + table);
  }
  // CHECK: [[#@LINE+1]]:1: warning: nobody can stop
}

void bothBranches_ok(Pool &pool, const std::string &table) {
  std::stop_source source;
  pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
  if (commit(table)) {
    source.request_stop();
  } else {
    fail("cannot commit " + table);
    source.request_stop();
  }
}

// The right-hand side is evaluated on one of two ways only.
bool shortCircuit_bad(Pool &pool, const std::string &table) {
  std::stop_source source;
  pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
  return commit(table) && source.request_stop();
  // CHECK: [[#@LINE-1]]:3: warning: nobody can stop
}

void switch_bad(Pool &pool, Kind kind) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("kinds", stop); });
  switch (kind) {
  case Kind::Read:
    cached("kinds");
    [[fallthrough]]; // stops as a write does
  case Kind::Write:
    source.request_stop();
    break;
  case Kind::Flush:
    commit("kinds");
  }
  // CHECK: [[#@LINE+1]]:1: warning: nobody can stop
}

void switch_ok(Pool &pool, Kind kind) {
  std::stop_source source;
  pool.detach_task([stop = source.get_token()] { replicate("kinds", stop); });
  switch (kind) {
  case Kind::Flush:
    commit("kinds");
    [[fallthrough]];
  default:
    source.request_stop();
  }
}

// Each turn has a source of its own, which the turn that goes on early forgets.
void continue_bad(Pool &pool, const std::vector<std::string> &tables) {
  for (const std::string &table : tables) {
    std::stop_source source;
    pool.detach_task([table, stop = source.get_token()] { replicate(table, stop); });
    if (commit(table))
      continue;
    // CHECK: [[#@LINE-1]]:7: warning: nobody can stop
    source.request_stop();
  }
}

void break_bad(Pool &pool, std::vector<std::string> tables) {
  while (!tables.empty()) {
    std::stop_source source;
    pool.detach_task(
        [table = tables.back(), stop = source.get_token()] { replicate(table, stop); });
    if (isBusy())
      break;
    // CHECK: [[#@LINE-1]]:7: warning: nobody can stop
    commit(tables.back());
    source.request_stop();
    tables.pop_back();
  }
}

// The scope ends before the function does.
void innerScope_bad(Pool &pool, bool warm) {
  if (warm) {
    std::stop_source source;
    pool.detach_task([stop = source.get_token()] { replicate("warm", stop); });
    // CHECK: [[#@LINE+1]]:3: warning: nobody can stop
  }
  commit("rest");
}
