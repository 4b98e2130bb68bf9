// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that try again after a pause: what they wait for is that the work itself succeeds, though
// their conditions name variables that other threads change.
//
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

bool forward(const std::string &host, int port, const std::string &text);

class Session {
public:
  bool connect(const std::string &host, int port);
  bool beginLease(const std::string &name, int epoch);
  bool commit();
  void rollBack();
};

class Upstream {
public:
  explicit Upstream(std::string host) : host_(std::move(host)) {}
  void moveTo(int port) { port_ = port; }
  void setMaxTries(int tries) { maxTries_ = tries; }

  bool connect_ok() {
    auto pause = 50ms;
    while (!session_.connect(host_, port_)) {
      if (pause > 5s)
        return false;
      std::this_thread::sleep_for(pause);
      pause *= 2;
    }
    return true;
  }
  void stayConnected_ok() {
    while (!session_.connect(host_, port_.load()))
      std::this_thread::sleep_for(1s);
  }
  bool send_ok(const std::string &text) {
    static thread_local std::minstd_rand dice;
    for (int tries = 1; !forward(host_, port_, text); ++tries) {
      if (tries >= maxTries_)
        return false;
      std::this_thread::sleep_for(10ms * tries + std::chrono::milliseconds(dice() % 10));
    }
    return true;
  }
  bool sendTwice_ok(const std::string &text) {
    int tries = 0;
    do {
      if (tries++ > 0)
        std::this_thread::sleep_for(250ms);
      if (forward(host_, port_, text))
        return true;
    } while (tries < 2);
    return false;
  }
  void lead_ok() { // the lease is in a data base, which other machines ask as well
    int epoch = 0;
    while (!session_.beginLease("leader", ++epoch))
      std::this_thread::sleep_for(3s);
  }
  template <class Change> bool change_ok(Change change) {
    for (auto pause = 2ms;; pause *= 2) {
      change(session_);
      if (session_.commit())
        return true;
      session_.rollBack(); // another transaction was first
      if (pause > 200ms)
        return false;
      std::this_thread::sleep_for(pause);
    }
  }

private:
  const std::string host_;
  std::atomic<int> port_{80};
  std::atomic<int> maxTries_{5};
  Session session_;
};

bool book(Upstream &bank, int amount) {
  return bank.change_ok([amount](Session &session) { session.beginLease("account", amount); });
}

bool writeAll_ok(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EAGAIN && errno != EINTR)
      return false;
    if (written < 0)
      usleep(500);
    else
      text.remove_prefix(size_t(written));
  }
  return true;
}

// A slot of a table is taken by whoever exchanges it first, and given back soon.
class Slots {
public:
  void take_ok(size_t at, int owner) {
    auto pause = 1us;
    for (int free = 0; !owners_[at].compare_exchange_weak(free, owner); free = 0) {
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::microseconds(1000));
    }
  }
  void takeFirst_ok(int owner) {
    int free = 0;
    while (!first_.compare_exchange_strong(free, owner, std::memory_order_acquire)) {
      free = 0;
      std::this_thread::sleep_for(10us);
    }
  }
  void give(size_t at) { owners_[at] = 0; }
  void giveFirst() { first_.store(0, std::memory_order_release); }

private:
  std::atomic<int> first_{0};
  std::array<std::atomic<int>, 16> owners_{};
};

// A child that ends is started again, not too often.
void supervise_ok(const char *program, std::atomic<bool> &stopped) {
  while (!stopped) {
    if (pid_t child = fork(); child == 0)
      execl(program, program, nullptr);
    else
      waitpid(child, nullptr, 0);
    std::this_thread::sleep_for(1s);
  }
}
