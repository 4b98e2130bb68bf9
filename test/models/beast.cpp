// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
//
// Boost.Beast: sessions of HTTP and WebSocket servers. Against its headers.
//
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using net::ip::tcp;
void store(const std::string &line);

// What all sessions share.
class Rooms {
public:
  void post_ok() {
    std::lock_guard lock(mutex_);
    ++posted_;
  }
  void drop_ok() {
    std::lock_guard lock(mutex_);
    posted_ = 0;
  }
  void halve_bad() {
    // CHECK: [[#@LINE+1]]:5: warning: 'posted_' is written without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    posted_ /= 2;
    store("halved");
  }

private:
  std::mutex mutex_;
  int posted_ = 0;
};

class Session : public std::enable_shared_from_this<Session> {
public:
  Session(tcp::socket &&socket, Rooms &rooms) : stream_(std::move(socket)), rooms_(rooms) {}
  void run() {
    // FACTS: submit boost::asio::dispatch beast.cpp:[[@LINE+1]]:5 argument 0: Session::read
    net::dispatch(stream_.get_executor(),
                  beast::bind_front_handler(&Session::read, shared_from_this()));
  }

private:
  void read() {
    request_ = {};
    stream_.expires_after(std::chrono::seconds(30));
    // FACTS: submit boost::beast::http::async_read beast.cpp:[[@LINE+1]]:5 argument 0: Session::onRead_bad
    http::async_read(stream_, buffer_, request_,
                     beast::bind_front_handler(&Session::onRead_bad, shared_from_this()));
  }
  void onRead_bad(beast::error_code error, std::size_t) {
    if (error)
      return;
    ++read_; // the session's own
    rooms_.post_ok();
    // CHECK: [[#@LINE+2]]:5: warning: every connection starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:41: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request_.body()).detach();
    // FACTS: submit boost::beast::http::async_write beast.cpp:[[@LINE+1]]:5 argument 0: lambda in Session::onRead_bad
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code, size_t) { self->read(); });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
  Rooms &rooms_;
  int read_ = 0;
};

class Listener : public std::enable_shared_from_this<Listener> {
public:
  Listener(net::io_context &loop, Rooms &rooms) : loop_(loop), acceptor_(loop), rooms_(rooms) {}
  void accept() {
    // FACTS: register boost::asio::basic_socket_acceptor::async_accept beast.cpp:[[@LINE+1]]:15 argument 0: Listener::onAccept runs: per-connection
    acceptor_.async_accept(net::make_strand(loop_),
                           beast::bind_front_handler(&Listener::onAccept, shared_from_this()));
  }

private:
  void onAccept(beast::error_code error, tcp::socket socket) {
    if (!error)
      std::make_shared<Session>(std::move(socket), rooms_)->run();
    accept();
  }
  net::io_context &loop_;
  tcp::acceptor acceptor_;
  Rooms &rooms_;
};

class Chat : public std::enable_shared_from_this<Chat> {
public:
  void run() {
    // FACTS: submit boost::beast::websocket::stream::async_accept beast.cpp:[[@LINE+1]]:13 argument 0: lambda in Chat::run
    socket_.async_accept([self = shared_from_this()](beast::error_code) { self->read(); });
  }
  void read() {
    // FACTS: submit boost::beast::websocket::stream::async_read beast.cpp:[[@LINE+1]]:13 argument 0: lambda in Chat::read
    socket_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error)
        self->read();
    });
  }

private:
  beast::websocket::stream<beast::tcp_stream> socket_;
  beast::flat_buffer buffer_;
};

void connect(beast::tcp_stream &stream, const tcp::resolver::results_type &hosts) {
  // FACTS: submit boost::beast::basic_stream::async_connect beast.cpp:[[@LINE+1]]:10 argument 0: lambda in connect
  stream.async_connect(hosts, [](beast::error_code, const tcp::endpoint &) { store("connected"); });
}

void secure(beast::ssl_stream<beast::tcp_stream> &stream) {
  // FACTS: submit boost::beast::ssl_stream::async_handshake beast.cpp:[[@LINE+1]]:10 argument 0: lambda in secure
  stream.async_handshake(net::ssl::stream_base::server,
                         [](beast::error_code) { store("secured"); });
}

void serve(tcp::socket &socket);
void acceptBlocking_bad(net::io_context &loop, tcp::acceptor &acceptor) {
  for (;;) {
    tcp::socket socket(loop);
    acceptor.accept(socket);
    // CHECK: [[#@LINE+2]]:5: warning: every connection starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:55: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(std::bind(&serve, std::move(socket))).detach();
  }
}
