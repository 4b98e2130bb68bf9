// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Trantor's event loop: the declarations that the tests of the models use.
//
#ifndef TRANTOR_NET_EVENTLOOP_H
#define TRANTOR_NET_EVENTLOOP_H

#include <cstdint>
#include <functional>

namespace trantor {

using Func = std::function<void()>;
using TimerId = std::uint64_t;

class EventLoop {
public:
  void loop();
  template <typename Functor> void runInLoop(Functor &&f) {}
  void queueInLoop(const Func &f);
  void queueInLoop(Func &&f);
  TimerId runAfter(double delay, const Func &cb);
  TimerId runAfter(double delay, Func &&cb);
  TimerId runEvery(double interval, const Func &cb);
  TimerId runEvery(double interval, Func &&cb);
  void runOnQuit(Func &&cb);
  void runOnQuit(const Func &cb);
};

} // namespace trantor

#endif
