// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that start threads, in no handler: those whose turns nothing bounds, and the others.
//
#include <algorithm>
#include <chrono>
#include <fstream>
#include <future>
#include <list>
#include <memory>
#include <queue>
#include <string>
#include <thread>
#include <vector>

void work(std::string line);
bool isRunning();
std::queue<std::string> &jobs();

class Jobs {
public:
  // The class joins its threads, at its end: until then every job keeps one.
  void drain_bad() {
    while (isRunning()) {
      if (!jobs().empty()) {
        // CHECK: :[[@LINE+1]]:28: warning: every turn of this loop starts {{.*}} 'threads_' keeps
        threads_.push_back(std::thread(work, jobs().front()));
        // CHECK: :[[@LINE-4]]:5: note: the loop has no bound that is known before it starts
        jobs().pop();
      }
    }
  }
  void poll_bad() {
    for (;;) {
      // CHECK: :[[@LINE+1]]:26: warning: every turn of this loop starts {{.*}} 'results_' keeps
      results_.push_back(std::async(std::launch::async, work, "poll"));
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
  void readLines_bad(std::istream &in) {
    std::string line;
    while (std::getline(in, line)) {
      // CHECK: :[[@LINE+1]]:16: warning: every turn of this loop starts {{.*}} 'threads_' keeps
      threads_.emplace_back([line] { work(line); });
    }
  }
  void perElement_bad(const std::vector<std::string> &lines) {
    for (const std::string &line : lines)
      // CHECK: :[[@LINE+1]]:16: warning: every turn of this loop starts {{.*}} 'threads_' keeps
      threads_.emplace_back(work, line);
  }
  void inTheEnd_bad() {
    do {
      // CHECK: :[[@LINE+1]]:16: warning: every turn of this loop starts {{.*}} 'threads_' keeps
      threads_.emplace_back(work, "again");
    } while (isRunning());
  }
  ~Jobs() {
    for (auto &thread : threads_)
      thread.join();
  }

private:
  std::list<std::thread> threads_;
  std::vector<std::future<void>> results_;
};

// Bounded by a number that is known before.
class Workers {
public:
  void constant_ok() {
    for (int i = 0; i < 4; ++i)
      threads_.emplace_back(work, "constant");
  }
  void cores_ok() {
    const unsigned cores = std::thread::hardware_concurrency();
    for (unsigned i = 0; i != cores; i++)
      threads_.push_back(std::jthread(work, "cores"));
  }
  void parameter_ok(unsigned count) {
    while (count-- > 0)
      threads_.emplace_back(work, "parameter");
  }
  void untilFull_ok(size_t count) {
    while (threads_.size() < count)
      threads_.emplace_back(work, "until full");
  }
  void generated_ok(unsigned count) {
    std::generate_n(std::back_inserter(threads_), count, [] { return std::jthread(work, "one"); });
  }
  void nested_ok() {
    for (int row = 0; row < 2; ++row)
      for (int column = 0; column < 2; ++column)
        threads_.emplace_back(work, "cell");
  }
  // The macro's loop is none.
#define START(text)                                                                                \
  do {                                                                                             \
    threads_.emplace_back(work, text);                                                             \
  } while (false)
  void macro_ok() { START("macro"); }

private:
  std::vector<std::jthread> threads_;
};

// Each turn ends what it starts.
void inTurn_ok() {
  while (isRunning()) {
    std::jthread worker(work, "turn");
    jobs().pop();
  }
}

void batches_ok(std::istream &in) {
  for (std::string line; std::getline(in, line);) {
    std::vector<std::thread> batch;
    do
      batch.emplace_back(work, line);
    while (batch.size() < 8 && std::getline(in, line));
    for (auto &thread : batch)
      thread.join();
  }
}

// A program that ends: main starts a thread for each argument and waits for all.
int main(int argc, char **argv) {
  std::vector<std::thread> threads;
  for (std::string line : std::vector<std::string>(argv + 1, argv + argc))
    threads.emplace_back(work, line);
  for (auto &thread : threads)
    thread.join();
}
