// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Drogon's controllers of web sockets: the declarations that the tests of the
// models use.
//
#ifndef DROGON_WEBSOCKETCONTROLLER_H
#define DROGON_WEBSOCKETCONTROLLER_H

#include "drogon/drogon.h"

#define WS_PATH_LIST_BEGIN static void initPathRouting() {
#define WS_PATH_ADD(path, ...) registerSelf__(path, {__VA_ARGS__})
#define WS_PATH_LIST_END }

namespace drogon {

enum class WebSocketMessageType { Text, Binary, Ping, Pong, Close, Unknown };

class WebSocketConnection;
using WebSocketConnectionPtr = std::shared_ptr<WebSocketConnection>;

class WebSocketControllerBase : public virtual DrObjectBase {
public:
  virtual void handleNewMessage(const WebSocketConnectionPtr &, std::string &&,
                                const WebSocketMessageType &) = 0;
  virtual void handleNewConnection(const HttpRequestPtr &, const WebSocketConnectionPtr &) = 0;
  virtual void handleConnectionClosed(const WebSocketConnectionPtr &) = 0;
};

template <typename T, bool AutoCreation = true>
class WebSocketController : public DrObject<T>, public WebSocketControllerBase {
protected:
  static void registerSelf__(const std::string &path,
                             const std::vector<internal::HttpConstraint> &constraints);
};

} // namespace drogon

#endif
