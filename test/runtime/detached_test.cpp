// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "belay/detached.h"
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>

namespace {

TEST(detached, is_a_token_that_nobody_stops) {
  const std::stop_token stop = belay::detached("the books have to be complete");
  EXPECT_FALSE(stop.stop_requested());
  EXPECT_FALSE(stop.stop_possible());
}

TEST(detached, a_wait_with_it_ends_by_its_condition) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait(lock, belay::detached("there is no way to wait in vain here"),
                           [] { return true; }));
}

#ifndef NDEBUG
TEST(detached_death, an_empty_reason_is_an_error) {
  EXPECT_DEATH((void)belay::detached(""), "say why");
  EXPECT_DEATH((void)belay::detached(nullptr), "say why");
}
#endif

} // namespace
