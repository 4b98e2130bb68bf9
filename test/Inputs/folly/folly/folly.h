// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Folly's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_FOLLY_FOLLY_FOLLY_H
#define BELAY_INPUTS_FOLLY_FOLLY_FOLLY_H

#include <functional>
#include <utility>

namespace folly {
using Func = std::function<void()>;
class Executor {
public:
  virtual ~Executor();
  virtual void add(Func function) = 0;
};
class CPUThreadPoolExecutor : public Executor {
public:
  explicit CPUThreadPoolExecutor(unsigned threads);
  void add(Func function) override;
};
class EventBase {
public:
  void runInEventBaseThread(Func function);
};
template <class T> class Synchronized {
public:
  template <class Function> auto withWLock(Function &&function) { return function(value_); }

private:
  T value_;
};
template <bool ReaderPriority> class SharedMutexImpl {
public:
  void lock();
  void unlock();
  void lock_shared();
  void unlock_shared();
};
using SharedMutex = SharedMutexImpl<false>;
class Baton {
public:
  void wait();
  void post();
};
class CancellationToken {
public:
  bool isCancellationRequested() const;
};
} // namespace folly

#endif
