// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unguarded-handler-state %s -isystem %S/../Inputs \
// RUN:   -isystem %S/../Inputs/crow
//
// What is written before the server serves, once, by one thread, or for one thread, and what comes
// too late: a configuration that a request loads again.
//
#include <atomic>
#include <crow.h>
#include <httplib.h>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

using httplib::Request;
using httplib::Response;

void send(const std::string &text);
std::map<std::string, std::string> parse(const std::string &file);

struct Limits {
  int rate = 10;
  std::string reason;
};

// Loaded by `main`, and again by a request.
class Settings {
public:
  void load_ok(const std::string &file) {
    values_ = parse(file);
    loaded_ = true;
  }
  void reload_bad(const std::string &file) {
    auto fresh = parse(file);
    // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'fresh_' with no lock; guard it with a mutex [belay-unguarded-handler-state]
    fresh_.swap(fresh);
  }
  void FN_setLimits_bad(int rate) { // that a whole structure is assigned is no access to its parts
    limits_ = Limits{rate, "by request"};
  }
  std::string get_ok(const std::string &name) const {
    auto found = values_.find(name);
    return loaded_ && found != values_.end() ? found->second : fresh_.at(name);
  }
  bool isFast() const { return limits_.rate > 5; }

private:
  std::map<std::string, std::string> values_, fresh_;
  Limits limits_;
  bool loaded_ = false;
};

// A setter that locks, for all who call it.
class Banner {
public:
  void set_ok(const std::string &text) {
    std::unique_lock lock(mutex_);
    text_ = text;
  }
  std::string get_ok() const {
    std::shared_lock lock(mutex_);
    return text_;
  }

private:
  mutable std::shared_mutex mutex_;
  std::string text_;
};

static Settings settings;
static Banner banner;
static std::map<std::string, int> parts;
static std::vector<int> shares;

// Through an iterator, a reference, a binding: another name for a part of the variable.
void FN_iterator_bad(const Request &request, Response &) {
  auto found = parts.find(request.path);
  if (found != parts.end())
    found->second += 1;
}
void FN_reference_bad(const Request &request, Response &) {
  int &last = shares.back();
  last += request.body.size();
  for (auto &[name, part] : parts)
    part = 0;
}

// What each thread has for itself, and what is made once and never changes.
void render_ok(const Request &request, Response &response) {
  static thread_local std::string buffer;
  static const std::map<std::string, std::string> types = parse("types");
  static std::atomic<unsigned> rendered{0};
  static std::once_flag once;
  static std::vector<std::string> fonts;
  std::call_once(once, [] { fonts.push_back("serif"); });
  buffer = banner.get_ok() + settings.get_ok(request.path) + fonts.front();
  response.set_content(buffer, types.at("html"));
  ++rendered;
}
// ... unless requests that have come first may not have finished yet.
void lazy_bad(const Request &request, Response &response) {
  static std::optional<std::map<std::string, std::string>> words;
  if (!words)
    // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'words' with no lock
    words = parse("words");
  response.body = words->at(request.path);
}

// A template is one handler for each type.
template <class Value> void store_bad(const Request &request, Response &) {
  static std::vector<Value> values;
  // CHECK: [[#@LINE+1]]:3: warning: requests that run at the same time write 'values' with no lock
  values.emplace_back(request.body);
}

// One worker, as the server is not asked to be multithreaded: what it writes, it writes alone.
static int pages = 0;
void single(crow::SimpleApp &app) {
  CROW_ROUTE(app, "/page")([] {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'pages' with no lock; make it std::atomic or guard it with a mutex [belay-unguarded-handler-state]
    ++pages; // FP_page_ok
    return crow::response(200);
  });
  app.port(8080).run();
}

int main() {
  settings.load_ok("settings");
  httplib::Server server;
  server.Post("/reload", [](const auto &request, auto &) { settings.reload_bad(request.body); });
  server.Post("/limit", [](const auto &request, auto &) {
    settings.FN_setLimits_bad(request.body.size());
    banner.set_ok(settings.isFast() ? "fast" : "slow");
  });
  server.Get("/iterator", FN_iterator_bad).Get("/reference", FN_reference_bad);
  server.Get("/page", render_ok).Get("/words", lazy_bad);
  server.Put("/text", store_bad<std::string>);
  server.listen("localhost", 8080);
}
