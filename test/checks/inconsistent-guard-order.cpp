// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Accesses without the lock that nobody can meet: of an object that is moved or assigned, of what
// was made under the lock just before, of code that never runs; and one way out of an exception.
//
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

std::string load(const std::string &path);
void serve(const std::string &text);
constexpr bool Debug = false;

class Page {
public:
  Page(std::string path) : path_(std::move(path)) {}
  Page(Page &&other) noexcept : path_(std::move(other.path_)) {}
  Page &operator=(Page &&other) noexcept { // ok: whoever assigns to it has it alone
    path_ = std::move(other.path_);
    text_ = std::move(other.text_);
    return *this;
  }
  void swap(Page &other) noexcept { std::swap(text_, other.text_); }

  void reload() {
    std::lock_guard lock(mutex_);
    text_ = load(path_);
  }
  void clear() {
    std::lock_guard lock(mutex_);
    text_.clear();
    if constexpr (Debug)
      text_ = "cleared";
  }
  void answer() {
    std::lock_guard lock(mutex_);
    try {
      serve(text_);
    } catch (...) { // ok: the lock is held here as well
      text_ = "not available";
    }
  }
  void retry_bad() {
    try {
      std::lock_guard lock(mutex_);
      serve(text_);
    } catch (...) {
      // CHECK: [[#@LINE+1]]:7: warning: 'text_' is written without 'mutex_', which 5 of its 6 uses hold; take it here as well [belay-inconsistent-guard]
      text_ = "not available";
    }
  }

private:
  std::mutex mutex_;
  std::string path_;
  std::string text_;
};

// Made under the lock by the first that asks, and never changed again.
std::string name_ok(int index) {
  static std::mutex mutex;
  static std::vector<std::string> names;
  {
    std::lock_guard lock(mutex);
    if (names.empty()) {
      names.push_back(load("first"));
      names.push_back(load("second"));
    }
  }
  return names[index];
  // CHECK: [[#@LINE-1]]:10: note: 'names' is read without 'mutex', which 3 of its 4 uses hold
}
