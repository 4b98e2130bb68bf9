// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares where the exceptions of background jobs go.
#ifndef CHAT_JOB_ERRORS_H
#define CHAT_JOB_ERRORS_H

#include <exception>

namespace chat {

/// Says on standard error what a background job has thrown.
void logJobError(std::exception_ptr error);

} // namespace chat

#endif // CHAT_JOB_ERRORS_H
