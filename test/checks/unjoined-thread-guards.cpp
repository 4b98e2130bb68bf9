// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Scope guards and wrappers whose destructors join.
//
#include <boost/scope_exit.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

void load(std::string path);
bool isReady();
int parse(const std::string &line) {
  if (line.empty())
    throw std::runtime_error("empty");
  return int(line.size());
}

// By reference: the thread stays where it is.
class Joiner {
public:
  explicit Joiner(std::thread &thread) : thread_(thread) {}
  ~Joiner() {
    if (thread_.joinable())
      thread_.join();
  }

private:
  std::thread &thread_;
};

int byReference_ok(const std::string &line) {
  std::thread worker(load, line);
  Joiner joiner(worker);
  if (!isReady())
    return 0;
  return parse(line);
}

// By value.
class ScopedThread {
public:
  explicit ScopedThread(std::thread thread) : thread_(std::move(thread)) {}
  template <typename Job, typename... Arguments>
  explicit ScopedThread(Job job, Arguments... arguments) : thread_(job, arguments...) {}
  ~ScopedThread() { thread_.join(); }

private:
  std::thread thread_;
};

int byValue_ok(const std::string &line) {
  ScopedThread worker(std::thread(load, line));
  ScopedThread other(load, line);
  std::thread third(load, line);
  ScopedThread scoped(std::move(third));
  return isReady() ? parse(line) : 0;
}

// Any callable at the end of the scope.
template <typename Action> class Finally {
public:
  explicit Finally(Action action) : action_(std::move(action)) {}
  ~Finally() { action_(); }

private:
  Action action_;
};

int byAction_ok(const std::string &line) {
  std::thread worker(load, line);
  Finally join([&worker] { worker.join(); });
  return isReady() ? parse(line) : 0;
}

int byFunction_ok(const std::string &line) {
  std::thread worker(load, line);
  std::shared_ptr<void> join(nullptr, [&](void *) { worker.join(); });
  return isReady() ? parse(line) : 0;
}

int byBoost_ok(const std::string &line) {
  std::thread worker(load, line);
  BOOST_SCOPE_EXIT_ALL(&) { worker.join(); };
  return isReady() ? parse(line) : 0;
}

// Joins all of a container.
class JoinAll {
public:
  explicit JoinAll(std::vector<std::thread> &threads) : threads_(threads) {}
  ~JoinAll() {
    for (auto &thread : threads_)
      if (thread.joinable())
        thread.join();
  }

private:
  std::vector<std::thread> &threads_;
};

int byContainer_ok(const std::string &line) {
  std::vector<std::thread> threads;
  JoinAll join(threads);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(load, line);
  return parse(line);
}

// Too late: what comes between may throw.
int tooLate_bad(const std::string &line) {
  // CHECK: :[[@LINE+1]]:15: error: thread 'worker' is not joined when 'parse' throws
  std::thread worker(load, line);
  int size = parse(line);
  Joiner joiner(worker);
  return size;
}

// A guard that looks like one and joins nothing.
class Watcher {
public:
  explicit Watcher(const std::thread &thread) : id_(thread.get_id()) {}
  ~Watcher() = default;

private:
  std::thread::id id_;
};

// FN: what a constructor does with a reference is not followed.
int FN_watched(const std::string &line) {
  std::thread worker(load, line);
  Watcher watcher(worker);
  return parse(line);
}
