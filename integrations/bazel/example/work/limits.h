// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Limits: private to the target.
//
#ifndef WORK_LIMITS_H
#define WORK_LIMITS_H

namespace work {
constexpr int MostJobs = 100 * WORKERS;
} // namespace work

#endif
