// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// What is called detach and detaches no thread, and threads that are not detached after all.
//
#include <future>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

void work(std::string text);

// A list node leaves its list.
class Node {
public:
  void detach() { previous_ = next_ = nullptr; }

private:
  Node *previous_ = nullptr;
  Node *next_ = nullptr;
};

void unlink_ok(Node &node, std::unique_ptr<Node> &other) {
  node.detach();
  other->detach();
}

// A smart pointer gives up what it owns.
template <typename T> class Pointer {
public:
  T *detach() { return std::exchange(value_, nullptr); }

private:
  T *value_ = nullptr;
};

std::thread *give_ok(Pointer<std::thread> &pointer) { return pointer.detach(); }

// A wrapper of a thread, whose detach() tells the thread to finish by itself; it is joined later.
class Worker {
public:
  Worker() : thread_([this] { work(name_); }) {}
  void detach() { finishing_ = true; }
  ~Worker() { thread_.join(); }

private:
  std::string name_;
  bool finishing_ = false;
  std::thread thread_;
};

void wrapper_ok(Worker &worker, std::list<Worker> &workers) {
  worker.detach();
  workers.front().detach();
}

// The project's own class of the same name.
namespace sim {
class thread {
public:
  template <typename Step> explicit thread(Step step) { step(); }
  void detach();
};
} // namespace sim

void simulated_ok() {
  std::string text;
  sim::thread([&text] { text += "step"; }).detach();
}

// A function of its own that takes a thread.
void detach(std::thread &thread) { thread.join(); }

void free_ok() {
  std::thread worker(work, "free");
  detach(worker);
}

// The owner of the handle joins it: detach() is for one that has none.
class Slot {
public:
  void replace_ok(std::string text) {
    if (thread_.joinable())
      thread_.detach();
    thread_ = std::thread([this, text] { work(text + name_); });
  }
  ~Slot() {
    if (thread_.joinable())
      thread_.join();
  }

private:
  std::string name_;
  std::thread thread_;
};

// Nothing is detached where nothing is called, only named.
using Detach = void (std::thread::*)();
Detach named_ok() { return &std::thread::detach; }
