// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Says first what it was built with. Then it measures what it is asked for: a line in is the name
// of a benchmark, a line out its counter "value" or the nanoseconds of one of its operations. So
// the caller can take turns between programs that each stay warm.
#include <benchmark/benchmark.h>
#include <boost/version.hpp>
#include <iostream>
#include <oneapi/tbb/version.h>
#include <string>
#ifdef HAVE_BS_THREAD_POOL
#include <BS_thread_pool.hpp>
#endif

namespace {

class LastTime : public benchmark::BenchmarkReporter {
public:
  bool ReportContext(const Context &) override { return true; }
  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs) {
      const auto counter = run.counters.find("value");
      value = counter != run.counters.end() ? counter->second.value : run.GetAdjustedRealTime();
      failed = failed || run.error_occurred;
      if (run.error_occurred)
        std::cerr << run.benchmark_name() << ": " << run.error_message << '\n';
    }
  }

  double value = 0;
  bool failed = false;
};

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
#ifdef __clang__
  std::cout << "clang " << __clang_version__;
#else
  std::cout << "g++ " << __VERSION__;
#endif
  std::cout << ", Boost " << BOOST_VERSION / 100000 << '.' << BOOST_VERSION / 100 % 1000
            << ", oneTBB " << TBB_VERSION_STRING;
#ifdef HAVE_BS_THREAD_POOL
  std::cout << ", BS::thread_pool " << BS::thread_pool_version.major << '.'
            << BS::thread_pool_version.minor << '.' << BS::thread_pool_version.patch;
#endif
  std::cout << std::endl;

  std::string name;
  while (std::getline(std::cin, name)) {
    LastTime reporter;
    if (benchmark::RunSpecifiedBenchmarks(&reporter, "^" + name + "(/.*)?$") != 1 ||
        reporter.failed) {
      std::cerr << "no benchmark, or several, or none that works: " << name << '\n';
      return 1;
    }
    std::cout << reporter.value << std::endl;
  }
}
