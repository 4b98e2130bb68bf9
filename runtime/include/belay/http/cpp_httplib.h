// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Admission for cpp-httplib 0.11.4, and a bounded pool for its connections. The pre-routing handler
// is where a request can be refused; a thread serves one request at a time from there until the
// logger is called, which is when its permit is given back. The library has one slot for each of
// the two: with handlers of your own in them, call admit() and end_request() there.
//
// The library asks for the body after the pre-routing handler, and goes on with the connection
// whatever the response says of it: the body of a refused POST would be read as the next request.
// So such a response says `Connection: close`, and its content fails once it is written, which is
// the one way for a handler to have the library close a connection.
//
// A queue may not drop a connection: its socket is known to the library's job alone. Decided
// against running it in the thread that accepts, since it first waits for the client's request.
//
#ifndef BELAY_HTTP_CPP_HTTPLIB_H
#define BELAY_HTTP_CPP_HTTPLIB_H

#include "belay/bounded_pool.h"
#include "belay/http/admission.h"
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <httplib.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belay::http::cpp_httplib {

/// What a thread of the server knows of the request that it is at.
struct current_request {
  admission::permit permit;
  bool is_turned_away = false; ///< its connection found the queue full
};
inline current_request &current() {
  thread_local current_request request;
  return request;
}

/// Answers a request that `refused` is about, and closes its connection if it has a body or
/// `closes` says so. (But that of a HEAD, the client has to.)
inline void refuse(const verdict &refused, const ::httplib::Request &request,
                   ::httplib::Response &response, bool closes = false) {
  const std::string reason = std::string(refused.reason()) + "\n";
  response.status = refused.status();
  response.set_header("Retry-After", std::to_string(refused.retry_after.count()));
  const bool has_body =
      request.has_header("Transfer-Encoding") ||
      (request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0");
  if (!has_body && !closes)
    return response.set_content(reason, "text/plain");
  response.set_header("Connection", "close");
  // A range of it if the client asks for one: the library says so in the headers.
  const auto write_and_fail = [reason](std::size_t from, std::size_t size, auto &sink) {
    const std::string part = reason.substr(std::min(from, reason.size()), size);
    sink.write(part.data(), part.size());
    return false;
  };
  response.set_content_provider(reason.size(), "text/plain", write_and_fail);
}

/// For a pre-routing handler: has the request answered, or else lets it go on, with a permit that
/// end_request() gives back. `front` has to outlive the server.
inline ::httplib::Server::HandlerResponse admit(admission &front, const ::httplib::Request &request,
                                                ::httplib::Response &response) {
  using enum ::httplib::Server::HandlerResponse;
  if (current().is_turned_away) {
    refuse({answer::busy, std::chrono::seconds(1)}, request, response, true);
    return Handled;
  }
  const auto lines_of = [&](std::string_view name) {
    std::vector<std::string_view> lines;
    const auto [first, last] = request.headers.equal_range(std::string(name));
    for (auto each = first; each != last; ++each)
      lines.push_back(each->second);
    return lines;
  };
  verdict said = front.admit(request.remote_addr, lines_of);
  if (!said) {
    refuse(said, request, response);
    return Handled;
  }
  current().permit = std::move(said.permit);
  return Unhandled;
}

/// For a logger, which is called when the response has been written.
inline void end_request() { current().permit.release(); }

/// Has `front` asked about each request of `server`, before it listens. Sets its pre-routing
/// handler and its logger.
inline void install(::httplib::Server &server, admission &front) {
  server.set_pre_routing_handler(
      [&front](const auto &request, auto &response) { return admit(front, request, response); });
  server.set_logger([](const auto &, const auto &) { end_request(); });
}

/// Serves connections, each for as long as it is kept alive, on the threads of a bounded_pool:
///
///   server.new_task_queue = [] { return new belay::http::cpp_httplib::task_queue(8, 64); };
///
/// A connection that finds all workers busy and the queue full goes to a thread that reads its
/// first request and has admit() answer 503. (Without admit() it serves it: late, but not never.)
/// Once `refusals` of them wait for that, no more are accepted: they wait in the system's backlog.
/// None is dropped. shutdown() serves those that were accepted; the library calls it.
class task_queue final : public ::httplib::TaskQueue {
public:
  /// Throws as bounded_pool does.
  task_queue(std::size_t workers, std::size_t capacity, std::size_t refusals = 64)
      : pool_(workers, capacity), refusals_(1, refusals) {}

  // bool in later versions of the library, where false has it close the connection.
  using taken = decltype(std::declval<::httplib::TaskQueue &>().enqueue(nullptr));

  taken enqueue(std::function<void()> connection) override {
    if (!pool_.try_submit(connection))
      refusals_.submit([connection = std::move(connection)] {
        current().is_turned_away = true; // as is all that comes to this thread
        connection();
      });
    return taken(true);
  }

  void shutdown() override {
    pool_.drain();
    refusals_.drain();
  }

private:
  bounded_pool pool_;
  bounded_pool refusals_;
};

} // namespace belay::http::cpp_httplib

#endif
