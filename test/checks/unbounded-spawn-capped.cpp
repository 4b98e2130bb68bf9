// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
//
// Loops that accept connections and cap the threads that serve them, or need none.
//
#include <atomic>
#include <semaphore>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

bool isRunning();
void serve(int connection);

void capped_ok(int listener) {
  static std::atomic<int> active = 0;
  while (true) {
    int connection = accept(listener, nullptr, nullptr);
    if (active >= 100) {
      close(connection);
      continue;
    }
    ++active;
    std::thread([connection] {
      serve(connection);
      --active;
    }).detach();
  }
}

void permitted_ok(int listener) {
  static std::counting_semaphore<64> permits(64);
  while (true) {
    permits.acquire();
    int connection = accept(listener, nullptr, nullptr);
    std::thread([connection] {
      serve(connection);
      permits.release();
    }).detach();
  }
}

// The same in a loop that ends.
void cappedUntilStop_ok(int listener) {
  static std::atomic<unsigned> active = 0;
  while (isRunning()) {
    int connection = accept(listener, nullptr, nullptr);
    if (active.load() < 100) {
      active.fetch_add(1);
      std::thread([connection] {
        serve(connection);
        active.fetch_sub(1);
      }).detach();
    } else {
      close(connection);
    }
  }
}

// One connection at a time.
void joined_ok(int listener) {
  while (true) {
    int connection = accept(listener, nullptr, nullptr);
    std::thread session(serve, connection);
    session.join();
  }
}

// The newest connection ends the one before.
void replaced_ok(int listener) {
  std::jthread session;
  while (true) {
    int connection = accept(listener, nullptr, nullptr);
    session = std::jthread(serve, connection);
  }
}

// One connection in all: the loop is for interrupted calls.
void single_ok(int listener) {
  int connection = -1;
  while (connection == -1)
    connection = accept(listener, nullptr, nullptr);
  std::thread(serve, connection).detach();
}

// A fixed number of threads that each accept and serve.
void prefork_ok(int listener) {
  std::vector<std::jthread> workers;
  for (int i = 0; i < 8; ++i)
    workers.emplace_back([listener] {
      for (;;)
        serve(accept(listener, nullptr, nullptr));
    });
}
