// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Worker: the thread ends when its owner does, after the jobs that are left.
//
#include "work/work.h"
#include "work/limits.h"

namespace work {

Worker::Worker() : thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    done_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Worker::submit(int job) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (jobs_.size() == MostJobs)
    return false;
  jobs_.push_back(job);
  changed_.notify_one();
  return true;
}

void Worker::run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return done_ || !jobs_.empty(); });
    if (jobs_.empty())
      return;
    jobs_.pop_front();
  }
}

} // namespace work
