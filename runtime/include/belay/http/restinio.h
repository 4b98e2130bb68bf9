// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Admission for RESTinio (0.6): a request handler that calls yours once a request is admitted. That
// may answer later and from another thread, so the permit is not tied to the call: a handler with a
// second parameter gets it, and keeps it until it has answered.
//
// RESTinio reads the body before the handler is called, so a connection stays in step.
//
// Decided against: a link of its sync_chain, which has no place to keep a permit, and handlers of
// routes, since what no route takes would be free of charge: wrap the router itself.
//
#ifndef BELAY_HTTP_RESTINIO_H
#define BELAY_HTTP_RESTINIO_H

#include "belay/http/admission.h"
#include <concepts>
#include <restinio/all.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belay::http::restinio {

/// What `front` says of a request.
inline verdict admit(admission &front, const ::restinio::request_handle_t &request) {
  return front.admit(request->remote_endpoint().address().to_string(), [&](std::string_view name) {
    std::vector<std::string> lines;
    request->header().for_each_value_of(
        ::restinio::string_view_t(name.data(), name.size()), [&](const auto &value) {
          lines.emplace_back(value.data(), value.size());
          return ::restinio::http_header_fields_t::continue_enumeration();
        });
    return lines;
  });
}

/// Answers a request that `refused` is about.
inline ::restinio::request_handling_status_t refuse(const verdict &refused,
                                                    const ::restinio::request_handle_t &request) {
  const auto code = static_cast<std::uint16_t>(refused.status());
  return request->create_response({::restinio::http_status_code_t(code), refused.reason()})
      .append_header(::restinio::http_field::retry_after,
                     std::to_string(refused.retry_after.count()))
      .set_body(std::string(refused.reason()) + "\n")
      .done();
}

/// `handler(request)` for admitted requests, which hold their permit until it returns; or
/// `handler(request, permit)`, which may keep it for longer. The result is a request handler for a
/// server, whose `handler` may be a router. `front` has to outlive the server and the permits.
template <class Handler> auto admitted(admission &front, Handler handler) {
  return [&front, handler = std::move(handler)](
             const ::restinio::request_handle_t &request) -> ::restinio::request_handling_status_t {
    verdict said = admit(front, request);
    if (!said)
      return refuse(said, request);
    if constexpr (std::invocable<const Handler &, const ::restinio::request_handle_t &,
                                 admission::permit>)
      return handler(request, std::move(said.permit));
    else
      return handler(request);
  };
}

} // namespace belay::http::restinio

#endif
