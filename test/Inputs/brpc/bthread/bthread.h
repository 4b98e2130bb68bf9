// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for brpc's bthread headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_BRPC_BTHREAD_BTHREAD_H
#define BELAY_INPUTS_BRPC_BTHREAD_BTHREAD_H

#include <cstdint>

typedef uint64_t bthread_t;
struct bthread_attr_t;
extern "C" int bthread_start_background(bthread_t *id, const bthread_attr_t *attributes,
                                        void *(*function)(void *), void *argument);
extern "C" int bthread_usleep(uint64_t microseconds);

namespace bthread {
class Mutex {
public:
  void lock();
  void unlock();
};
class CountdownEvent {
public:
  explicit CountdownEvent(int initial);
  int wait();
  void signal(int n = 1);
};
} // namespace bthread

#endif
