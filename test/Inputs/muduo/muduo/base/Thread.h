// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Muduo's threads, pools and latches: the declarations that the tests of the
// models use.
//
#ifndef MUDUO_BASE_THREAD_H
#define MUDUO_BASE_THREAD_H

#include <functional>
#include <string>

namespace muduo {

using std::string;

class MutexLock {
public:
  void lock();
  void unlock();
};

class Condition {
public:
  explicit Condition(MutexLock &mutex);
  void wait();
  bool waitForSeconds(double seconds);
  void notify();
  void notifyAll();
};

class CountDownLatch {
public:
  explicit CountDownLatch(int count);
  void wait();
  void countDown();
};

class Thread {
public:
  typedef std::function<void()> ThreadFunc;
  explicit Thread(ThreadFunc, const string &name = string());
  Thread(const Thread &) = delete;
  ~Thread();
  void start();
  int join();
};

class ThreadPool {
public:
  typedef std::function<void()> Task;
  explicit ThreadPool(const string &nameArg = string("ThreadPool"));
  ~ThreadPool();
  void setThreadInitCallback(const Task &cb);
  void start(int numThreads);
  void run(Task f);
};

} // namespace muduo

#endif
