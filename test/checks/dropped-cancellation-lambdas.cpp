// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/bs_thread_pool
//
// Lambdas in functions that have a token, and that did not capture it. What runs on the spot could
// have been given the token by two more letters; what a thread or pool runs may be meant to go on.
//
#include <BS_thread_pool.hpp>
#include <algorithm>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>
#include <vector>

using Pool = BS::thread_pool<>;
struct Page {
  std::string url, body;
};

Page download(const std::string &url, std::stop_token stop = {});
bool save(const Page &page);
bool save(const Page &page, std::stop_token stop);
void discard(const Page &page, std::stop_token stop = {});
std::string urlOf(const std::string &url);
std::string urlOf(const Page &page);
void store(const Page &page);
bool isNewer(const Page &left, const Page &right);
std::once_flag warmed;
namespace belay {
std::stop_token detached(const char *why);
}

void forEach_bad(const std::vector<std::string> &urls, std::stop_token stop) {
  std::vector<Page> pages;
  std::for_each(urls.begin(), urls.end(), [&](const std::string &url) {
    pages.push_back(download(url));
    // CHECK: [[#@LINE-1]]:21: warning: {{.*}}download{{.*}} [belay-dropped-cancellation]
  });
  for (const Page &page : pages)
    save(page, stop);
}

long countSaved_bad(const std::vector<Page> &pages, const std::stop_token &stop) {
  if (stop.stop_requested())
    return 0;
  return std::count_if(pages.begin(), pages.end(), [](const Page &page) {
    return !page.body.empty() && save(page);
    // CHECK: [[#@LINE-1]]:34: warning: {{.*}}save{{.*}} [belay-dropped-cancellation]
  });
}

// A generic lambda, of which each alternative has its own.
void visit_bad(const std::variant<std::string, Page> &item, std::stop_token stop) {
  if (!stop.stop_requested())
    std::visit([](const auto &each) { store(download(urlOf(each))); }, item);
  // CHECK: [[#@LINE-1]]:45: warning: {{.*}}download{{.*}} [belay-dropped-cancellation]
}

// Named, to be called below.
bool helper_bad(const std::string &url, std::stop_token stop) {
  auto mirror = [&url](const std::string &host) {
    return save(download(host + url));
    // CHECK: [[#@LINE-1]]:12: warning: {{.*}}save{{.*}} [belay-dropped-cancellation]
    // CHECK: [[#@LINE-2]]:17: warning: {{.*}}download{{.*}} [belay-dropped-cancellation]
  };
  return !stop.stop_requested() && (mirror("https://a.example") || mirror("https://b.example"));
}

// A pool or a thread may go on when the request is gone, which is worth a look.
void fanOut_bad(Pool &pool, const std::vector<Page> &pages, std::stop_token stop) {
  for (const Page &page : pages)
    if (!stop.stop_requested())
      pool.detach_task([page] { save(page); });
  // CHECK: [[#@LINE-1]]:33: note: {{.*}} [belay-dropped-cancellation]
}
Page fastest_bad(const std::string &url, std::stop_token stop) {
  std::future<Page> other = std::async(std::launch::async, [url] { return download(url); });
  // CHECK: [[#@LINE-1]]:75: note: {{.*}} [belay-dropped-cancellation]
  Page page = download(url, stop);
  return page.body.empty() ? other.get() : page;
}

void captured_ok(const std::vector<std::string> &urls, std::stop_token stop) {
  std::for_each(urls.begin(), urls.end(),
                [&](const std::string &url) { save(download(url, stop), stop); });
  std::jthread saver([page = Page(), token = stop] { save(page, token); });
}
void ownToken_ok(const Page &page, std::stop_token stop) {
  std::jthread saver([page](std::stop_token own) { save(page, own); });
  std::stop_callback link(stop, [&saver] { saver.request_stop(); });
  save(page, stop);
}

// The first request fills what all others use, so its end must not stop it.
void shared_ok(std::stop_token stop) {
  std::call_once(warmed, [] { download("index", belay::detached("all requests use it")); });
  download("room", stop);
}

// What the stop itself calls is the clean-up.
void cleanUp_ok(const std::vector<Page> &pages, std::stop_token stop) {
  std::stop_callback undo(stop, [&pages] { discard(pages.front()); });
  save(pages.back(), stop);
}
// The lambda is clean-up as well, but where it stands in its function does not count.
void FP_cleanUpOfEach(const std::vector<Page> &pages, std::stop_token stop) {
  if (stop.stop_requested()) {
    std::for_each(pages.begin(), pages.end(), [](const Page &page) { discard(page); });
    // CHECK: [[#@LINE-1]]:70: warning: {{.*}}discard{{.*}} [belay-dropped-cancellation]
    return;
  }
  save(pages.back(), stop);
}

// Kept for later, when the token of this call says nothing any more.
class Session {
public:
  void open_ok(const Page &page, std::stop_token stop) {
    if (save(page, stop))
      onClose_ = [page] { discard(page); };
  }

private:
  std::function<void()> onClose_;
};

// Nothing in these takes a token.
void noOverload_ok(std::vector<Page> pages, std::stop_token stop) {
  std::sort(pages.begin(), pages.end(),
            [](const Page &left, const Page &right) { return isNewer(left, right); });
  save(pages.front(), stop);
}
