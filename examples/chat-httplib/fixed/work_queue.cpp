// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs queued jobs on a fixed number of threads and refuses more than it can hold.
#include "work_queue.h"

#include <exception>
#include <iostream>

namespace chat {

WorkQueue::Slot::~Slot() {
  if (!queue_)
    return;
  std::lock_guard<std::mutex> lock(queue_->mutex_);
  --queue_->reserved_;
}

WorkQueue::WorkQueue(std::size_t threads, std::size_t capacity) : capacity_(capacity) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this](std::stop_token stop) { run(std::move(stop)); });
}

std::optional<WorkQueue::Slot> WorkQueue::reserve() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (reserved_ + jobs_.size() >= capacity_)
    return std::nullopt;
  ++reserved_;
  return Slot(*this);
}

void WorkQueue::submit(Slot slot, Job job) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    jobs_.push_back(std::move(job));
    --reserved_;
    slot.queue_ = nullptr;
  }
  ready_.notify_one();
}

void WorkQueue::run(std::stop_token stop) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (ready_.wait(lock, stop, [this] { return !jobs_.empty(); })) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    try {
      job();
    } catch (const std::exception &e) {
      std::cerr << "background job: " << e.what() << '\n';
    }
    job = nullptr;
    lock.lock();
  }
}

} // namespace chat
