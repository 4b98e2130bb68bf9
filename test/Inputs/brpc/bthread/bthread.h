// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for brpc's bthread headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_BRPC_BTHREAD_BTHREAD_H
#define BELAY_INPUTS_BRPC_BTHREAD_BTHREAD_H

#include <cstdint>
#include <mutex>

typedef uint64_t bthread_t;
struct bthread_attr_t;
struct bthread_mutex_t {
  unsigned *butex;
};
extern "C" int bthread_start_background(bthread_t *id, const bthread_attr_t *attributes,
                                        void *(*function)(void *), void *argument);
extern "C" int bthread_usleep(uint64_t microseconds);
extern "C" int bthread_mutex_lock(bthread_mutex_t *mutex);
extern "C" int bthread_mutex_unlock(bthread_mutex_t *mutex);

namespace bthread {
class Mutex {
public:
  void lock();
  void unlock();
};
class RWLock {
public:
  void wrlock();
  void unlock();
};
class RWLockRdGuard {
public:
  explicit RWLockRdGuard(RWLock &lock);
  ~RWLockRdGuard();
};
class RWLockWrGuard {
public:
  explicit RWLockWrGuard(RWLock &lock);
  ~RWLockWrGuard();
};
} // namespace bthread

template <> class std::lock_guard<bthread_mutex_t> {
public:
  explicit lock_guard(bthread_mutex_t &mutex);
  ~lock_guard();
};

#endif
