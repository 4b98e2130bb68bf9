// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// After every test there are the threads that there were before it: each primitive joins its own.
//
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <thread>

namespace {

/// Their ids and names, as Linux lists them.
std::set<std::string> threads() {
  std::set<std::string> found;
#ifdef __linux__
  std::error_code gone; // one may end while they are listed
  for (const auto &task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
    std::string name;
    if (std::ifstream(task.path() / "comm") >> name)
      found.insert(task.path().filename().string() + " " + name);
  }
#endif
  return found;
}

class thread_leaks : public testing::EmptyTestEventListener {
  // With the first thread a sanitizer may start one of its own, and keep it.
  void OnTestProgramStart(const testing::UnitTest &) override {
    std::thread([] {}).join();
  }

  void OnTestStart(const testing::TestInfo &) override { before_ = threads(); }

  void OnTestEnd(const testing::TestInfo &) override {
    // The kernel lists a thread for a moment after it was joined.
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::set<std::string> now = threads();
    while (now.size() > before_.size() && std::chrono::steady_clock::now() < late) {
      std::this_thread::yield();
      now = threads();
    }
    if (now.size() <= before_.size())
      return;
    for (const std::string &each : now) {
      EXPECT_TRUE(before_.contains(each)) << "the test has left the thread " << each;
    }
  }

  std::set<std::string> before_;
};

[[maybe_unused]] const bool watching = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new thread_leaks); // gtest deletes it
  return true;
}();

} // namespace
