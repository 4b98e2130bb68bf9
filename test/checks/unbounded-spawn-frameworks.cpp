// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// What is registered with a framework, and in which form: all of it runs for each request. Each
// framework's own names are tested with its real headers, in test/models.
//
#include <httplib.h>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using httplib::Request;
using httplib::Response;

void work(std::string body);

// A functor, and one that is registered by reference.
struct Upload {
  void operator()(const Request &request, Response &) const {
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread(work, request.body).detach(); // Upload_bad
  }
};

struct Counted {
  int count = 0;
  void operator()(const Request &request, Response &) {
    ++count;
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread(work, request.body).detach(); // Counted_bad
  }
};

void registerFunctors(httplib::Server &server) {
  static Counted counted;
  server.Post("/upload", Upload{}).Post("/counted", std::ref(counted));
}

// A lambda with deduced parameters.
void registerGeneric_bad(httplib::Server &server) {
  server.Get("/generic", [](const auto &request, auto &response) {
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread(work, request.body).detach();
    response.status = 202;
  });
}

// FN: what a function returns is not followed.
httplib::Server::Handler FN_makeHandler(std::string prefix) {
  return [prefix](const Request &request, Response &) {
    std::thread(work, prefix + request.body).detach();
  };
}

void registerMade(httplib::Server &server) { server.Get("/made", FN_makeHandler("made: ")); }

// What answers errors is reached by everybody who asks for a wrong path.
void registerError_bad(httplib::Server &server) {
  server.set_error_handler([](const Request &request, Response &response) {
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread(work, request.path).detach();
    response.body = "no such page";
  });
}

// Controllers: the routes lead to methods of one object.
class Controller {
public:
  explicit Controller(httplib::Server &server) {
    server.Get("/list",
               [this](const Request &request, Response &response) { list_ok(request, response); });
    server.Put("/item", std::bind_front(&Controller::put_bad, this));
  }

private:
  void list_ok(const Request &, Response &response) { response.body = items_; }
  void put_bad(const Request &request, Response &response) {
    items_ += request.body;
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread(work, request.body).detach();
    response.status = 204;
  }

  std::string items_;
};

// FN: tables of routes are not followed: an element of a braced list is no assignment.
void FN_search(const Request &request, Response &) { std::thread(work, request.path).detach(); }

const std::map<std::string, httplib::Server::Handler> routes{{"/search", FN_search}};

struct Route {
  const char *path;
  void (*handler)(const Request &, Response &);
};

void FN_suggest(const Request &request, Response &) { std::thread(work, request.path).detach(); }

const Route moreRoutes[] = {{"/suggest", FN_suggest}};

void registerTables(httplib::Server &server) {
  for (const auto &[path, handler] : routes)
    server.Get(path, handler);
  for (const Route &route : moreRoutes)
    server.Get(route.path, route.handler);
}

// Not a handler: it runs once, before the server listens.
void onStart_ok(httplib::Server &server) {
  std::thread(work, "warm up").detach();
  server.listen("localhost", 8080);
}

// Looks like a registration, and is the project's own: it runs the function at once.
class Script {
public:
  void Get(const std::string &, std::function<void(const Request &, Response &)> step) {
    Response response;
    step(Request{}, response);
  }
};

void replay_ok(Script &script) {
  script.Get("/", [](const Request &, Response &) { std::thread(work, "replay").detach(); });
}
