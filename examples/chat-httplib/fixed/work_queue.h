// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares a bounded job queue that is served by a fixed number of threads.
#ifndef CHAT_WORK_QUEUE_H
#define CHAT_WORK_QUEUE_H

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace chat {

/// Destroying the queue runs the jobs that are still waiting and joins the threads.
class WorkQueue {
public:
  using Job = std::function<void()>;

  /// A reserved place in the queue, given back when destroyed unused.
  class Slot {
  public:
    Slot(Slot &&other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
    Slot &operator=(Slot &&) = delete;
    ~Slot();

  private:
    friend class WorkQueue;
    explicit Slot(WorkQueue &queue) : queue_(&queue) {}

    WorkQueue *queue_;
  };

  WorkQueue(std::size_t threads, std::size_t capacity);

  /// A place for one job, or nothing when the queue is full.
  std::optional<Slot> reserve();
  void submit(Slot slot, Job job);

private:
  void run(std::stop_token stop);

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::size_t reserved_ = 0;
  std::deque<Job> jobs_;
  std::vector<std::jthread> threads_; // last, so joined before what they use is destroyed
};

} // namespace chat

#endif // CHAT_WORK_QUEUE_H
