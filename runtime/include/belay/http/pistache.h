// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Admission for Pistache (0.0.5): a handler that is asked for a request only once it is admitted.
// It may answer later and from another thread, so the permit is not tied to the call: a handler
// with a third parameter gets it, and keeps it until it has answered.
//
// Pistache reads the body before the handler is called, so a connection stays in step.
//
// Of several header lines of one name Pistache keeps the first, which is the client's and not the
// proxy's: trust only proxies that write one X-Forwarded-For, as nginx does; HAProxy's
// `option forwardfor` adds a second line, its `http-request set-header` does not.
//
// Decided against: a middleware of its router, which has no place to keep a permit.
//
#ifndef BELAY_HTTP_PISTACHE_H
#define BELAY_HTTP_PISTACHE_H

#include "belay/http/admission.h"
#include <chrono>
#include <concepts>
#include <ostream>
#include <pistache/http.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belay::http::pistache {

/// Pistache sends the headers that it has a class for, and knows none for this one.
class retry_after final : public ::Pistache::Http::Header::Header {
public:
  NAME("Retry-After")
  explicit retry_after(std::chrono::seconds wait) : wait_(wait) {}
  void write(std::ostream &out) const override { out << wait_.count(); }

private:
  std::chrono::seconds wait_;
};

/// What `front` says of a request, of a router's as well.
inline verdict admit(admission &front, const ::Pistache::Http::Request &request) {
  return front.admit(request.address().host(), [&](std::string_view name) {
    std::vector<std::string> lines;
    if (const auto line = request.headers().tryGetRaw(std::string(name)))
      lines.push_back(line->value());
    return lines;
  });
}

/// Answers a request that `refused` is about.
inline void refuse(const verdict &refused, ::Pistache::Http::ResponseWriter response) {
  response.headers().add<retry_after>(refused.retry_after);
  response.send(static_cast<::Pistache::Http::Code>(refused.status()),
                std::string(refused.reason()) + "\n");
}

/// `handler(request, response)` for admitted requests, which hold their permit until it returns; or
/// `handler(request, response, permit)`, which may keep it for longer. The result is a route's
/// handler for the router, and may be called by an Http::Handler. `front` has to outlive both the
/// server and the permits.
template <class Handler> auto admitted(admission &front, Handler handler) {
  return [&front, handler = std::move(handler)]<class Request>(
             const Request &request, ::Pistache::Http::ResponseWriter response) {
    verdict said = admit(front, request);
    if (!said)
      refuse(said, std::move(response));
    else if constexpr (std::invocable<const Handler &, const Request &,
                                      ::Pistache::Http::ResponseWriter, admission::permit>)
      handler(request, std::move(response), std::move(said.permit));
    else
      handler(request, std::move(response));
  };
}

} // namespace belay::http::pistache

#endif
