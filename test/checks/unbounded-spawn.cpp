// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs
//
// The classic case, what to write instead, and what looks alike and is fine.
//
#include <deque>
#include <httplib.h>
#include <mutex>
#include <thread>
#include <vector>

using httplib::Request;
using httplib::Response;

void archive(const std::string &body);
std::string render(const std::string &path, unsigned part);

// Every upload starts a thread; a thousand uploads at once are a thousand threads.
void registerUpload_bad(httplib::Server &server) {
  server.Post("/upload", [](const Request &request, Response &response) {
    std::string body = request.body;
    // CHECK: :[[@LINE+2]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE+1]]:44: warning: detached thread {{.*}} [belay-detached-thread]
    std::thread([body] { archive(body); }).detach();
    response.status = 202;
  });
}

// The fixed form: what does not fit is refused.
class Archiver {
public:
  bool trySubmit_ok(std::string body) {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= 256)
      return false;
    waiting_.push_back(std::move(body));
    return true;
  }

private:
  std::mutex mutex_;
  std::deque<std::string> waiting_;
};

void registerUpload_ok(httplib::Server &server, Archiver &archiver) {
  server.Post("/upload", [&archiver](const Request &request, Response &response) {
    response.status = archiver.trySubmit_ok(request.body) ? 202 : 503;
  });
}

// Looks alike: the thread ends before the handler does.
void registerPreview_ok(httplib::Server &server) {
  server.Get("/preview", [](const Request &request, Response &response) {
    std::string head;
    {
      std::jthread renderer([&] { head = render(request.path, 0); });
      response.body = render(request.path, 1);
    }
    response.body.insert(0, head);
  });
}

// A function that is registered by its name.
void thumbnail_bad(const Request &request, Response &response) {
  // CHECK: :[[@LINE+1]]:15: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
  std::thread renderer(archive, request.path);
  // CHECK: :[[@LINE+1]]:12: warning: detached thread {{.*}} [belay-detached-thread]
  renderer.detach();
  response.status = 202;
}

// In a template, where the job's type is the caller's.
template <typename Job> void inBackground_bad(Job job) {
  // CHECK: :[[@LINE+2]]:3: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
  // CHECK: :[[@LINE+1]]:31: warning: detached thread {{.*}} [belay-detached-thread]
  std::thread(std::move(job)).detach();
}

// The same, joined: as many threads as the caller asks for, and none after the call.
template <typename Job> void inParallel_ok(unsigned parts, Job job) {
  std::vector<std::thread> threads;
  for (unsigned part = 0; part < parts; ++part)
    threads.emplace_back([&job, part] { job(part); });
  for (std::thread &thread : threads)
    thread.join();
}

void index(const Request &request, Response &response) {
  inBackground_bad([path = request.path] { archive(path); });
  inParallel_ok(4, [&](unsigned part) { render(request.path, part); });
  response.status = 200;
}

// In a lambda that the handler calls.
void registerAudit_bad(httplib::Server &server) {
  auto audit = [](std::string line) {
    // CHECK: :[[@LINE+2]]:5: warning: every request starts a thread {{.*}} [belay-unbounded-spawn]
    // CHECK: :[[@LINE+1]]:44: warning: detached thread {{.*}} [belay-detached-thread]
    std::thread([line] { archive(line); }).detach();
  };
  server.Delete("/item", [audit](const Request &request, Response &response) {
    audit("deleted " + request.path);
    response.status = 204;
  });
}

int main() {
  httplib::Server server;
  Archiver archiver;
  registerUpload_bad(server);
  registerUpload_ok(server, archiver);
  registerPreview_ok(server);
  registerAudit_bad(server);
  server.Get("/thumbnail", thumbnail_bad).Get("/", index);
  server.listen("0.0.0.0", 8080);
}
