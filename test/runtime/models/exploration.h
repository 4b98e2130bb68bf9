// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// exploration: the main() of a program of models, each of which Relacy executes in all the ways, or
// many of them, in which its threads can take turns.
//
//   PROGRAM                     every model holds; else the execution that breaks one is printed
//   PROGRAM --broken FAILURE    one of them finds a seeded bug, and Relacy calls it FAILURE
//
// and with --history the second prints the execution that found it as well.
//
#ifndef BELAY_MODELS_EXPLORATION_H
#define BELAY_MODELS_EXPLORATION_H

#include "relacy_environment.h"
#include <memory>
#include <optional>
#include <string>

namespace models {

/// Constructed before its threads run and destroyed after them, anew for each execution. Only
/// threads may wait. A model says how many there are, numbered from 0, and how many of the
/// environment's it starts itself: `threads` and `started`.
struct model {
  virtual ~model() = default;
  virtual void thread(unsigned number) = 0;
  virtual void after() {} // all threads have ended
};

/// How much of what is possible is executed.
struct search {
  std::string name;
  rl::scheduler_type_e kind;
  unsigned bound = 0;
  rl::iteration_t executions = 0;
};

/// Everything.
inline search complete() { return {"complete", rl::sched_full}; }

/// All in which a thread that could go on is held up at most `bound` times.
inline search preempted(unsigned bound) {
  return {"<= " + std::to_string(bound) + " preemptions", rl::sched_bound, bound};
}

/// So many, by chance, but the same in each run; with wake-ups that nobody caused. The only one for
/// waits with a time, on which the others fail an assertion of their own.
inline search random(rl::iteration_t executions) {
  return {"random", rl::sched_random, 0, executions};
}

class exploration {
public:
  exploration(int argc, char **argv);

  /// Executes a model, unless the bug has been found.
  template <class Model> void explore(const char *name, const search &how) {
    explore(name, how, {Model::threads, Model::started},
            [] { return std::unique_ptr<model>(std::make_unique<Model>()); });
  }

  /// What main() returns.
  int status() const;

private:
  struct threads {
    int there, started;
    bool operator==(const threads &) const = default;
  };

  void explore(const char *name, const search &how, threads all, std::unique_ptr<model> (*make)());
  void execute(const char *name, const search &how, threads all);
  static bool simulate(threads all, rl::test_params &params);

  std::optional<std::string> expected_;
  bool history_ = false;
  bool found_ = false;
  int status_ = 0;
};

} // namespace models

#endif
