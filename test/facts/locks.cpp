// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s
//
// Which locks are held at each access: by guards, by hand, on some ways only, by wrappers of the
// project's own.
//
#include <mutex>
#include <pthread.h>
#include <shared_mutex>
#include <utility>

bool ready();

class Lock { // a mutex: it has lock and unlock
public:
  void lock() { pthread_mutex_lock(&handle_); }
  void unlock() { pthread_mutex_unlock(&handle_); }

private:
  pthread_mutex_t handle_;
};

class Holder { // a guard: it locks what it is given, and unlocks it at its end
public:
  explicit Holder(Lock &lock) : lock_(lock) { lock_.lock(); }
  ~Holder() { lock_.unlock(); }

private:
  Lock &lock_;
};

struct State {
  std::mutex mu, other;
  std::shared_mutex many;
  Lock own;
  int n = 0;

  void scoped() {
    {
      std::scoped_lock lock(mu, other);
      n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:7 this.n held: this.mu, this.other
    }
    n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n{{$}}
  }
  void deferred() {
    std::unique_lock lock(mu, std::defer_lock);
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n{{$}}
    lock.lock();
    n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.mu{{$}}
    lock.unlock();
    n = 3; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n{{$}}
  }
  void caught() {
    std::lock_guard outer(mu);
    try {
      std::lock_guard inner(other);
      n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:7 this.n  in-try  held: this.mu, this.other
      try {
        std::lock_guard innermost(own);
        ready();
      } catch (int) {
        n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:9 this.n  in-try  held: this.mu, this.other{{$}}
      }
    } catch (...) {
      n = 3; // CHECK: write n {{.*}}:[[#@LINE]]:7 this.n  held: this.mu{{$}}
    }
    n = 4; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n  held: this.mu{{$}}
  }
  void thrown() {
    std::unique_lock lock(mu);
    try {
      lock.unlock();
      ready();
      lock.lock();
    } catch (...) {
      n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:7 this.n  held: this.mu (perhaps)
    }
  }
  void neverReached() {
    std::lock_guard lock(mu);
    if constexpr (sizeof(int) == 1)
      n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:7 this.n  held: a lock (perhaps)
  }
  void moved() {
    std::unique_lock first(mu);
    {
      std::unique_lock second(std::move(first));
      n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:7 this.n held: this.mu{{$}}
    }
    n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n{{$}}
  }
  void tried() {
    std::unique_lock lock(mu, std::try_to_lock);
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.mu (perhaps)
    if (!lock)
      return;
    n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.mu{{$}}
  }
  void adopted() {
    mu.lock();
    std::lock_guard lock(mu, std::adopt_lock);
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.mu{{$}}
  }
  int shared() {
    std::shared_lock lock(many);
    return n; // CHECK: read n {{.*}}:[[#@LINE]]:12 this.n held: this.many (shared)
  }
  void byHand() {
    if (!mu.try_lock())
      return;
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n{{.*}} held: this.mu{{$}}
    mu.unlock();
    n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n{{( bounded)?$}}
  }
  void onSomeWays() {
    if (ready())
      mu.lock();
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.mu (perhaps)
  }
  void byWrapper() {
    own.lock();
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.own{{$}}
    own.unlock();
    Holder holder(own);
    n = 2; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: this.own{{$}}
  }
  void ofAnother(State &another) {
    std::lock_guard lock(another.mu);
    n = 1; // CHECK: write n {{.*}}:[[#@LINE]]:5 this.n held: {{[^.]*}}.mu{{$}}
  }
};

// A variable of a dependent type has an initialiser without a type.
template <class T> void keep(T);
template <class T> void makes(int number) {
  T pair(number, number);
  keep(pair);
}
// CHECK: function makes
