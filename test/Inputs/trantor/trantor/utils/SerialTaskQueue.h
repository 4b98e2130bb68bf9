// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Trantor's serial task queue: the declarations that the tests of the models use.
//
#ifndef TRANTOR_UTILS_SERIALTASKQUEUE_H
#define TRANTOR_UTILS_SERIALTASKQUEUE_H

#include "trantor/utils/ConcurrentTaskQueue.h"

namespace trantor {

class SerialTaskQueue : public TaskQueue {
public:
  explicit SerialTaskQueue(const std::string &name);
  virtual void runTaskInQueue(const std::function<void()> &task);
  virtual void runTaskInQueue(std::function<void()> &&task);
  void waitAllTasksFinished();
};

} // namespace trantor

#endif
