// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs
//
// Threads that requests start, but only the first of them, or one in the place of another.
//
#include <atomic>
#include <httplib.h>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

void refresh();

// Threads that the first request starts, and only the first.
class Refresher {
public:
  void byCallOnce_ok() {
    std::call_once(once_, [this] { threads_.emplace_back(refresh); });
  }
  void byExchange_ok() {
    if (!started_.exchange(true))
      threads_.emplace_back(refresh);
  }
  void byFlag_ok() {
    std::lock_guard lock(mutex_);
    if (running_)
      return;
    running_ = true;
    threads_.emplace_back(refresh);
  }
  void byJoinable_ok() {
    if (!current_.joinable())
      current_ = std::jthread(refresh);
  }
  void byOptional_ok() {
    std::lock_guard lock(mutex_);
    if (!latest_)
      latest_.emplace(refresh);
  }
  void byEmpty_ok() {
    if (threads_.empty())
      for (int i = 0; i < 4; ++i)
        threads_.emplace_back(refresh);
  }
  void bySize_ok() {
    while (threads_.size() < 4)
      threads_.emplace_back(refresh);
  }
  void byStore_ok() {
    if (ready_.load(std::memory_order_acquire))
      return;
    std::lock_guard lock(mutex_);
    if (!ready_.load(std::memory_order_relaxed)) {
      threads_.emplace_back(refresh);
      ready_.store(true, std::memory_order_release);
    }
  }
  void byPointer_ok() {
    std::lock_guard lock(mutex_);
    if (workers_ == nullptr)
      workers_.reset(new Workers);
  }
  // One slot: the assignment waits for the thread before.
  void bySlot_ok() {
    std::lock_guard lock(mutex_);
    current_ = std::jthread(refresh);
  }

private:
  struct Workers {
    Workers() { threads.emplace_back(refresh); }
    std::vector<std::jthread> threads;
  };

  std::mutex mutex_;
  std::once_flag once_;
  std::atomic<bool> started_ = false;
  std::atomic<bool> ready_ = false;
  bool running_ = false;
  std::vector<std::jthread> threads_;
  std::jthread current_;
  std::optional<std::jthread> latest_;
  std::unique_ptr<Workers> workers_;
};

void registerAll(httplib::Server &server, Refresher &refresher) {
  server.Post("/refresh", [&refresher](const auto &, auto &response) {
    refresher.byCallOnce_ok();
    refresher.byExchange_ok();
    refresher.byFlag_ok();
    refresher.byJoinable_ok();
    refresher.byOptional_ok();
    refresher.byEmpty_ok();
    refresher.bySize_ok();
    refresher.byStore_ok();
    refresher.byPointer_ok();
    refresher.bySlot_ok();
    response.status = 202;
  });
}
