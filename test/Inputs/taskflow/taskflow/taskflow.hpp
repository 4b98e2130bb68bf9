// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Taskflow's header: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_TASKFLOW_TASKFLOW_TASKFLOW_HPP
#define BELAY_INPUTS_TASKFLOW_TASKFLOW_TASKFLOW_HPP

#include <cstddef>
#include <future>

namespace tf {
class Task {};
class FlowBuilder {
public:
  template <typename C> Task emplace(C &&) { return {}; }
};
class Taskflow : public FlowBuilder {};
class Executor {
public:
  explicit Executor(size_t workers);
  template <typename F> std::future<void> async(F &&) { return {}; }
  template <typename F> void silent_async(F &&) {}
  void run(Taskflow &taskflow);
  void wait_for_all();
};
} // namespace tf

#endif
