// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Globals, statics of classes and of functions, and locals that threads share: there is one of
// each, so one lock guards it for all.
//
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

void send(const std::string &text);
int ask(const std::string &host);

// A cache of a file.
namespace cache {
static std::mutex mutex;
static std::map<std::string, int> answers;
static std::atomic<int> hits{0};
static thread_local std::string last;

int lookup_ok(const std::string &host) {
  last = host;
  std::lock_guard lock(mutex);
  auto known = answers.find(host);
  if (known != answers.end()) {
    ++hits;
    return known->second;
  }
  return answers[host] = ask(host);
}
void dump_bad() {
  send(last);
  // CHECK: [[#@LINE+1]]:37: warning: 'answers' is read without 'mutex', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
  for (const auto &[host, answer] : answers)
    send(host + " " + std::to_string(answer));
}
} // namespace cache

// A static of a class, with a mutex that is static as well.
class Ids {
public:
  static int next_ok() {
    std::lock_guard lock(mutex_);
    return ++last_;
  }
  static void skip_ok(int count) {
    std::lock_guard lock(mutex_);
    last_ += count;
  }
  static void restart_bad(int first) {
    send("restart at " + std::to_string(first));
    // CHECK: [[#@LINE+1]]:5: warning: 'last_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    last_ = first;
  }

private:
  static inline std::mutex mutex_;
  static inline int last_ = 0;
};

// A registry behind a function, made when it is first needed.
struct Registry {
  std::mutex mutex;
  std::set<std::string> names;
};
Registry &registry() {
  static Registry *only = new Registry;
  return *only;
}
void enroll_ok(const std::string &name) {
  std::lock_guard lock(registry().mutex);
  registry().names.insert(name);
}
bool isEnrolled_ok(const std::string &name) {
  Registry &all = registry();
  std::lock_guard lock(all.mutex);
  return all.names.count(name);
}
void expel_bad(const std::string &name) {
  send("expel " + name);
  // CHECK: [[#@LINE+1]]:14: warning: 'names' is written without 'mutex', which 2 of its 3 uses hold
  registry().names.erase(name);
}

// Made once by whoever comes first. The test before the lock is a data race as well, but hardly
// ever a wrong answer, so it is a note.
class Logger {
public:
  static Logger *instance_bad() {
    // CHECK: [[#@LINE+1]]:10: note: 'instance_' is read without 'mutex_', which 2 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
    if (!instance_) {
      std::lock_guard lock(mutex_);
      if (!instance_)
        instance_ = new Logger;
    }
    return instance_;
  }
  static Logger *atomicInstance_ok() {
    Logger *logger = safe_.load(std::memory_order_acquire);
    if (!logger) {
      std::lock_guard lock(mutex_);
      logger = safe_.load(std::memory_order_relaxed);
      if (!logger)
        safe_.store(logger = new Logger, std::memory_order_release);
    }
    return logger;
  }

private:
  static inline std::mutex mutex_;
  static inline Logger *instance_ = nullptr;
  static inline std::atomic<Logger *> safe_{nullptr};
};

// Locals that threads share.
int sum_ok(const std::vector<std::string> &hosts) {
  std::mutex mutex;
  std::vector<int> answers;
  {
    std::vector<std::jthread> threads;
    for (const std::string &host : hosts)
      threads.emplace_back([&] {
        int answer = ask(host);
        std::lock_guard lock(mutex);
        answers.push_back(answer);
      });
  }
  return answers.size();
}
void FN_wait_bad() {
  std::mutex mutex;
  std::vector<int> answers;
  std::jthread first([&] {
    std::lock_guard lock(mutex);
    answers.push_back(ask("first"));
  });
  while (answers.empty())
    send("waiting");
}
