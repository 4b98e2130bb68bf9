// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs
//
// Handlers that start threads and wait for them before they answer.
//
#include <array>
#include <boost/thread.hpp>
#include <future>
#include <httplib.h>
#include <memory>
#include <numeric>
#include <pthread.h>
#include <thread>
#include <vector>

using httplib::Request;
using httplib::Response;

int countIn(const std::string &body, size_t part);
void *countAll(void *body);

// As many as the machine has cores.
void byCores_ok(const Request &request, Response &response) {
  std::vector<int> counts(std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  threads.reserve(counts.size());
  for (size_t part = 0; part < counts.size(); ++part)
    threads.emplace_back([&, part] { counts[part] = countIn(request.body, part); });
  for (auto &thread : threads)
    thread.join();
  response.status = std::accumulate(counts.begin(), counts.end(), 0) ? 200 : 404;
}

// A thread for each line, which is the request's own size; all end before the answer.
void byLines_ok(const Request &request, Response &response) {
  std::vector<std::future<int>> counts;
  for (size_t at = 0; at != std::string::npos; at = request.body.find('\n', at + 1))
    counts.push_back(std::async(std::launch::async, countIn, request.body, at));
  int sum = 0;
  for (auto &count : counts)
    sum += count.get();
  response.status = sum ? 200 : 404;
}

// jthreads of a local vector join when it ends.
void byScope_ok(const Request &request, Response &response) {
  std::atomic<int> sum = 0;
  {
    std::vector<std::jthread> threads;
    for (int part = 0; part < 4; ++part)
      threads.emplace_back([&, part] { sum += countIn(request.body, part); });
  }
  response.status = sum ? 200 : 404;
}

void byArray_ok(const Request &request, Response &response) {
  std::array<std::thread, 2> halves;
  std::array<int, 2> counts;
  for (size_t half = 0; half != halves.size(); ++half)
    halves[half] = std::thread([&, half] { counts[half] = countIn(request.body, half); });
  for (size_t half = 0; half != halves.size(); ++half)
    halves[half].join();
  response.status = counts[0] + counts[1] ? 200 : 404;
}

void byPointer_ok(const Request &request, Response &response) {
  int count = 0;
  auto counter = std::make_unique<std::thread>([&] { count = countIn(request.body, 0); });
  response.set_content(request.path, "text/plain");
  counter->join();
  response.status = count ? 200 : 404;
}

void byPosix_ok(const Request &request, Response &response) {
  std::string body = request.body;
  pthread_t halves[2];
  for (int half = 0; half < 2; ++half)
    if (pthread_create(&halves[half], nullptr, countAll, &body) != 0)
      std::terminate();
  for (int half = 0; half < 2; ++half)
    pthread_join(halves[half], nullptr);
  response.status = 200;
}

void byBoostGroup_ok(const Request &request, Response &response) {
  boost::thread_group threads;
  for (int part = 0; part < 4; ++part)
    threads.create_thread([&request, part] { countIn(request.body, part); });
  threads.join_all();
  response.status = 200;
}

void byDiscardedFuture_ok(const Request &request, Response &response) {
  std::async(std::launch::async, countIn, request.body, 0).wait(); // it ends in this line
  response.status = 200;
}

// Deferred work runs when it is asked for, on the thread that asks.
thread_local std::vector<std::future<int>> deferred;
void byDeferred_ok(const Request &request, Response &) {
  deferred.push_back(std::async(std::launch::deferred, countIn, request.body, 0));
}

void registerAll(httplib::Server &server) {
  server.Get("/cores", byCores_ok).Get("/lines", byLines_ok).Get("/scope", byScope_ok);
  server.Get("/array", byArray_ok).Get("/pointer", byPointer_ok).Get("/posix", byPosix_ok);
  server.Get("/group", byBoostGroup_ok).Get("/discarded", byDiscardedFuture_ok);
  server.Get("/deferred", byDeferred_ok);
}
