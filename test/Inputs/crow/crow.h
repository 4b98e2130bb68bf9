// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Crow: of its API, the declarations that the tests of models/crow.yaml use.
//
#ifndef CROW_H
#define CROW_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>

#define CROW_ROUTE(app, url) app.template route<crow::black_magic::get_parameter_tag(url)>(url)
#define CROW_CATCHALL_ROUTE(app) app.catchall_route()
#define CROW_WEBSOCKET_ROUTE(app, url)                                                             \
  app.route<crow::black_magic::get_parameter_tag(url)>(url)                                        \
      .websocket<std::remove_reference<decltype(app)>::type>(&app)

namespace crow {

namespace black_magic {
constexpr std::uint64_t get_parameter_tag(const char *url) { return *url ? 1 : 0; }
} // namespace black_magic

enum class HTTPMethod { Get, Post };

struct request {
  std::string url, body;
};

struct response {
  response(int code = 200, std::string body = "");
  response(const char *body);
  void end();
};

namespace websocket {
struct connection {
  virtual void send_text(std::string message) = 0;
  virtual ~connection() = default;
};
} // namespace websocket

template <typename App> class WebSocketRule {
  using self_t = WebSocketRule;

public:
  template <typename Func> self_t &onopen(Func f) { return *this; }
  template <typename Func> self_t &onmessage(Func f) { return *this; }
  template <typename Func> self_t &onclose(Func f) { return *this; }
  template <typename Func> self_t &onerror(Func f) { return *this; }
  self_t &onaccept(std::function<bool(const crow::request &, void **)> &&callback);
};

template <typename T> struct RuleParameterTraits {
  using self_t = T;
  template <typename App> WebSocketRule<App> &websocket(App *app);
  self_t &name(std::string name) noexcept;
  self_t &methods(HTTPMethod method);
};

class DynamicRule : public RuleParameterTraits<DynamicRule> {
public:
  template <typename Func> void operator()(Func f) {}
  template <typename Func> void operator()(std::string name, Func &&f) {}
};

template <typename... Args> class TaggedRule : public RuleParameterTraits<TaggedRule<Args...>> {
public:
  template <typename Func> void operator()(Func &&f) {}
  template <typename Func> void operator()(std::string name, Func &&f) {}
};

class CatchallRule {
public:
  template <typename Func> void operator()(Func &&f) {}
};

template <typename... Middlewares> class Crow {
public:
  using self_t = Crow;
  DynamicRule &route_dynamic(const std::string &rule);
  template <std::uint64_t Tag> TaggedRule<> &route(const std::string &rule);
  CatchallRule &catchall_route();
  template <typename Func> self_t &exception_handler(Func &&f) { return *this; }
  template <typename Duration, typename Func> self_t &tick(Duration d, Func f) { return *this; }
  self_t &port(std::uint16_t port);
  self_t &multithreaded();
  void run();
};

template <typename... Middlewares> using App = Crow<Middlewares...>;
using SimpleApp = Crow<>;

} // namespace crow

#endif
