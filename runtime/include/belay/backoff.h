// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// backoff: how a thread waits for what will most likely be there in a microsecond.
//
// A mutex that two cores want all the time costs what the cache line costs that goes to and fro, or
// two system calls, which is several times the work that it guards. A thread that stays away for a
// while, longer each time, lets the other do many operations on lines that it has; and one that
// gives way before it sleeps saves the sleeping and the waking. Sleeping comes in the end, so that
// a thread that has to wait for long costs nothing.
//
#ifndef BELAY_BACKOFF_H
#define BELAY_BACKOFF_H

#include <thread>

namespace belay {

/// Some 10 to 40 ns in which the core does nothing; nothing at all where it is not known how.
inline void pause_core() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

/// Locks as lock.lock() does. If that is not possible at once it pauses between its tries, up to
/// Environment::pauses in a row, before it leaves the waiting to lock.lock().
template <class Environment, class Lock> void lock_with_backoff(Lock &lock) {
  for (int pauses = 32; pauses <= Environment::pauses; pauses *= 2) {
    if (lock.try_lock())
      return;
    for (int i = 0; i < pauses; ++i)
      pause_core();
  }
  lock.lock();
}

/// Lets other threads run until `ready()`, Environment::yields times at most. The lock is held when
/// `ready` is called, and on return, and not in between.
template <class Environment, class Lock, class Ready> void yield_until(Lock &lock, Ready ready) {
  for (int i = 0; i < Environment::yields && !ready(); ++i) {
    lock.unlock();
    std::this_thread::yield();
    lock_with_backoff<Environment>(lock);
  }
}

} // namespace belay

#endif
