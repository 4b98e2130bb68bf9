// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Worker: one thread that does jobs one after another.
//
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace work {

class Worker {
public:
  Worker();
  ~Worker();

  /// False if there are too many already.
  bool submit(int job);

private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> jobs_;
  bool done_ = false;
  std::thread thread_;
};

} // namespace work

#endif
