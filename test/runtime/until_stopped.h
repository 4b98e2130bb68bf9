// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef BELAY_TEST_UNTIL_STOPPED_H
#define BELAY_TEST_UNTIL_STOPPED_H

#include <future>
#include <stop_token>

/// Blocks until stop is requested: a job that only a stop ends.
inline void until_stopped(std::stop_token stop) {
  std::promise<void> stopped;
  std::stop_callback callback(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
}

#endif
