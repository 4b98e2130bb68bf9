// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for uWebSockets' header: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_UWEBSOCKETS_APP_H
#define BELAY_INPUTS_UWEBSOCKETS_APP_H

#include <functional>
#include <string>
#include <string_view>

namespace uWS {
struct HttpRequest {
  std::string_view getUrl();
};
template <bool SSL> struct HttpResponse {
  void end(std::string_view data);
  void onAborted(std::function<void()> &&handler);
};
struct Loop {
  static Loop *get();
  void defer(std::function<void()> &&callback);
};
template <bool SSL> struct TemplatedApp {
  TemplatedApp &get(std::string pattern,
                    std::function<void(HttpResponse<SSL> *, HttpRequest *)> &&handler);
  TemplatedApp &run();
};
using App = TemplatedApp<false>;
} // namespace uWS

#endif
