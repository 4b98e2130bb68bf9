// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
//
// A thread for each connection: what accepts in a loop, here or in a callee.
//
#include <cerrno>
#include <pthread.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

void serve(int connection);
void *serveAt(void *connection);

void classic_bad(int listener) {
  while (true) {
    int connection = accept(listener, nullptr, nullptr);
    if (connection < 0)
      continue;
    // CHECK: :[[@LINE+2]]:5: warning: every connection starts a thread ('std::thread') and nobody
    // CHECK: :[[@LINE-4]]:22: note: takes a connection here, in a loop
    std::thread(serve, connection).detach();
  }
}

void inCondition_bad(int listener) {
  int connection;
  while ((connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
    pthread_t thread;
    // CHECK: :[[@LINE+2]]:5: warning: every connection starts a thread ('pthread_create')
    // CHECK: :[[@LINE-3]]:24: note: takes a connection here, in a loop
    pthread_create(&thread, nullptr, serveAt, new int(connection));
    pthread_detach(thread);
  }
}

// What accepts and what starts the thread are functions of their own.
int takeConnection(int listener) {
  int connection;
  do
    connection = accept(listener, nullptr, nullptr);
  while (connection < 0 && errno == EINTR);
  return connection;
}

void startSession(int connection) {
  // CHECK: :[[@LINE+1]]:3: warning: every connection starts a thread ('std::thread') and nobody
  std::thread(serve, connection).detach();
}

void throughHelpers_bad(int listener) {
  for (;;) {
    // CHECK: :[[@LINE+1]]:22: note: takes a connection here, in a loop
    int connection = takeConnection(listener);
    if (connection == -1)
      break;
    // CHECK: :[[@LINE+1]]:5: note: calls 'startSession' here
    startSession(connection);
  }
}

// The sessions are kept and never reaped.
class Sessions {
public:
  void run_bad(int listener) {
    for (int connection; (connection = ::accept(listener, nullptr, nullptr)) != -1;)
      // CHECK: :[[@LINE+1]]:16: warning: every connection starts {{.*}} 'threads_' keeps every one
      threads_.emplace_back(serve, connection);
  }
  ~Sessions() {
    for (auto &thread : threads_)
      thread.join();
  }

private:
  std::vector<std::thread> threads_;
};

// In a lambda, on a thread of its own.
std::jthread background_bad(int listener) {
  return std::jthread([listener](std::stop_token stop) {
    while (!stop.stop_requested()) {
      int connection = accept(listener, nullptr, nullptr);
      // CHECK: :[[@LINE+1]]:7: warning: every connection starts a thread {{.*}} and nobody
      std::thread([connection] { serve(connection); }).detach();
    }
  });
}
