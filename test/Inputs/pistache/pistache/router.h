// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Pistache's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_PISTACHE_PISTACHE_ROUTER_H
#define BELAY_INPUTS_PISTACHE_PISTACHE_ROUTER_H

#include <functional>
#include <memory>
#include <string>

namespace Pistache {
namespace Http {
enum class Code { Ok = 200, Created = 201 };
class Request {
public:
  const std::string &resource() const;
};
class ResponseWriter {
public:
  ResponseWriter(ResponseWriter &&);
  void send(Code code, const std::string &body = "");
};
class Handler {
public:
  virtual ~Handler();
  virtual void onRequest(const Request &request, ResponseWriter response) = 0;
};
} // namespace Http
namespace Rest {
class Request : public Http::Request {};
struct Route {
  enum class Result { Ok, Failure };
  using Handler = std::function<Result(const Request, Http::ResponseWriter)>;
};
class Router {
public:
  void get(const std::string &resource, Route::Handler handler);
};
namespace Routes {
void Get(Router &router, const std::string &resource, Route::Handler handler);
void Post(Router &router, const std::string &resource, Route::Handler handler);
template <typename Result, typename Cls, typename... Args, typename Obj>
Route::Handler bind(Result (Cls::*func)(Args...), Obj obj);
} // namespace Routes
} // namespace Rest
} // namespace Pistache

#endif
