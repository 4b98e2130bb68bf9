// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// name_this_thread: so that a debugger and `top -H` tell whose a thread is.
//
#ifndef BELAY_THREAD_NAME_H
#define BELAY_THREAD_NAME_H

#include <string>
#ifdef __linux__
#include <pthread.h>
#endif

namespace belay {

/// Cut to the 15 bytes that Linux keeps; elsewhere, and if it is empty, it does nothing.
inline void name_this_thread([[maybe_unused]] std::string name) {
#ifdef __linux__
  if (!name.empty())
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
#endif
}

} // namespace belay

#endif
