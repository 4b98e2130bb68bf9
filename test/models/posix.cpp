// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// POSIX threads, semaphores and sockets, and the threads of C11.
//
#include <cstdlib>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <threads.h>
#include <unistd.h>

void *serve(void *connection);
int run(void *job);
sem_t seats;

void serveAll_bad(int listener) {
  for (;;) {
    // FACTS: accept accept posix.cpp:[[@LINE+1]]:31
    int *connection = new int(accept(listener, nullptr, nullptr));
    pthread_t thread;
    // FACTS: spawn pthread_create posix.cpp:[[@LINE+3]]:5 handle: thread (local) entry: serve destroyed: leaks
    // CHECK: :[[@LINE+2]]:5: warning: every connection starts a thread ('pthread_create'){{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-4]]:31: note: takes a connection here, in a loop
    pthread_create(&thread, nullptr, serve, connection);
    // FACTS: detach pthread_detach posix.cpp:[[@LINE+1]]:5 handle: thread (local)
    pthread_detach(thread);
  }
}

void serveAllDetached_bad(int listener) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  while (true) {
    // FACTS: accept accept4 posix.cpp:[[@LINE+1]]:31
    int *connection = new int(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    pthread_t thread;
    // FACTS: spawn pthread_create posix.cpp:[[@LINE+3]]:5 handle: thread (local) entry: serve destroyed: leaks detached
    // CHECK: :[[@LINE+2]]:5: warning: every connection starts a thread ('pthread_create'){{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-4]]:31: note: takes a connection here, in a loop
    pthread_create(&thread, &attributes, serve, connection);
  }
}

static int nextConnection(int listener) {
  // FACTS: accept accept posix.cpp:[[@LINE+1]]:20
  int connection = accept(listener, nullptr, nullptr);
  if (connection < 0)
    throw connection;
  return connection;
}

void serveThroughHelper_bad(int listener) {
  for (;;) {
    // FACTS: call nextConnection posix.cpp:[[@LINE+1]]:31
    int *connection = new int(nextConnection(listener));
    thrd_t thread;
    // FACTS: spawn thrd_create posix.cpp:[[@LINE+3]]:5 handle: thread (local) entry: run destroyed: leaks
    // CHECK: :[[@LINE+2]]:5: warning: every connection starts a thread ('thrd_create'){{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE-4]]:31: note: takes a connection here, in a loop
    thrd_create(&thread, run, connection);
    thrd_detach(thread); // FACTS: detach thrd_detach posix.cpp:[[@LINE]]:5 handle: thread (local)
  }
}

void serveWithSeats_ok(int listener) {
  for (;;) {
    // FACTS: accept accept posix.cpp:[[@LINE+1]]:31
    int *connection = new int(accept(listener, nullptr, nullptr));
    // FACTS: acquire sem_wait posix.cpp:[[@LINE+2]]:5 object: seats (global) permit
    // FACTS: wait sem_wait posix.cpp:[[@LINE+1]]:5 object: seats (global)
    sem_wait(&seats);
    pthread_t thread;
    // FACTS: spawn pthread_create posix.cpp:[[@LINE+1]]:5 handle: thread (local) entry: serve destroyed: leaks bounded
    pthread_create(&thread, nullptr, serve, connection);
    // FACTS: detach pthread_detach posix.cpp:[[@LINE+1]]:5 handle: thread (local) bounded
    pthread_detach(thread);
  }
}

void serveOneByOne_ok(int listener) {
  for (;;) {
    int connection = accept(listener, nullptr, nullptr);
    pthread_t thread;
    // FACTS: spawn pthread_create posix.cpp:[[@LINE+1]]:5 handle: thread (local) entry: serve [&connection] destroyed: leaks
    pthread_create(&thread, nullptr, serve, &connection);
    // FACTS: join pthread_join posix.cpp:[[@LINE+1]]:5 handle: thread (local)
    pthread_join(thread, nullptr);
  }
}

void four_ok() {
  pthread_t threads[4];
  for (pthread_t &each : threads)
    // FACTS: spawn pthread_create posix.cpp:[[@LINE+1]]:5 handle: threads (local) entry: serve destroyed: leaks
    pthread_create(&each, nullptr, serve, nullptr);
  for (pthread_t &each : threads)
    // FACTS: join pthread_join posix.cpp:[[@LINE+1]]:5 handle: threads (local)
    pthread_join(each, nullptr);
  thrd_t thread;
  // FACTS: spawn thrd_create posix.cpp:[[@LINE+1]]:3 handle: thread (local) entry: run destroyed: leaks
  thrd_create(&thread, run, nullptr);
  thrd_join(thread, nullptr); // FACTS: join thrd_join posix.cpp:[[@LINE]]:3 handle: thread (local)
}

void begin();
void end();
int compare(const void *a, const void *b);
pthread_once_t once = PTHREAD_ONCE_INIT;

void callables(int *numbers) {
  // FACTS: call pthread_once posix.cpp:[[@LINE+1]]:3 argument 0: begin bounded now
  pthread_once(&once, begin);
  // FACTS: call qsort posix.cpp:[[@LINE+1]]:3 argument 0: compare now
  qsort(numbers, 3, sizeof *numbers, compare);
  atexit(end); // FACTS: submit atexit posix.cpp:[[@LINE]]:3 argument 0: end
}

void signals(pthread_cond_t *ready, pthread_mutex_t *mutex, const timespec *late) {
  // FACTS: acquire pthread_mutex_lock posix.cpp:[[@LINE+1]]:3 object: mutex (parameter)
  pthread_mutex_lock(mutex);
  // FACTS: wait pthread_cond_wait posix.cpp:[[@LINE+1]]:3 object: ready (parameter)
  pthread_cond_wait(ready, mutex);
  // FACTS: wait pthread_cond_timedwait posix.cpp:[[@LINE+1]]:3 object: ready (parameter) timed
  pthread_cond_timedwait(ready, mutex, late);
  // FACTS: notify pthread_cond_signal posix.cpp:[[@LINE+1]]:3 object: ready (parameter)
  pthread_cond_signal(ready);
  // FACTS: release pthread_mutex_unlock posix.cpp:[[@LINE+1]]:3 object: mutex (parameter)
  pthread_mutex_unlock(mutex);
  // FACTS: acquire sem_trywait posix.cpp:[[@LINE+2]]:3 object: seats (global) permit
  // FACTS: wait sem_trywait posix.cpp:[[@LINE+1]]:3 object: seats (global) timed
  sem_trywait(&seats);
  // FACTS: release sem_post posix.cpp:[[@LINE+2]]:3 object: seats (global)
  // FACTS: notify sem_post posix.cpp:[[@LINE+1]]:3 object: seats (global)
  sem_post(&seats);
}
