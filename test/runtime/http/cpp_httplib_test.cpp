// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against real servers of cpp-httplib on a free port. Buckets get a token an hour, so that what a
// test sees does not depend on how long it takes.
//
#include "belay/event.h"
#include "belay/http/cpp_httplib.h"
#include "connection.h"
#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <thread>

namespace {

using namespace std::chrono_literals;
using belay::every;
using belay::http::admission;
using belay::http::admission_options;
namespace adapter = belay::http::cpp_httplib;

// Listens from its construction to its destruction, which joins all of its threads.
struct running_server {
  admission front;
  httplib::Server server;
  belay::event entered; // a request for /slow has got to its handler
  belay::event leave;   // and may leave it
  int port = 0;
  std::jthread thread;

  explicit running_server(admission_options options, std::size_t workers = 4,
                          std::size_t capacity = 16, std::size_t refusals = 16,
                          const char *address = "127.0.0.1")
      : front(std::move(options)) {
    adapter::install(server, front);
    server.new_task_queue = [=] { return new adapter::task_queue(workers, capacity, refusals); };
    server.set_keep_alive_timeout(60); // longer than a test waits for the end of a connection
    server.Get("/",
               [](const auto &, auto &response) { response.set_content("hello", "text/plain"); });
    server.Get("/slow", [this](const auto &, auto &response) {
      entered.set();
      leave.wait();
      response.set_content("at last", "text/plain");
    });
    server.Get("/throws", [](const auto &, auto &) { throw std::runtime_error("no"); });
    server.Post("/", [](const auto &request, auto &response) {
      response.set_content("got " + request.body, "text/plain");
    });
    port = server.bind_to_any_port(address);
    thread = std::jthread([this] { server.listen_after_bind(); });
    // stop() needs a server that listens. Once the connection is closed its thread is free again.
    connection first(port);
    first.send("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(first.receive().status, 200);
    EXPECT_TRUE(first.is_ended());
  }
  ~running_server() {
    leave.set();
    server.stop();
  }
};

// The constructor's request is the first of the burst.
admission_options at_most(std::int64_t requests) {
  return {.rate = every(1h), .burst = requests + 1, .max_keys = 100};
}

TEST(cpp_httplib, who_is_over_the_limit_gets_429_and_when_to_come_back) {
  running_server running(at_most(2));
  connection client(running.port);
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/").body, "hello");
  const response refused = client.get("/");
  expect_refused(refused, 429, 3000, 3600);
  EXPECT_EQ(refused.body, "Too Many Requests\n");
  EXPECT_EQ(client.get("/nowhere").status, 429); // still on the same connection
  EXPECT_EQ(connection(running.port, "127.0.0.2").get("/").status, 200);
}

TEST(cpp_httplib, a_connection_is_closed_when_a_request_with_a_body_is_refused) {
  running_server running(at_most(1));
  connection client(running.port);
  EXPECT_EQ(client.post("/", "some").body, "got some");
  const response refused = client.post("/", "more");
  expect_refused(refused, 429, 3000, 3600);
  EXPECT_EQ(refused.header("connection"), "close");
  EXPECT_EQ(refused.body, "Too Many Requests\n");
  EXPECT_TRUE(client.is_ended());
}

// What follows the head of a refused request is never taken for a request, whatever it looks like
// and however it arrives; and a new connection is answered rightly.
TEST(cpp_httplib, a_body_is_not_read_as_the_next_request) {
  const std::string inner = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
  const std::string head = "POST / HTTP/1.1\r\nHost: here\r\n";
  const std::string bodies[] = {
      "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n",
      "Content-Length: 99999\r\nRange: bytes=7-9\r\n\r\n",
      "Content-Length: 99999\r\nExpect: 100-continue\r\n\r\n",
  };
  for (const std::string &body : bodies) {
    running_server running(at_most(0));
    connection together(running.port);
    together.send(head + body + inner);
    response refused = together.receive();
    if (refused.status == 100)
      refused = together.receive();
    expect_refused(refused, 429, 3000, 3600);
    EXPECT_TRUE(together.is_ended()) << body;

    connection apart(running.port);
    apart.send(head + body);
    refused = apart.receive();
    if (refused.status == 100)
      refused = apart.receive();
    apart.send(inner);
    expect_refused(refused, 429, 3000, 3600);
    EXPECT_TRUE(apart.is_ended()) << body;
    EXPECT_EQ(connection(running.port, "127.0.0.2").get("/").body, "hello");
  }
}

TEST(cpp_httplib, an_empty_body_keeps_the_connection) {
  running_server running(at_most(0));
  connection client(running.port);
  EXPECT_EQ(client.post("/", "").status, 429);
  EXPECT_EQ(client.get("/").status, 429);
}

TEST(cpp_httplib, only_trusted_proxies_say_who_the_client_is) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.2", "10.0.0.0/8"};
  running_server running(options);
  const auto status = [&](const char *from, const char *lines) {
    return connection(running.port, from).get("/", lines).status;
  };
  // Two clients of a proxy, then one of them again through two lines and a second proxy.
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 192.0.2.1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 6.6.6.6, 192.0.2.2\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 6.6.6.6\r\nx-forwarded-for: 192.0.2.1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 10.1.1.1\r\n"),
            429);
  // Who is no proxy is itself, whatever it claims.
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.7\r\n"), 200);
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.8\r\n"), 200);
  EXPECT_EQ(status("127.0.0.3", "X-Forwarded-For: 192.0.2.9\r\n"), 429);
  // IPv6 by /64.
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8::1\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: [2001:db8::2]:99\r\n"), 200);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8:0:0:1234::3\r\n"), 429);
  EXPECT_EQ(status("127.0.0.2", "X-Forwarded-For: 2001:db8:0:1::3\r\n"), 200);
}

