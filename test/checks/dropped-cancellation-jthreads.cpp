// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Threads whose destructor asks them to stop and waits, and that run what takes no token and never
// ends: the destructor waits for ever. And those that end all the same.
//
#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

void flush();
bool poll(const std::string &host);
void answer(int client);
int waitForClient();

void flusher_bad(const std::vector<int> &clients) {
  std::jthread flusher([] {
    for (;;) {
      // CHECK: [[#@LINE-1]]:5: warning: {{.*}} [belay-dropped-cancellation]
      // CHECK: [[#@LINE-3]]:16: note:
      flush();
      std::this_thread::sleep_for(1s);
    }
  });
  for (int client : clients)
    answer(client);
}

// The loop is in a function, which was written when the thread was one of main's.
static void pollForEver_bad(const std::string &host) {
  while (true)
    if (!poll(host))
      std::this_thread::sleep_for(100ms);
  // CHECK: [[#@LINE-3]]:3: warning: {{.*}} [belay-dropped-cancellation]
  // CHECK: [[#@LINE+3]]:16: note:
}
void startPoller(const std::string &host) {
  std::jthread poller(pollForEver_bad, host);
  answer(1);
}

class Acceptor {
public:
  Acceptor() : thread_([this] { run_bad(); }) {}
  int served() const { return served_; }

private:
  void run_bad() {
    do {
      // CHECK: [[#@LINE-1]]:5: warning: {{.*}} [belay-dropped-cancellation]
      answer(waitForClient());
      ++served_;
    } while (true);
  }
  std::atomic<int> served_{0};
  std::jthread thread_;
};

class Workers {
public:
  void start_bad(int count) {
    for (int i = 0; i < count; ++i)
      threads_.emplace_back([i] {
        for (;;)
          answer(i);
        // CHECK: [[#@LINE-2]]:9: warning: {{.*}} [belay-dropped-cancellation]
      });
  }

private:
  std::vector<std::jthread> threads_;
};

// These have a way out: the token, a flag that the destructor sets, what the callee answers, a
// number of turns.
void token_ok(const std::string &host) {
  std::jthread poller([host](std::stop_token stop) {
    while (!stop.stop_requested())
      poll(host);
  });
  answer(2);
}
class Flagged {
public:
  Flagged() : thread_([this] { run_ok(); }) {}
  ~Flagged() { stopped_ = true; }

private:
  void run_ok() {
    for (;;) {
      if (stopped_)
        return;
      flush();
    }
  }
  std::atomic<bool> stopped_{false};
  std::jthread thread_;
};
void untilBroken_ok(const std::string &host) {
  std::jthread poller([host] {
    while (true) {
      if (!poll(host))
        break;
      flush();
    }
  });
  answer(3);
}
void counted_ok() {
  std::jthread warmer([] {
    for (int i = 0; i < 100; ++i)
      flush();
  });
  answer(4);
}

// The token of another source ends the loop, and the scope asks for it before the thread's end.
void otherSource_ok(const std::string &host) {
  std::stop_source source;
  std::jthread poller([host, stop = source.get_token()] {
    for (;;) {
      if (stop.stop_requested())
        return;
      poll(host);
    }
  });
  answer(5);
  source.request_stop();
}

// The function itself never comes to an end, and so neither does the thread.
int endlessToo_ok() {
  std::jthread flusher([] {
    for (;;)
      flush();
  });
  for (;;)
    answer(waitForClient());
}
