// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the request handlers and turns requests into calls on the chat objects.
#include "routes.h"

#include "archiver.h"
#include "notifier.h"
#include "presence.h"
#include "room.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace chat {

static constexpr const char *Json = "application/json";

static void fail(httplib::Response &res, int status, std::string_view reason) {
  res.status = status;
  res.set_content("{\"error\":" + jsonString(reason) + "}", Json);
}

static void tryLater(httplib::Response &res) {
  res.set_header("Retry-After", "1");
  fail(res, 503, "too busy");
}

static bool isUserName(std::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         name.find_first_of(" \t\r\n") == std::string_view::npos;
}

Routes::Routes(RoomStore &rooms, Presence &presence, Notifier &notifier, Archiver &archiver)
    : rooms_(rooms), presence_(presence), notifier_(notifier), archiver_(archiver) {}

void Routes::registerOn(httplib::Server &server) {
  using namespace std::placeholders;

  server.Get("/healthz", [this](const httplib::Request &, httplib::Response &res) {
    res.set_content("{\"status\":\"ok\",\"rooms\":" + std::to_string(rooms_.count()) +
                        ",\"delivered\":" + std::to_string(notifier_.delivered()) + "}",
                    Json);
  });

  server.Post(
      R"(/rooms/([\w-]{1,64})/messages)",
      [this](const httplib::Request &req, httplib::Response &res) { postMessage(req, res); });

  server.Get(
      R"(/rooms/([\w-]{1,64})/messages)",
      [this](const httplib::Request &req, httplib::Response &res) { listMessages(req, res); });

  // Post() also takes content readers, and a bind result would fit both.
  server.Post(R"(/rooms/([\w-]{1,64})/export)",
              httplib::Server::Handler(std::bind(&Routes::exportRoom, this, _1, _2)));

  server.Get(R"(/exports/([\w-]+\.txt))",
             [this](const httplib::Request &req, httplib::Response &res) {
               if (auto text = archiver_.read(req.matches[1]))
                 res.set_content(*text, "text/plain");
               else
                 fail(res, 404, "no such export");
             });

  server.Get("/presence", [this](const httplib::Request &, httplib::Response &res) {
    std::string body;
    for (const auto &[user, when] : presence_.lastSeen())
      body += (body.empty() ? "" : ",") + jsonString(user) + ":" + std::to_string(when);
    res.set_content("{" + body + "}", Json);
  });
}

void Routes::postMessage(const httplib::Request &req, httplib::Response &res) {
  const std::string author = req.get_param_value("author");
  if (!isUserName(author) || req.body.empty())
    return fail(res, 400, "an author and a text are needed");

  // Before the message is stored, so that a client may safely repeat a refused post.
  Notifier::Place place = notifier_.reserve();
  if (!place)
    return tryLater(res);
  const Message msg = rooms_.post(req.matches[1], author, req.body);
  presence_.touch(author);
  notifier_.announce(std::move(place), msg);
  res.status = 201;
  res.set_content(toJson(msg), Json);
}

void Routes::listMessages(const httplib::Request &req, httplib::Response &res) const {
  const auto messages = rooms_.messages(req.matches[1]);
  if (!messages)
    return fail(res, 404, "no such room");
  std::string body;
  for (const Message &msg : *messages)
    body += (body.empty() ? "" : ",") + toJson(msg);
  res.set_content("[" + body + "]", Json);
}

void Routes::exportRoom(const httplib::Request &req, httplib::Response &res) {
  const std::string room = req.matches[1];
  auto transcript = rooms_.messages(room);
  if (!transcript)
    return fail(res, 404, "no such room");

  const auto file = archiver_.exportRoom(room, std::move(*transcript));
  if (!file)
    return tryLater(res);
  res.status = 202;
  res.set_content("{\"file\":" + jsonString(*file) + "}", Json);
}

} // namespace chat
