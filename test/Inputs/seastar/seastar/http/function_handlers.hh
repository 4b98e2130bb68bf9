// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Seastar's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_SEASTAR_SEASTAR_HTTP_FUNCTION_HANDLERS_HH
#define BELAY_INPUTS_SEASTAR_SEASTAR_HTTP_FUNCTION_HANDLERS_HH

#include <functional>
#include <memory>
#include <string>

namespace seastar {
template <typename T = void> class future {
public:
  template <typename Func> future<T> then(Func &&function);
};
class abort_source {
public:
  bool abort_requested() const noexcept;
};
future<> sleep(int milliseconds);
namespace httpd {
class handler_base {
public:
  virtual ~handler_base();
  virtual future<> handle(const std::string &path) = 0;
};
} // namespace httpd
} // namespace seastar

#endif
