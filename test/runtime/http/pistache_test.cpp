// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against real endpoints of Pistache on a free port. Buckets get a token an hour.
//
#include "belay/event.h"
#include "belay/guarded.h"
#include "belay/http/pistache.h"
#include "connection.h"
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <pistache/endpoint.h>
#include <pistache/router.h>
#include <thread>

namespace {

using namespace std::chrono_literals;
using belay::every;
using belay::http::admission;
using belay::http::admission_options;
namespace adapter = belay::http::pistache;
namespace Http = Pistache::Http;
namespace Rest = Pistache::Rest;

// Serves from its construction to its destruction.
struct running_server {
  admission front;
  Rest::Router router;
  belay::event entered; // a request for /slow has got to its handler
  belay::event leave;   // and may leave it
  belay::guarded<std::optional<admission::permit>> kept;
  std::unique_ptr<Http::Endpoint> endpoint;
  int port = 0;

  explicit running_server(admission_options options) : front(std::move(options)) {
    const auto hello = [](const Rest::Request &, Http::ResponseWriter response) {
      response.send(Http::Code::Ok, "hello");
    };
    const auto echo = [](const Rest::Request &request, Http::ResponseWriter response) {
      response.send(Http::Code::Ok, "got " + request.body());
    };
    const auto slow = [this](const Rest::Request &, Http::ResponseWriter response) {
      entered.set();
      leave.wait();
      response.send(Http::Code::Ok, "at last");
    };
    const auto keep = [this](const Rest::Request &, Http::ResponseWriter response,
                             admission::permit permit) {
      kept.lock()->emplace(std::move(permit));
      response.send(Http::Code::Ok, "kept");
    };
    using Rest::Routes::Get;
    using Rest::Routes::Post;
    Get(router, "/", wrapped(hello));
    Post(router, "/", wrapped(echo));
    Get(router, "/slow", wrapped(slow));
    Get(router, "/keep", wrapped(keep));
    endpoint = std::make_unique<Http::Endpoint>(Pistache::Address("127.0.0.1", 0));
    endpoint->init(Http::Endpoint::options().threads(3));
    endpoint->setHandler(router.handler());
    endpoint->serveThreaded();
    port = endpoint->getPort();
  }
  ~running_server() {
    leave.set();
    endpoint->shutdown();
  }

  template <class Handler> Rest::Route::Handler wrapped(Handler handler) {
    return [admitted = adapter::admitted(front, handler)](const Rest::Request &request,
                                                          Http::ResponseWriter response) {
      admitted(request, std::move(response));
      return Rest::Route::Result::Ok;
    };
  }
};

admission_options at_most(std::int64_t requests) {
  return {.rate = every(1h), .burst = requests, .max_keys = 100};
}

TEST(pistache, who_is_over_the_limit_gets_429_and_when_to_come_back) {
  running_server running(at_most(2));
  connection client(running.port);
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/").body, "hello");
  const response refused = client.get("/");
  expect_refused(refused, 429, 3000, 3600);
  EXPECT_EQ(refused.body, "Too Many Requests\n");
  EXPECT_EQ(connection(running.port, "127.0.0.2").get("/").status, 200);
}

TEST(pistache, a_connection_stays_in_step_when_a_post_is_refused) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.1"};
  running_server running(options);
  connection client(running.port);
  EXPECT_EQ(client.post("/", "some").body, "got some");
  expect_refused(client.post("/", "GET / HTTP/1.1\r\n\r\n"), 429, 3000, 3600);
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 192.0.2.1\r\n").body, "hello");
  EXPECT_EQ(client.post("/", "x", "X-Forwarded-For: 192.0.2.2\r\n").body, "got x");
}

TEST(pistache, only_trusted_proxies_say_who_the_client_is) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.2"};
  running_server running(options);
  const auto status = [&](const char *from, const char *lines) {
    return connection(running.port, from).get("/", lines).status;
  };
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 192.0.2.1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "x-forwarded-for: 6.6.6.6, 192.0.2.2\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 192.0.2.1\r\n"), 429);
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.7\r\n"), 200);
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.8\r\n"), 429);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8::1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8:0:0:1234::3\r\n"), 429);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8:0:1::3\r\n"), 200);
}

// The gap that pistache.h warns of: the second line is the proxy's, and Pistache drops it.
TEST(pistache, FN_of_two_lines_the_first_is_believed) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.1"};
  running_server running(options);
  const auto status = [&](const char *lines) {
    return connection(running.port).get("/", lines).status;
  };
  EXPECT_EQ(status("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.1\r\n"), 200);
  EXPECT_EQ(status("X-Forwarded-For: 6.6.6.7\r\nX-Forwarded-For: 192.0.2.1\r\n"), 200);
}

TEST(pistache, no_more_requests_run_at_a_time_than_may) {
  admission_options options = at_most(100);
  options.max_concurrent = 1;
  running_server running(options);
  connection slow(running.port);
  slow.send("GET /slow HTTP/1.1\r\nHost: here\r\nConnection: Keep-Alive\r\n\r\n");
  running.entered.wait();
  // The thread is chosen by the number of the server's socket, which is 2 more for the next client.
  connection other(running.port);
  expect_refused(other.get("/"), 503, 1, 1);
  running.leave.set();
  EXPECT_EQ(slow.receive().body, "at last");
  EXPECT_EQ(slow.get("/").body, "hello");
}

TEST(pistache, a_handler_may_keep_its_permit) {
  admission_options options = at_most(100);
  options.max_concurrent = 1;
  running_server running(options);
  connection client(running.port);
  EXPECT_EQ(client.get("/keep").body, "kept");
  expect_refused(client.get("/"), 503, 1, 1);
  running.kept.lock()->reset();
  EXPECT_EQ(client.get("/").body, "hello");
}

// Pistache keeps files of its own open, and connections, so those are not looked at here.
TEST(pistache, a_server_that_stops_serves_nobody) {
  std::optional<running_server> running(at_most(1));
  const int port = running->port;
  connection client(port);
  EXPECT_EQ(client.get("/").body, "hello");
  expect_refused(client.get("/"), 429, 3000, 3600);
  running.reset();
  EXPECT_THROW(connection{port}, std::system_error);
}

} // namespace
