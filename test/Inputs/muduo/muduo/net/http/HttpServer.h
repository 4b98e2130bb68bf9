// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Muduo's HTTP server: the declarations that the tests of the models use.
//
#ifndef MUDUO_NET_HTTP_HTTPSERVER_H
#define MUDUO_NET_HTTP_HTTPSERVER_H

#include "muduo/net/TcpServer.h"

namespace muduo {
namespace net {

class HttpRequest;
class HttpResponse;

class HttpServer {
public:
  typedef std::function<void(const HttpRequest &, HttpResponse *)> HttpCallback;
  HttpServer(EventLoop *loop, const InetAddress &listenAddr, const string &name);
  void setHttpCallback(const HttpCallback &cb);
  void start();
};

} // namespace net
} // namespace muduo

#endif
