// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starts the chat service on a local port and stops it on SIGTERM or SIGINT.
#include "archiver.h"
#include "notifier.h"
#include "presence.h"
#include "room.h"
#include "routes.h"
#include "snapshots.h"

#include <belay/event.h>
#include <belay/http/cpp_httplib.h>
#include <belay/scope.h>
#include <httplib.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

static constexpr std::size_t Workers = 8;  // connections that are served at a time
static constexpr std::size_t Waiting = 64; // those that wait for it; more are answered 503

static std::atomic<bool> accessLog = false;

static int parsePort(std::string_view text) {
  int port = 0;
  auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  return whole && port > 0 && port < 65536 ? port : -1;
}

static sigset_t signals(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (int number : numbers)
    sigaddset(&set, number);
  return set;
}

/// Waits for SIGTERM or SIGINT; SIGHUP switches the access log meanwhile.
static void waitForStop() {
  const sigset_t handled = signals({SIGTERM, SIGINT, SIGHUP});
  int number = 0;
  while (sigwait(&handled, &number) == 0 && number == SIGHUP)
    accessLog = !accessLog;
}

static void logRequest(const httplib::Request &req, const httplib::Response &res) {
  if (accessLog)
    std::cerr << req.method + " " + req.path + " " + std::to_string(res.status) + "\n";
}

static bool serve(httplib::Server &server) {
  belay::event listening;
  server.new_task_queue = [&listening] {
    listening.set();
    return new belay::http::cpp_httplib::task_queue(Workers, Waiting);
  };

  bool served = false;
  belay::scope threads("listener");
  threads.spawn([&server, &served] {
    served = server.listen_after_bind();
    if (!served)
      kill(getpid(), SIGTERM);
  });
  waitForStop();
  listening.wait();
  server.stop();
  threads.join();
  return served;
}

int main(int argc, char **argv) {
  const int port = argc > 1 ? parsePort(argv[1]) : -1;
  if (port < 0 || argc > 3) {
    std::cerr << "usage: " << argv[0] << " PORT [DATA-DIRECTORY]\n";
    return 2;
  }
  const std::filesystem::path data = argc > 2 ? argv[2] : "chat-data";
  std::error_code error;
  std::filesystem::create_directories(data / "exports", error);
  if (error) {
    std::cerr << "cannot create " << data << ": " << error.message() << '\n';
    return 1;
  }

  // Blocked before the first thread starts, so that every thread inherits the mask.
  const sigset_t handled = signals({SIGTERM, SIGINT, SIGHUP});
  pthread_sigmask(SIG_BLOCK, &handled, nullptr);

  chat::Presence presence;
  if (!presence.restore(data / "roster", data / "last-seen"))
    return 1;
  chat::RoomStore rooms;
  chat::Notifier notifier(data / "outbox.jsonl");
  chat::Archiver archiver(data / "exports");
  chat::Routes routes(rooms, presence, notifier, archiver);

  // Past its share, a client is answered 429. The proxy on this machine says who that is.
  belay::http::admission front({.rate = 20, .burst = 100, .proxies = {"127.0.0.0/8"}});
  httplib::Server server;
  server.set_pre_routing_handler([&front](const httplib::Request &req, httplib::Response &res) {
    return belay::http::cpp_httplib::admit(front, req, res);
  });
  server.set_logger([](const httplib::Request &req, const httplib::Response &res) {
    logRequest(req, res);
    belay::http::cpp_httplib::end_request();
  });
  server.set_keep_alive_timeout(1);
  server.set_payload_max_length(64 * 1024);
  routes.registerOn(server);
  if (!server.bind_to_port("127.0.0.1", port)) {
    std::cerr << "cannot listen on port " << port << '\n';
    return 1;
  }

  chat::Snapshots snapshots(presence, data / "last-seen");
  const bool served = serve(server);
  snapshots.finish();
  return served ? 0 : 1;
}
