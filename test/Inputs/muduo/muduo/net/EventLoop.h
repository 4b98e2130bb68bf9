// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Muduo's event loop: the declarations that the tests of the models use.
//
#ifndef MUDUO_NET_EVENTLOOP_H
#define MUDUO_NET_EVENTLOOP_H

#include <functional>

namespace muduo {

class Timestamp {};

namespace net {

class TimerId {};
typedef std::function<void()> TimerCallback;

class EventLoop {
public:
  typedef std::function<void()> Functor;
  EventLoop();
  ~EventLoop();
  void loop();
  void runInLoop(Functor cb);
  void assertInLoopThread();
  void queueInLoop(Functor cb);
  TimerId runAt(Timestamp time, TimerCallback cb);
  TimerId runAfter(double delay, TimerCallback cb);
  TimerId runEvery(double interval, TimerCallback cb);
};

} // namespace net
} // namespace muduo

#endif
