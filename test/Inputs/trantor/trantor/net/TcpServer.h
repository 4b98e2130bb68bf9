// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Trantor's server and its connections: the declarations that the tests of the
// models use.
//
#ifndef TRANTOR_NET_TCPSERVER_H
#define TRANTOR_NET_TCPSERVER_H

#include "trantor/net/EventLoop.h"
#include <memory>
#include <string>

namespace trantor {

class InetAddress {
public:
  explicit InetAddress(std::uint16_t port = 0);
};

class MsgBuffer {
public:
  std::string read(std::size_t length);
};

class TcpConnection;
using TcpConnectionPtr = std::shared_ptr<TcpConnection>;
using ConnectionCallback = std::function<void(const TcpConnectionPtr &)>;
using RecvMessageCallback = std::function<void(const TcpConnectionPtr &, MsgBuffer *)>;
using WriteCompleteCallback = std::function<void(const TcpConnectionPtr &)>;
using CloseCallback = std::function<void(const TcpConnectionPtr &)>;

class TcpConnection {
public:
  virtual ~TcpConnection() = default;
  virtual void send(const std::string &msg) = 0;
  virtual bool connected() const = 0;
  virtual EventLoop *getLoop() = 0;
  void setRecvMsgCallback(const RecvMessageCallback &cb);
  void setRecvMsgCallback(RecvMessageCallback &&cb);
  void setCloseCallback(const CloseCallback &cb);
  void setCloseCallback(CloseCallback &&cb);
};

class TcpServer {
public:
  TcpServer(EventLoop *loop, const InetAddress &address, std::string name);
  ~TcpServer();
  void start();
  void setConnectionCallback(const ConnectionCallback &cb);
  void setConnectionCallback(ConnectionCallback &&cb);
  void setRecvMessageCallback(const RecvMessageCallback &cb);
  void setRecvMessageCallback(RecvMessageCallback &&cb);
  void setWriteCompleteCallback(const WriteCompleteCallback &cb);
  void setWriteCompleteCallback(WriteCompleteCallback &&cb);
  EventLoop *getLoop() const;
};

} // namespace trantor

#endif
