// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// The classic case, what to write instead, and what looks alike and is fine.
//
#include <functional>
#include <string>
#include <thread>
#include <vector>

bool readConfig(std::string &config);
void load(std::string path);
void index(const std::vector<std::string> &paths, size_t from, size_t to);

bool start_bad() {
  std::string config;
  // CHECK: :[[@LINE+3]]:15: error: thread 'loader' is not joined on every path, which terminates
  // CHECK-SAME: the process; join it on every path, or let an owner such as std::jthread
  // CHECK-SAME: join it [belay-unjoined-thread]
  std::thread loader(load, "users");
  if (!readConfig(config))
    // CHECK: :[[@LINE+1]]:5: note: the scope ends here while it may be running
    return false;
  loader.join();
  return true;
}

bool start_ok() {
  std::string config;
  std::jthread loader(load, "users");
  return readConfig(config);
}

// Looks alike: both ways join.
bool startEither_ok() {
  std::string config;
  std::thread loader(load, "users");
  if (!readConfig(config)) {
    loader.join();
    return false;
  }
  load(config);
  loader.join();
  return true;
}

// No way joins.
void forgotten_bad() {
  // CHECK: :[[@LINE+1]]:15: error: thread 'loader' is not joined on every path
  std::thread loader(load, "users");
  load("groups");
}

// In a template.
template <typename Paths> size_t indexAll_bad(const Paths &paths) {
  // CHECK: :[[@LINE+1]]:15: error: thread 'half' is not joined on every path
  std::thread half([&paths] { index(paths, 0, paths.size() / 2); });
  if (paths.size() < 2)
    return 0;
  index(paths, paths.size() / 2, paths.size());
  half.join();
  return paths.size();
}

template <typename Paths> size_t indexAll_ok(const Paths &paths) {
  std::thread half([&paths] { index(paths, 0, paths.size() / 2); });
  index(paths, paths.size() / 2, paths.size());
  half.join();
  return paths.size();
}

size_t indexHome(const std::vector<std::string> &paths) {
  return indexAll_bad(paths) + indexAll_ok(paths);
}

// In a lambda.
std::function<bool(const std::string &)> checker() {
  return [](const std::string &path) {
    // CHECK: :[[@LINE+1]]:17: error: thread 'loader' is not joined on every path
    std::thread loader(load, path); // bad
    if (path.empty())
      return false;
    loader.join();
    return true;
  };
}
