// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s -isystem %S/../Inputs/muduo
//
// Work that is handed on: to pools, whose tasks run at once, to strands and event loops, which run
// one thing at a time and so count as a lock, and to timers.
//
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <muduo/net/EventLoop.h>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace asio = boost::asio;
void send(const std::string &text);
int fetch(const std::string &url);

// Tasks of a pool meet each other and the callers. Only threads and requests are taken as proof of
// that, so it is a note.
class Crawler {
public:
  void crawl(const std::vector<std::string> &urls) {
    for (const std::string &url : urls)
      asio::post(pool_, [this, url] { visit_bad(url); });
    for (const std::string &url : urls)
      asio::post(pool_, [this, url] { check_ok(url); });
  }
  int pages_ok() {
    std::lock_guard lock(mutex_);
    return pages_.size();
  }
  void clear_ok() {
    std::lock_guard lock(mutex_);
    pages_.clear();
  }

private:
  void visit_bad(const std::string &url) {
    int page = fetch(url);
    // CHECK: [[#@LINE+1]]:5: note: 'pages_' is written without 'mutex_', which 3 of its 4 uses hold; take it here as well [belay-inconsistent-guard]
    pages_[url] = page;
  }
  void check_ok(const std::string &url) {
    int page = fetch(url);
    std::lock_guard lock(mutex_);
    if (page == 0)
      pages_.erase(url);
  }
  asio::thread_pool pool_{4};
  std::mutex mutex_;
  std::map<std::string, int> pages_;
};

// A timer's handler runs on whatever thread runs the context, which may be the only one.
class Expiry {
public:
  explicit Expiry(asio::io_context &loop) : timer_(loop) {}
  void touch_ok(const std::string &key) {
    std::lock_guard lock(mutex_);
    keys_.insert(key);
  }
  void drop_ok(const std::string &key) {
    std::lock_guard lock(mutex_);
    keys_.erase(key);
  }
  void wait() {
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error)
        expire_bad();
    });
  }

private:
  void expire_bad() {
    // CHECK: [[#@LINE+1]]:35: note: 'keys_' is read without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    for (const std::string &key : keys_)
      send(key);
  }
  asio::steady_timer timer_;
  std::mutex mutex_;
  std::set<std::string> keys_;
};

// All on one strand.
class Account {
public:
  explicit Account(asio::io_context &loop) : strand_(asio::make_strand(loop)) {}
  void pay_ok(int amount) {
    asio::post(strand_, [this, amount] { balance_ -= amount; });
  }
  void earn_ok(int amount) {
    asio::post(strand_, [this, amount] { balance_ += amount; });
  }

private:
  asio::strand<asio::io_context::executor_type> strand_;
  int balance_ = 0;
};

// All but one on the loop. Nothing says that all of the class has to run there, so it is a note.
class Session {
public:
  explicit Session(muduo::net::EventLoop *loop) : loop_(loop) {}
  void send_ok(const std::string &text) {
    loop_->runInLoop([this, text] { sendInLoop_ok(text); });
  }
  void shutDown_ok() {
    loop_->queueInLoop([this] {
      pending_.clear();
      send("closed");
    });
  }
  void flush_bad() {
    // CHECK: [[#@LINE+1]]:36: note: 'pending_' is read outside of 'loop_', on which 5 of its 6 uses run; hand this to it as well [belay-inconsistent-guard]
    for (const std::string &text : pending_)
      send(text);
  }
  size_t idle_ok() { // the handle of a connection that was never sent to
    loop_->assertInLoopThread();
    return pending_.size();
  }

private:
  void sendInLoop_ok(const std::string &text) {
    loop_->assertInLoopThread();
    pending_.push_back(text);
    if (pending_.size() > 100)
      pending_.pop_back();
  }
  muduo::net::EventLoop *loop_;
  std::vector<std::string> pending_;
};
