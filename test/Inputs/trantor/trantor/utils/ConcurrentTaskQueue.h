// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Trantor's task queues: the declarations that the tests of the models use.
//
#ifndef TRANTOR_UTILS_CONCURRENTTASKQUEUE_H
#define TRANTOR_UTILS_CONCURRENTTASKQUEUE_H

#include <functional>
#include <string>

namespace trantor {

class TaskQueue {
public:
  virtual ~TaskQueue() {}
  virtual void runTaskInQueue(const std::function<void()> &task) = 0;
  virtual void runTaskInQueue(std::function<void()> &&task) = 0;
  void syncTaskInQueue(const std::function<void()> &task);
};

class ConcurrentTaskQueue : public TaskQueue {
public:
  ConcurrentTaskQueue(std::size_t threadNum, const std::string &name);
  virtual void runTaskInQueue(const std::function<void()> &task);
  virtual void runTaskInQueue(std::function<void()> &&task);
};

} // namespace trantor

#endif
