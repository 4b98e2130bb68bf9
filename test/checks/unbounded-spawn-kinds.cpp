// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// Every way to start a thread that is on its own, in handlers.
//
#include <boost/thread.hpp>
#include <future>
#include <httplib.h>
#include <list>
#include <map>
#include <memory>
#include <pthread.h>
#include <thread>
#include <vector>

using httplib::Request;
using httplib::Response;

void work(std::string body);
void *workAt(void *body);

void jthread_bad(const Request &request, Response &) {
  // CHECK: :[[@LINE+1]]:16: warning: every request starts a thread ('std::jthread') and nobody
  std::jthread worker(work, request.body);
  worker.detach();
}

void posixDetached_bad(const Request &request, Response &) {
  pthread_t worker;
  // CHECK: :[[@LINE+1]]:7: warning: every request starts a thread ('pthread_create') and nobody
  if (pthread_create(&worker, nullptr, workAt, new std::string(request.body)) == 0)
    pthread_detach(worker);
}

void posixAttribute_bad(const Request &request, Response &) {
  pthread_t worker;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // CHECK: :[[@LINE+1]]:3: warning: every request starts a thread ('pthread_create') and nobody
  pthread_create(&worker, &attributes, workAt, new std::string(request.body));
  pthread_attr_destroy(&attributes);
}

void posixForgotten_bad(const Request &request, Response &) {
  pthread_t worker;
  // CHECK: :[[@LINE+1]]:3: warning: every request starts {{.*}} ('pthread_create') and its handle
  pthread_create(&worker, nullptr, workAt, new std::string(request.body));
}

void boostDetached_bad(const Request &request, Response &) {
  // CHECK: :[[@LINE+1]]:3: warning: every request starts a thread ('boost::thread') and nobody
  boost::thread(work, request.body).detach();
}

// The destructor of a boost::thread detaches it.
void boostDestroyed_bad(const Request &request, Response &) {
  // CHECK: :[[@LINE+1]]:17: warning: every request starts a thread ('boost::thread') and its handle
  boost::thread worker(work, request.body);
}

// Containers that outlive the request and only grow.
class Workers {
public:
  void future_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:24: warning: {{.*}} ('std::async') and 'results_' keeps every one
    results_.push_back(std::async(std::launch::async, work, request.body));
  }
  void emplaced_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:14: warning: {{.*}} ('std::thread') and 'threads_' keeps every one
    threads_.emplace_back([body = request.body] { work(body); });
  }
  void moved_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:18: warning: {{.*}} ('std::jthread') and 'list_' keeps every one
    std::jthread worker(work, request.body);
    list_.push_back(std::move(worker));
  }
  void keyed_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:35: warning: {{.*}} ('std::thread') and 'byPath_' keeps every one
    byPath_.emplace(request.path, std::thread(work, request.body));
  }
  void owned_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:22: warning: {{.*}} ('std::thread') and 'owned_' keeps every one
    owned_.push_back(std::make_unique<std::thread>(work, request.body));
  }
  void group_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:12: warning: {{.*}} and 'group_' keeps every one
    group_.create_thread([body = request.body] { work(body); });
  }
  ~Workers() {
    for (auto &thread : threads_)
      thread.join();
    for (auto &[path, thread] : byPath_)
      thread.join();
    for (auto &thread : owned_)
      thread->join();
    group_.join_all();
  }

private:
  std::vector<std::future<void>> results_;
  std::vector<std::thread> threads_;
  std::list<std::jthread> list_;
  std::multimap<std::string, std::thread> byPath_;
  std::vector<std::unique_ptr<std::thread>> owned_;
  boost::thread_group group_;
};

void registerAll(httplib::Server &server, Workers &workers) {
  server.Put("/1", jthread_bad).Put("/2", posixDetached_bad).Put("/3", posixAttribute_bad);
  server.Put("/4", posixForgotten_bad).Put("/5", boostDetached_bad).Put("/6", boostDestroyed_bad);
  server.Put("/7", [&](const Request &request, Response &response) {
    workers.future_bad(request, response);
    workers.emplaced_bad(request, response);
    workers.moved_bad(request, response);
    workers.keyed_bad(request, response);
    workers.owned_bad(request, response);
    workers.group_bad(request, response);
  });
}