// A socket for both kinds shows its IPv4 peers as IPv6 ones.
TEST(cpp_httplib, an_ipv4_peer_of_an_ipv6_socket_is_known_as_ipv4) {
  admission_options options = at_most(1);
  options.proxies = {"127.0.0.2"};
  running_server running(options, 4, 16, 16, "::");
  const auto status = [&](const char *from) {
    return connection(running.port, from).get("/", "X-Forwarded-For: 192.0.2.1\r\n").status;
  };
  EXPECT_EQ(status("127.0.0.2"), 200);
  EXPECT_EQ(status("127.0.0.2"), 200);
  EXPECT_EQ(status("127.0.0.2"), 429);
  EXPECT_EQ(status("127.0.0.3"), 200);
}

TEST(cpp_httplib, no_more_requests_run_at_a_time_than_may) {
  admission_options options = at_most(100);
  options.max_concurrent = 1;
  running_server running(options);
  connection slow(running.port);
  slow.send("GET /slow HTTP/1.1\r\nHost: here\r\n\r\n");
  running.entered.wait();
  connection other(running.port);
  const response refused = other.get("/");
  expect_refused(refused, 503, 1, 1);
  EXPECT_EQ(refused.body, "Service Unavailable\n");
  running.leave.set();
  EXPECT_EQ(slow.receive().body, "at last");
  // Its thread has given the permit back before it reads on.
  EXPECT_EQ(slow.get("/").status, 200);
  EXPECT_EQ(slow.get("/nowhere").status, 404);
  EXPECT_EQ(slow.get("/throws").status, 500);
  EXPECT_EQ(slow.get("/").status, 200);
}

TEST(cpp_httplib, a_full_pool_answers_503_and_loses_no_connection) {
  running_server running(at_most(100), 1, 1);
  connection served(running.port);
  served.send("GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  running.entered.wait();
  connection queued(running.port);
  queued.send("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  std::deque<connection> more; // connections are accepted in the order in which they were made
  for (int i = 0; i < 5; ++i) {
    connection &each = more.emplace_back(running.port);
    if (i % 2)
      expect_refused(each.get("/"), 503, 1, 1);
    else
      expect_refused(each.post("/", "some"), 503, 1, 1);
    EXPECT_TRUE(each.is_ended());
  }
  running.leave.set();
  EXPECT_EQ(served.receive().body, "at last");
  EXPECT_EQ(queued.receive().body, "hello");
  EXPECT_TRUE(queued.is_ended());
  EXPECT_EQ(connection(running.port).get("/").body, "hello"); // there is room again
}

// One client more than all the queues hold together: it waits, and is served in its turn.
TEST(cpp_httplib, connections_over_every_queue_wait) {
  running_server running(at_most(100), 1, 1, 1);
  connection served(running.port);
  served.send("GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  running.entered.wait();
  std::deque<connection> waiting;
  for (int i = 0; i < 5; ++i) // one queued, one to be refused that says nothing yet, one behind it
    waiting.emplace_back(running.port);
  running.leave.set();
  EXPECT_EQ(served.receive().body, "at last");
  for (connection &each : waiting)
    each.send("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  for (connection &each : waiting) {
    const int status = each.receive().status;
    EXPECT_TRUE(status == 200 || status == 503) << status;
    EXPECT_TRUE(each.is_ended());
  }
}

TEST(cpp_httplib, a_server_that_stops_leaves_nothing_behind) {
  const auto before = open_files();
  {
    running_server running(at_most(100), 1, 1);
    connection served(running.port);
    served.send("GET /slow HTTP/1.1\r\nHost: here\r\n\r\n");
    running.entered.wait();
    connection queued(running.port);
    queued.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
    connection refused(running.port);
    EXPECT_EQ(refused.get("/").status, 503);
    running.server.stop();
    running.leave.set();
    EXPECT_EQ(served.receive().body, "at last"); // the request that ran is answered
    EXPECT_TRUE(served.is_ended());
    EXPECT_TRUE(queued.is_ended()); // the library serves nobody any more
  }
  EXPECT_EQ(open_files(), before);
}

} // namespace
