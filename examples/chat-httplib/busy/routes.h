// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the HTTP routes of the chat service.
#ifndef CHAT_ROUTES_H
#define CHAT_ROUTES_H

#include <httplib.h>

namespace chat {

class Archiver;
class Notifier;
class Presence;
class RoomStore;

class Routes {
public:
  Routes(RoomStore &rooms, Presence &presence, Notifier &notifier, Archiver &archiver);

  void registerOn(httplib::Server &server);

private:
  void postMessage(const httplib::Request &req, httplib::Response &res);
  void listMessages(const httplib::Request &req, httplib::Response &res) const;
  void exportRoom(const httplib::Request &req, httplib::Response &res);

  RoomStore &rooms_;
  Presence &presence_;
  Notifier &notifier_;
  Archiver &archiver_;
};

} // namespace chat

#endif // CHAT_ROUTES_H
