// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against real servers of RESTinio on a free port. Buckets get a token an hour.
//
#include "belay/event.h"
#include "belay/guarded.h"
#include "belay/http/restinio.h"
#include "connection.h"
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <restinio/all.hpp>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;
using belay::every;
using belay::http::admission;
using belay::http::admission_options;
using restinio::request_handle_t;
namespace adapter = belay::http::restinio;

struct traits : restinio::default_traits_t {
  using request_handler_t =
      std::function<restinio::request_handling_status_t(const request_handle_t &)>;
};

// Serves from its construction to its destruction, which joins its threads. On one thread unless a
// test says otherwise: with more, RESTinio may see the end of its own response after the head of
// the next request, and then resets the parser that waits for that one's body
// (docs/runtime/http.md).
struct running_server {
  admission front;
  belay::event entered; // a request for /slow has got to its handler
  belay::event leave;   // and may leave it
  belay::guarded<std::optional<admission::permit>> kept;
  int port = 0;
  restinio::running_server_handle_t<traits> server;

  explicit running_server(admission_options options, std::size_t threads = 1)
      : front(std::move(options)) {
    start(threads, adapter::admitted(front, [this](const request_handle_t &request) {
            if (request->header().request_target() == "/slow") {
              entered.set();
              leave.wait();
              return answer(request, "at last");
            }
            return answer(request, request->body().empty() ? "hello" : "got " + request->body());
          }));
  }
  struct keeps_permits {};
  running_server(admission_options options, keeps_permits) : front(std::move(options)) {
    start(1, adapter::admitted(front, [this](const auto &request, admission::permit permit) {
            kept.lock()->emplace(std::move(permit));
            return answer(request, "hello");
          }));
  }
  ~running_server() { leave.set(); }

private:
  void start(std::size_t threads, traits::request_handler_t handler) {
    restinio::server_settings_t<traits> settings;
    settings.address("127.0.0.1").port(0).request_handler(std::move(handler));
    settings.acceptor_post_bind_hook(
        [this](auto &acceptor) { port = acceptor.local_endpoint().port(); });
    server = restinio::run_async(restinio::own_io_context(), std::move(settings), threads);
  }

  static restinio::request_handling_status_t answer(const request_handle_t &request,
                                                    const std::string &body) {
    return request->create_response().set_body(body).done();
  }
};

admission_options at_most(std::int64_t requests) {
  return {.rate = every(1h), .burst = requests, .max_keys = 100};
}

TEST(restinio, who_is_over_the_limit_gets_429_and_when_to_come_back) {
  running_server running(at_most(2));
  connection client(running.port);
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/").body, "hello");
  const response refused = client.get("/");
  expect_refused(refused, 429, 3000, 3600);
  EXPECT_EQ(refused.body, "Too Many Requests\n");
  EXPECT_EQ(connection(running.port, "127.0.0.2").get("/").status, 200);
}

TEST(restinio, a_connection_stays_in_step_when_a_post_is_refused) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.1"};
  running_server running(options);
  connection client(running.port);
  EXPECT_EQ(client.post("/", "some").body, "got some");
  expect_refused(client.post("/", "GET / HTTP/1.1\r\n\r\n"), 429, 3000, 3600);
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 192.0.2.1\r\n").body, "hello");
  EXPECT_EQ(client.post("/", "x", "X-Forwarded-For: 192.0.2.2\r\n").body, "got x");
}

TEST(restinio, only_trusted_proxies_say_who_the_client_is) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.2", "10.0.0.0/8"};
  running_server running(options);
  const auto status = [&](const char *from, const char *lines) {
    return connection(running.port, from).get("/", lines).status;
  };
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 192.0.2.1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "x-forwarded-for: 6.6.6.6, 192.0.2.2\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 6.6.6.6\r\nx-forwarded-for: 192.0.2.1\r\n"), 429);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 192.0.2.2\r\nX-Forwarded-For: 10.1.1.1\r\n"),
            429);
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.7\r\n"), 200);
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.8\r\n"), 429);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8::1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8:0:0:1234::3\r\n"), 429);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8:0:1::3\r\n"), 200);
}

TEST(restinio, no_more_requests_run_at_a_time_than_may) {
  admission_options options = at_most(100);
  options.max_concurrent = 1;
  running_server running(options, 2);
  connection slow(running.port);
  slow.send("GET /slow HTTP/1.1\r\nHost: here\r\nConnection: Keep-Alive\r\n\r\n");
  running.entered.wait();
  connection other(running.port);
  expect_refused(other.get("/"), 503, 1, 1);
  running.leave.set();
  EXPECT_EQ(slow.receive().body, "at last");
  EXPECT_EQ(slow.get("/").body, "hello");
}

TEST(restinio, a_handler_may_keep_its_permit) {
  admission_options options = at_most(100);
  options.max_concurrent = 1;
  running_server running(options, running_server::keeps_permits());
  connection client(running.port);
  EXPECT_EQ(client.get("/").body, "hello");
  expect_refused(client.get("/"), 503, 1, 1);
  running.kept.lock()->reset();
  EXPECT_EQ(client.get("/").body, "hello");
}

TEST(restinio, a_server_that_stops_leaves_nothing_behind) {
  const auto before = open_files();
  {
    running_server running(at_most(1));
    connection client(running.port);
    EXPECT_EQ(client.get("/").body, "hello");
    expect_refused(client.get("/"), 429, 3000, 3600);
  }
  EXPECT_EQ(open_files(), before);
}

} // namespace
