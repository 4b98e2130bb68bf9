// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// What initialises or destroys a lock has the object that it belongs to to itself, as a constructor
// does, until it starts a thread.
//
#include <pthread.h>

void show(int size);
extern "C" void *serve(void *pool);

struct Limits {
  int most = 0;
};

class Pool {
public:
  void add() {
    pthread_mutex_lock(&mutex_);
    if (size_ < limits_.most && ++size_ > peak_)
      peak_ = size_;
    pthread_mutex_unlock(&mutex_);
  }
  void remove() {
    pthread_mutex_lock(&mutex_);
    --size_;
    pthread_mutex_unlock(&mutex_);
  }
  void allow(int most) {
    pthread_mutex_lock(&mutex_);
    limits_.most = most;
    peak_ = size_;
    show(peak_);
    pthread_mutex_unlock(&mutex_);
  }

  bool init_ok() {
    if (pthread_mutex_init(&mutex_, nullptr) != 0)
      return false;
    size_ = 0;
    show(size_);
    return true;
  }
  void initLate_ok(int most) {
    limits_.most = most;
    show(limits_.most);
    empty();
    pthread_mutex_init(&mutex_, nullptr);
  }
  void close_ok() {
    show(size_);
    size_ = -1;
    pthread_mutex_destroy(&mutex_);
  }

  void clear_bad() {
    pthread_cond_init(&changed_, nullptr);
    show(1);
    size_ = 0;
    // CHECK: [[#@LINE-1]]:5: warning: 'size_' is written without 'mutex_', which {{[0-9]+}} of its {{[0-9]+}} uses hold; take it here as well [belay-inconsistent-guard]
  }

  // A thread may have the object by then.
  void start_bad() {
    pthread_mutex_init(&mutex_, nullptr);
    pthread_create(&thread_, nullptr, serve, this);
    peak_ = 0;
    // CHECK: [[#@LINE-1]]:5: warning: 'peak_' is written without 'mutex_', which {{[0-9]+}} of its {{[0-9]+}} uses hold; take it here as well [belay-inconsistent-guard]
  }
  void join() { pthread_join(thread_, nullptr); }

private:
  void empty() { size_ = 0; }

  pthread_mutex_t mutex_;
  pthread_cond_t changed_;
  pthread_t thread_;
  int size_ = 0;
  int peak_ = 0;
  Limits limits_;
};
