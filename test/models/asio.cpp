// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
// RUN: %check_belay --checks=unbounded-spawn %s -DSTANDALONE
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --check-prefix=FACTS
// RUN: %belay dump %s -- -std=c++20 -DSTANDALONE | FileCheck %s --check-prefix=FACTS
//
// Asio, with Boost and without.
//
#ifdef STANDALONE
#include <asio.hpp>
using Error = asio::error_code;
#else
#include <boost/asio.hpp>
namespace asio = boost::asio;
using Error = boost::system::error_code;
#endif
#include <array>
#include <memory>
#include <thread>

using asio::ip::tcp;
void answer(int request);

class Server {
public:
  Server(asio::io_context &loop, asio::thread_pool &pool) : acceptor_(loop), pool_(pool) {}

  void accept_bad() {
    // FACTS: register {{(boost::)?}}asio::basic_socket_acceptor::async_accept asio.cpp:[[@LINE+1]]:15 argument 0: lambda in Server::accept_bad [this] runs: per-connection
    acceptor_.async_accept([this](Error error, tcp::socket peer) {
      // CHECK: :[[@LINE+4]]:9: warning: every {{request|connection}} starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
      // CHECK: :[[@LINE-2]]:15: note: '{{(boost::)?}}asio::basic_socket_acceptor::async_accept' registers 'lambda in Server::accept_bad' here; it runs for each connection
      if (!error)
        // FACTS: spawn std::thread asio.cpp:[[@LINE+1]]:9 handle: temporary{{.*}} entry: Server::serve [this]
        std::thread(&Server::serve, this, std::move(peer)).detach();
      accept_bad();
    });
  }

  void acceptOnPool_ok() {
    // FACTS: register {{(boost::)?}}asio::basic_socket_acceptor::async_accept asio.cpp:[[@LINE+1]]:15 argument 0: lambda in Server::acceptOnPool_ok [this] runs: per-connection
    acceptor_.async_accept([this](Error error, tcp::socket) {
      if (!error)
        // FACTS: submit {{(boost::)?}}asio::post asio.cpp:[[@LINE+1]]:9 argument 0: lambda in Server::acceptOnPool_ok
        asio::post(pool_, [] { answer(1); });
      acceptOnPool_ok();
    });
  }

  void acceptBlocking_bad() {
    for (;;) {
      // FACTS: accept {{(boost::)?}}asio::basic_socket_acceptor::accept asio.cpp:[[@LINE+1]]:36
      tcp::socket peer = acceptor_.accept();
      // FACTS: spawn std::thread asio.cpp:[[@LINE+3]]:7 handle: temporary{{.*}} entry: Server::serve [this]
      // CHECK: :[[@LINE+2]]:7: warning: every connection starts a thread ('std::thread'){{.*}} [belay-unbounded-spawn]
      // CHECK: :[[@LINE-3]]:36: note: takes a connection here, in a loop
      std::thread(&Server::serve, this, std::move(peer)).detach();
    }
  }

private:
  void serve(tcp::socket peer);
  tcp::acceptor acceptor_;
  asio::thread_pool &pool_;
};

struct Session : std::enable_shared_from_this<Session> {
  tcp::socket socket;
  asio::steady_timer idle;
  std::array<char, 512> buffer;

  void read() {
    auto self = shared_from_this();
    // FACTS: submit {{(boost::)?}}asio::basic_stream_socket::async_read_some asio.cpp:[[@LINE+1]]:12 argument 0: lambda in Session::read
    socket.async_read_some(asio::buffer(buffer), [self](Error, size_t) { self->read(); });
    // FACTS: submit {{(boost::)?}}asio::basic_waitable_timer::async_wait asio.cpp:[[@LINE+1]]:10 argument 0: lambda in Session::read
    idle.async_wait([self](Error) { self->socket.close(); });
  }
  void write() {
    // FACTS: submit {{(boost::)?}}asio::async_write asio.cpp:[[@LINE+1]]:5 argument 0: lambda in Session::write
    async_write(socket, asio::buffer(buffer), [self = shared_from_this()](Error, size_t) {});
  }
};

void work(asio::io_context &loop, asio::thread_pool &pool,
          asio::strand<asio::io_context::executor_type> &strand) {
  // FACTS: submit {{(boost::)?}}asio::post asio.cpp:[[@LINE+1]]:3 argument 0: lambda in work
  asio::post(pool, [] { answer(1); });
  // FACTS: submit {{(boost::)?}}asio::post asio.cpp:[[@LINE+1]]:3 argument 0: lambda in work
  asio::post(loop, [] { answer(2); });
  // FACTS: submit {{(boost::)?}}asio::dispatch asio.cpp:[[@LINE+1]]:3 argument 0: lambda in work
  asio::dispatch(strand, [] { answer(3); });
  // FACTS: submit {{(boost::)?}}asio::post asio.cpp:[[@LINE+1]]:3 argument 0: lambda in work
  asio::post(asio::bind_executor(strand, [] { answer(4); }));
  // FACTS: join {{(boost::)?}}asio::thread_pool::join asio.cpp:[[@LINE+1]]:8 handle: pool (parameter)
  pool.join();
}
