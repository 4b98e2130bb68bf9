// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Calls of functions that take a token: as an overload or by default, wherever it stands among the
// parameters, by value, reference or pointer.
//
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct Page {
  std::string url, body;
  std::vector<std::string> links;
};

Page download(std::string_view url);
Page download(std::stop_token stop, std::string_view url);
long copyRows(std::string_view from, std::string_view to, int batch);
long copyRows(std::string_view from, std::stop_token stop, std::string_view to, int batch);
bool upload(const Page &page, int tries = 3, const std::stop_token &stop = {});
bool reindex(std::string_view table, const std::stop_token *stop = nullptr);
void render(const Page &page);
void render(const std::vector<Page> &pages, std::stop_token stop);
std::stop_token anyOf(std::stop_token first, std::stop_token second);
void log(std::string_view line);

// The loop looks at the token, but one slow server holds it up for as long as it likes.
std::vector<Page> crawl_bad(const std::vector<std::string> &urls, std::stop_token stop) {
  std::vector<Page> pages;
  for (const std::string &url : urls) {
    if (stop.stop_requested())
      break;
    pages.push_back(download(url));
    // CHECK: [[#@LINE-1]]:21: warning: 'download' takes a token and is called without
  }
  return pages;
}

long migrate_bad(std::stop_token stop, const std::vector<std::string> &tables) {
  long rows = 0;
  for (const std::string &table : tables)
    if (!stop.stop_requested())
      rows += copyRows("live." + table, "archive." + table, 500);
  // CHECK: [[#@LINE-1]]:15: warning: 'copyRows' takes a token and is called without
  return rows;
}

// Giving some of the defaults does not give the last one.
bool publish_bad(const Page &page, const std::stop_token &stop) {
  if (stop.stop_requested())
    return false;
  int tries = page.body.size() > 100'000 ? 10 : 2;
  return upload(page, tries);
  // CHECK: [[#@LINE-1]]:10: warning: 'upload' takes a token and is called without
}

bool rebuild_bad(const std::vector<std::string> &tables, const std::stop_token *stop) {
  for (const std::string &table : tables) {
    if (stop && stop->stop_requested())
      return false;
    if (!reindex(table))
      // CHECK: [[#@LINE-1]]:10: warning: 'reindex' takes a token and is called without
      log("cannot index " + table);
  }
  return true;
}

// One of two calls is right, as it looks after the merge of two branches.
bool mirror_bad(std::string_view url, std::stop_token stop, bool recursive) {
  Page page = download(stop, url);
  bool stored = upload(page, 3, stop);
  if (recursive)
    for (const std::string &link : page.links)
      stored &= upload(download(stop, link));
  // CHECK: [[#@LINE-1]]:17: warning: 'upload' takes a token and is called without
  return stored;
}

bool fresh_bad(const Page &page, std::stop_token stop) {
  return !stop.stop_requested() && upload(page, 1, std::stop_token());
  // CHECK: [[#@LINE-1]]:36: warning: 'upload' is given a new token
}

// The name hides that this token is of no source at all.
bool namedFresh_bad(const Page &page, std::stop_token stop) {
  std::stop_token never;
  return !stop.stop_requested() && upload(page, 1, never);
  // CHECK: [[#@LINE-1]]:36: warning: 'upload' is given a new token
}

// A null pointer is the new token of who passes tokens by pointer.
bool FN_nullPointer(std::string_view table, const std::stop_token *stop) {
  return !stop->stop_requested() && reindex(table, nullptr);
}

bool passedOn_ok(std::string_view url, std::stop_token stop) {
  Page page = download(stop, url);
  return copyRows("pages", stop, "archive", 500) > 0 && reindex("pages", &stop) &&
         upload(page, 3, std::move(stop));
}

bool merged_ok(std::string_view url, std::stop_token request, std::stop_token shutdown) {
  std::stop_token either = anyOf(request, shutdown);
  return upload(download(either, url), 3, either);
}

// Who is given two chooses: the upload has to go on when only the request is gone.
bool eitherOfTwo_ok(std::string_view url, std::stop_token request, std::stop_token shutdown) {
  return upload(download(request, url), 3, shutdown);
}

// The other 'render' takes other things, so it is not this one with a token.
void otherOverload_ok(std::string_view url, std::stop_token stop) {
  Page page = download(stop, url);
  render(page);
  log(page.url);
}

bool bound_ok(const Page &page, std::stop_token stop) {
  auto again = std::bind(upload, std::cref(page), 3, stop);
  return again() || again();
}

// Nothing is at hand here: the caller decided that it does not want to stop this.
bool noToken_ok(std::string_view url) { return upload(download(url)); }

Page download(std::string_view url) { return download(std::stop_token(), url); }
