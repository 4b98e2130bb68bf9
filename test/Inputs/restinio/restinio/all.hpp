// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for RESTinio's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_RESTINIO_RESTINIO_ALL_HPP
#define BELAY_INPUTS_RESTINIO_RESTINIO_ALL_HPP

#include <functional>
#include <memory>
#include <string_view>

namespace restinio {
enum class request_handling_status_t { accepted, rejected };
struct request_t {
  void create_response_and_finish(std::string_view body) const;
};
using request_handle_t = std::shared_ptr<request_t>;
namespace router {
struct route_params_t {};
template <typename Engine = void> class generic_express_router_t {
public:
  using handler_t = std::function<request_handling_status_t(request_handle_t, route_params_t)>;
  void http_get(std::string_view path, handler_t handler);
  void http_post(std::string_view path, handler_t handler);
};
template <typename Engine = void> using express_router_t = generic_express_router_t<Engine>;
} // namespace router
} // namespace restinio

#endif
