// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s -isystem %S/../Inputs
//
// Permits that a request takes before its thread starts.
//
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <httplib.h>
#include <semaphore.h>
#include <semaphore>
#include <thread>

using httplib::Request;
using httplib::Response;

void work(const std::string &body);

class Uploads {
public:
  void byTryAcquire_ok(const Request &request, Response &response) {
    if (!permits_.try_acquire()) {
      response.status = 503;
      return;
    }
    std::thread([this, body = request.body] {
      work(body);
      permits_.release();
    }).detach();
  }

  void byAcquire_ok(const Request &request, Response &) {
    permits_.acquire();
    std::thread([this, body = request.body] {
      work(body);
      permits_.release();
    }).detach();
  }

  void byPosixSemaphore_ok(const Request &request, Response &) {
    sem_wait(&posix_);
    std::thread([this, body = request.body] {
      work(body);
      sem_post(&posix_);
    }).detach();
  }

  void byBoostSemaphore_ok(const Request &request, Response &response) {
    if (!boost_.try_wait()) {
      response.status = 429;
      return;
    }
    std::thread([this, body = request.body] {
      work(body);
      boost_.post();
    }).detach();
  }

  // The permit comes too late: the thread is there already.
  void byLateAcquire_bad(const Request &request, Response &) {
    // CHECK: :[[@LINE+1]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    std::thread([this, body = request.body] {
      permits_.acquire();
      work(body);
      permits_.release();
    }).detach();
  }

private:
  std::counting_semaphore<32> permits_{32};
  sem_t posix_;
  boost::interprocess::interprocess_semaphore boost_{32};
};

void registerAll(httplib::Server &server, Uploads &uploads) {
  server.Post("/1", std::bind_front(&Uploads::byTryAcquire_ok, &uploads));
  server.Post("/2", std::bind_front(&Uploads::byAcquire_ok, &uploads));
  server.Post("/3", std::bind_front(&Uploads::byPosixSemaphore_ok, &uploads));
  server.Post("/4", std::bind_front(&Uploads::byBoostSemaphore_ok, &uploads));
  server.Post("/5", std::bind_front(&Uploads::byLateAcquire_bad, &uploads));
}
