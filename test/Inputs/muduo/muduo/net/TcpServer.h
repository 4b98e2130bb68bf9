// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Muduo's server and its connections: the declarations that the tests of the
// models use.
//
#ifndef MUDUO_NET_TCPSERVER_H
#define MUDUO_NET_TCPSERVER_H

#include "muduo/net/EventLoop.h"
#include <memory>
#include <string>

namespace muduo {

using std::string;

namespace net {

class InetAddress {
public:
  explicit InetAddress(unsigned short port = 0);
};

class Buffer {
public:
  string retrieveAllAsString();
};

class TcpConnection;
typedef std::shared_ptr<TcpConnection> TcpConnectionPtr;
typedef std::function<void(const TcpConnectionPtr &)> ConnectionCallback;
typedef std::function<void(const TcpConnectionPtr &)> WriteCompleteCallback;
typedef std::function<void(const TcpConnectionPtr &, Buffer *, Timestamp)> MessageCallback;

class TcpConnection {
public:
  bool connected() const;
  void send(Buffer *message);
  EventLoop *getLoop() const;
  void setWriteCompleteCallback(const WriteCompleteCallback &cb);
};

class TcpServer {
public:
  typedef std::function<void(EventLoop *)> ThreadInitCallback;
  TcpServer(EventLoop *loop, const InetAddress &listenAddr, const string &nameArg);
  ~TcpServer();
  void setThreadInitCallback(const ThreadInitCallback &cb);
  void start();
  void setConnectionCallback(const ConnectionCallback &cb);
  void setMessageCallback(const MessageCallback &cb);
  void setWriteCompleteCallback(const WriteCompleteCallback &cb);
};

} // namespace net
} // namespace muduo

#endif
