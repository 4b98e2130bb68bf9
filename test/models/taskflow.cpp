// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/taskflow
//
// Taskflow: tasks and graphs on an executor. Against a stand-in for its header.
//
#include <string>
#include <taskflow/taskflow.hpp>
#include <thread>

void store(const std::string &line);
tf::Executor executor(8);

[[clang::annotate("belay::handler")]] void request_ok(const std::string &text) {
  executor.silent_async([text] { store(text); });
  tf::Taskflow flow;
  flow.emplace([&text] { store(text); });
  executor.run(flow);
  executor.wait_for_all();
}
[[clang::annotate("belay::handler")]] void request_bad(const std::string &text) {
  // CHECK: [[#@LINE+2]]:3: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:40: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  std::thread([text] { store(text); }).detach();
}
