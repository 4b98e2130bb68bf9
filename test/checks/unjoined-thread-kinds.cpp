// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// POSIX and Boost threads, whose handles are lost without a word, and handles that join by
// themselves.
//
#include <boost/thread.hpp>
#include <boost/thread/scoped_thread.hpp>
#include <cstdlib>
#include <future>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

void load(std::string path);
void *loadAt(void *path);
bool isReady();

void posix_bad() {
  pthread_t worker;
  // CHECK: :[[@LINE+1]]:3: warning: thread 'worker' is joined nowhere in this function
  pthread_create(&worker, nullptr, loadAt, nullptr);
}

// FN: a handle without a destructor is not followed along the ways; one join is enough for it.
void FN_posixPath() {
  pthread_t worker;
  pthread_create(&worker, nullptr, loadAt, nullptr);
  if (!isReady())
    return;
  pthread_join(worker, nullptr);
}

void posixArray_bad() {
  pthread_t workers[4];
  for (pthread_t &worker : workers)
    // CHECK: :[[@LINE+1]]:5: warning: thread 'workers' is joined nowhere in this function
    pthread_create(&worker, nullptr, loadAt, nullptr);
}

// From version 3 on boost::thread terminates; this is version 2, which detaches.
void boost_bad() {
  // CHECK: :[[@LINE+1]]:17: warning: thread 'worker' is not joined on every path
  boost::thread worker(load, "boost");
  if (isReady())
    worker.join();
}

void posix_ok() {
  pthread_t worker;
  if (pthread_create(&worker, nullptr, loadAt, nullptr) != 0)
    std::abort();
  pthread_join(worker, nullptr);
}

void posixFailed_ok() {
  pthread_t worker;
  if (int error = pthread_create(&worker, nullptr, loadAt, nullptr)) {
    load("error " + std::to_string(error));
    return;
  }
  pthread_join(worker, nullptr);
}

void posixSuccess_ok() {
  pthread_t worker;
  if (pthread_create(&worker, nullptr, loadAt, nullptr) == 0)
    pthread_join(worker, nullptr);
}

void posixFlag_ok() {
  pthread_t worker;
  bool running = pthread_create(&worker, nullptr, loadAt, nullptr) == 0;
  load("meanwhile");
  if (running)
    pthread_join(worker, nullptr);
}

void posixVector_ok(size_t count) {
  std::vector<pthread_t> workers(count);
  for (size_t i = 0; i < count; ++i)
    pthread_create(&workers[i], nullptr, loadAt, nullptr);
  for (pthread_t worker : workers)
    pthread_join(worker, nullptr);
}

void posixPointer_ok(int count) {
  auto *workers = static_cast<pthread_t *>(std::malloc(sizeof(pthread_t) * size_t(count)));
  for (int i = 0; i < count; ++i)
    pthread_create(workers + i, nullptr, loadAt, nullptr);
  for (int i = 0; i < count; ++i)
    pthread_join(workers[i], nullptr);
  std::free(workers);
}

pthread_t posixReturned_ok() {
  pthread_t worker;
  pthread_create(&worker, nullptr, loadAt, nullptr);
  return worker;
}

bool posixOut_ok(pthread_t *worker) { return !pthread_create(worker, nullptr, loadAt, nullptr); }

// The thread detaches itself.
void *detached(void *path) {
  pthread_detach(pthread_self()); // NOLINT(belay-detached-thread): the subject of another test
  return loadAt(path);
}

void posixItself_ok() {
  pthread_t worker;
  pthread_create(&worker, nullptr, detached, nullptr);
}

// Each thread joins the one that has ended before it.
struct Crew {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_t last{};
};

void leave(Crew *crew) {
  pthread_mutex_lock(&crew->mutex);
  pthread_t before = crew->last;
  crew->last = pthread_self();
  pthread_mutex_unlock(&crew->mutex);
  if (before)
    pthread_join(before, nullptr);
}

void *work(void *crew) {
  loadAt(nullptr);
  leave(static_cast<Crew *>(crew));
  return nullptr;
}

void posixChain_ok(Crew *crew) {
  pthread_t worker;
  pthread_create(&worker, nullptr, work, crew);
}

void end(Crew *crew) { pthread_join(crew->last, nullptr); }

void boost_ok() {
  boost::thread worker(load, "boost");
  boost::scoped_thread<> scoped{boost::thread(load, "scoped")};
  boost::strict_scoped_thread<> strict(load, "strict");
  boost::thread_group group;
  group.create_thread([] { load("group"); });
  group.add_thread(new boost::thread(load, "added"));
  group.join_all();
  worker.join();
}

void byThemselves_ok() {
  std::jthread worker(load, "jthread");
  auto result = std::async(std::launch::async, load, "future");
  if (!isReady())
    return;
  worker.join();
  result.get();
}
