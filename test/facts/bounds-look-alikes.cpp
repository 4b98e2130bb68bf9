// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s
//
// Conditions that say nothing about how many threads run, and what is wrongly taken for a bound or
// for none.
//
#include <atomic>
#include <functional>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

void answer(int request);
int receive(char *buffer);
constexpr int limit = 8;

class Server {
public:
  void loopCondition_bad(int request) {
    for (int i = 0; i < limit; ++i)
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} answer loop: counted
    for (size_t i = 0; i < threads_.size(); ++i)
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} answer loop: counted
    while (running_)
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} answer loop: open
  }
  void errorCode_bad() {
    char buffer[80];
    int length = receive(buffer);
    if (length < 0)
      return;
    std::thread(answer, length).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void errorField_bad(int request) {
    if (socket_ < 0 || error_ > 0)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void sizeOfRequest_bad(const std::string &body) {
    if (body.empty())
      return;
    std::thread(answer, int(body.size())).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void argument_bad(int request) {
    if (request > 100)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void flag_bad(int request) {
    if (!running_)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void notOnTheWay_bad(int request) {
    if (active_ >= limit)
      answer(request);
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void tooLate_bad(int request) {
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
    if (active_ >= limit)
      return;
    seats_.acquire();
  }
  void onOneWayOnly_bad(int request) {
    if (request > 0)
      seats_.acquire();
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }
  void locked_bad(int request) {
    std::lock_guard lock(mutex_);
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
    seats_.release();
  }
  void nullPointer_bad(int request) {
    if (!peer_ || mode_ == 3)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
  }

private:
  int active_ = 0, error_ = 0, socket_ = 0, mode_ = 0;
  bool running_ = true;
  std::string *peer_ = nullptr;
  std::mutex mutex_;
  std::counting_semaphore<limit> seats_{limit};
  std::vector<std::thread> threads_;
};

int protocol, active;

// Any number is taken for a count.
void FN_version(int request) {
  if (protocol >= 2)
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
}

// A flag counts as a once-guard wherever it is set behind the condition.
void FN_flagSetOnTheOtherWay(int request) {
  static bool stopping;
  if (stopping) {
    stopping = false;
    return;
  }
  std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:3 {{.*}} bounded
}

// A function that says no is not looked into.
bool reserve() {
  if (active >= limit)
    return false;
  ++active;
  return true;
}
void FP_helper(int request) {
  if (reserve())
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
}

// A local limit might change.
void FP_localLimit(int request) {
  int most = limit / 2;
  if (active < most)
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} answer{{( held.*)?$}}
}

// What is left is compared with zero, as an error code is.
void FP_countdown(int request) {
  static int left = limit;
  if (left == 0)
    return;
  --left;
  std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:3 {{.*}} answer{{( held.*)?$}}
}
