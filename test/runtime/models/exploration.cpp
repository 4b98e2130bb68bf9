// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Relacy's schedulers for each number of threads, which is what takes long to compile: apart from
// the models, since those are compiled with each seeded bug.
//
#include "exploration.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <sstream>
#include <string_view>

namespace models {

namespace {

std::unique_ptr<model> (*make_model)(); // that which is explored

template <rl::thread_id_t Threads, rl::thread_id_t Started>
struct suite : rl::test_suite<suite<Threads, Started>, Threads> {
  static const rl::thread_id_t dynamic_thread_count = Started;

  suite() {
    ++execution;
    condition_variable::sleepers = 0;
    written_atomics::made = 0;
    explored = make_model();
  }
  void thread(unsigned number) { explored->thread(number); }
  void after() { explored->after(); }

  usual_memory until_destroyed;
  std::unique_ptr<model> explored;
};

} // namespace

exploration::exploration(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--history") {
      history_ = true;
    } else if (argument == "--broken" && i + 1 < argc) {
      expected_ = argv[++i];
    } else {
      std::fprintf(stderr, "usage: %s [--broken FAILURE [--history]]\n", argv[0]);
      status_ = 2;
    }
  }
}

void exploration::explore(const char *name, const search &how, threads all,
                          std::unique_ptr<model> (*make)()) {
  make_model = make;
  written_atomics::complete = false;
  written_atomics::seen.clear();
  if (how.kind != rl::sched_random)
    execute(name, random(1000), all);
  written_atomics::complete = how.kind != rl::sched_random;
  execute(name, how, all);
}

void exploration::execute(const char *name, const search &how, threads all) {
  if (status_ || found_)
    return;
  std::ostream nowhere(nullptr);
  std::ostringstream report;
  rl::test_params params;
  params.search_type = how.kind;
  params.context_bound = how.bound;
  params.iteration_count = how.executions;
  params.progress_stream = &nowhere;
  params.output_stream = &report;
  const auto start = std::chrono::steady_clock::now();
  const bool holds = simulate(all, params);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const std::string result = holds ? "holds" : rl::test_result_str(params.test_result);
  std::printf("%-28s %-16s %9llu executions %6.2f s  %s\n", name, how.name.c_str(),
              static_cast<unsigned long long>(params.stop_iteration), took.count(), result.c_str());
  std::fflush(stdout);
  found_ = !holds && expected_ == result;
  if (!holds && (!found_ || history_))
    std::puts(report.str().c_str());
  if (!holds && !found_)
    status_ = 1;
}

bool exploration::simulate(threads all, rl::test_params &params) {
  if (all == threads{2, 0})
    return rl::simulate<suite<2, 0>>(params);
  if (all == threads{3, 0})
    return rl::simulate<suite<3, 0>>(params);
  if (all == threads{4, 0})
    return rl::simulate<suite<4, 0>>(params);
  if (all == threads{1, 1})
    return rl::simulate<suite<1, 1>>(params);
  if (all == threads{1, 2})
    return rl::simulate<suite<1, 2>>(params);
  if (all == threads{1, 3})
    return rl::simulate<suite<1, 3>>(params);
  std::fprintf(stderr, "no suite of %d threads and %d started ones\n", all.there, all.started);
  std::abort();
}

int exploration::status() const {
  if (status_ == 0 && expected_ && !found_) {
    std::puts("the seeded bug was not found");
    return 1;
  }
  return status_;
}

} // namespace models
