// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports what background jobs throw, since nobody waits for their result.
#include "job_errors.h"

#include <iostream>
#include <utility>

namespace chat {

void logJobError(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const std::exception &e) {
    std::cerr << "background job: " << e.what() << '\n';
  } catch (...) {
    std::cerr << "background job: failed\n";
  }
}

} // namespace chat
