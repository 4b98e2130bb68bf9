// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unguarded-handler-state %s -isystem %S/../Inputs \
// RUN:   -isystem %S/../Inputs/trantor
//
// Objects that a framework makes for each request or connection, and loops that run handlers one at
// a time: what they write is their own, unless it lies outside of them.
//
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/TCPServerConnection.h>
#include <boost/asio/ip/tcp.hpp>
#include <httplib.h>
#include <memory>
#include <string>
#include <trantor/net/TcpServer.h>
#include <vector>

using namespace Poco::Net;
using boost::asio::ip::tcp;

// POCO makes a handler for each request, and the factory is one for all of them.
static std::vector<std::string> seen;
struct Statistics {
  int answered = 0;
};
class Page : public HTTPRequestHandler {
public:
  explicit Page(Statistics &statistics) : statistics_(statistics) {}
  void handleRequest(HTTPServerRequest &request, HTTPServerResponse &response) override {
    path_ok(request.getURI());
    // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'seen' with no lock; guard it with a mutex [belay-unguarded-handler-state]
    seen.push_back(path_); // seen_bad
    response.send();
    FN_answered_bad();
  }

private:
  void path_ok(const std::string &path) {
    path_ = path;
    ++parts_;
  }
  // All of them refer to the same statistics: a reference is not a part of the object.
  void FN_answered_bad() { ++statistics_.answered; }
  Statistics &statistics_;
  std::string path_;
  int parts_ = 0;
};
class Pages : public HTTPRequestHandlerFactory {
public:
  HTTPRequestHandler *createRequestHandler(const HTTPServerRequest &) override {
    made_bad();
    return new Page(statistics_);
  }

private:
  // CHECK: [[#@LINE+1]]:23: warning: requests that run at the same time write 'made_' with no lock; make it std::atomic or guard it with a mutex [belay-unguarded-handler-state]
  void made_bad() { ++made_; }
  int made_ = 0;
  Statistics statistics_;
};

// A thread and an object for each connection.
class Line : public TCPServerConnection {
public:
  using TCPServerConnection::TCPServerConnection;
  void run() override {
    for (int count = 0; count < 3; ++count)
      read_ok();
  }

private:
  void read_ok() { ++lines_; }
  int lines_ = 0;
};

// Asio: a session for each connection, whose operations follow each other.
class Session : public std::enable_shared_from_this<Session> {
public:
  explicit Session(tcp::socket socket) : socket_(std::move(socket)) {}
  void read_ok() {
    auto self = shared_from_this();
    socket_.async_read_some(boost::asio::buffer(buffer_), [this, self](auto error, size_t length) {
      if (error)
        return;
      received_ += length;
      text_.append(buffer_, length);
      read_ok();
    });
  }

private:
  tcp::socket socket_;
  char buffer_[512];
  size_t received_ = 0;
  std::string text_;
};
class Listener {
public:
  Listener(boost::asio::io_context &loop) : acceptor_(loop) {}
  void accept_ok() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket peer) {
      ++accepted_; // the acceptor's operations follow each other as well
      if (!error)
        std::make_shared<Session>(std::move(peer))->read_ok();
      accept_ok();
    });
  }

private:
  tcp::acceptor acceptor_;
  int accepted_ = 0;
};

// Trantor: each connection stays on one loop; how many loops there are is not known.
class Echo {
public:
  explicit Echo(trantor::EventLoop *loop) : server_(loop, trantor::InetAddress(7), "echo") {
    server_.setRecvMessageCallback([this](const auto &peer, trantor::MsgBuffer *buffer) {
      ++messages_; // received_ok
      peer->send(buffer->read(80));
    });
  }

private:
  trantor::TcpServer server_;
  int messages_ = 0;
};

// Each request's own objects, whoever works on them.
struct Basket {
  int price = 0;
  std::vector<std::string> items;
  void add_ok(const std::string &item) {
    items.push_back(item);
    price += item.size();
  }
};
void install(httplib::Server &server) {
  server.Post("/basket", [](const httplib::Request &request, httplib::Response &response) {
    Basket basket;
    basket.add_ok(request.body);
    auto second = std::make_unique<Basket>();
    second->add_ok(request.path);
    response.status = basket.price + second->price;
  });
}
