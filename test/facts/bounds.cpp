// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s
//
// What runs only behind a count that is compared with a limit, a permit or a once-guard is bounded.
//
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <semaphore.h>
#include <semaphore>
#include <thread>
#include <vector>

void answer(int request);
constexpr int limit = 8;

class Server {
public:
  void countBefore_ok(int request) {
    if (active_ >= limit)
      return;
    ++active_;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void countInBranch_ok(int request) {
    if (request > 0 && active_ < max_)
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} bounded
  }
  void countThrows_ok(int request) {
    if (!(active_ < limit))
      throw request;
    if (request > 3)
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} bounded
  }
  void countInCondition_ok(int request) {
    if (++active_ > limit) {
      --active_;
      return;
    }
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void countAtomic_ok(int request) {
    if (limit <= atomic_.fetch_add(1) || request < 0)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void countCopied_ok(int request) {
    if (int active = atomic_.load(); active >= limit)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void countExchanged_ok(int request) {
    int active = atomic_;
    while (active < limit && !atomic_.compare_exchange_weak(active, active + 1)) {
    }
    if (active >= limit)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void countOfContainer_ok(int request) {
    if (threads_.size() >= 8)
      return;
    threads_.emplace_back(answer, request); // CHECK: spawn {{.*}}:[[@LINE]]:14 {{.*}} bounded
  }
  void countByMethod_ok(int request) {
    // CHECK: spawn {{.*}}:[[@LINE+1]]:22 {{.*}} bounded
    busy() < limit ? std::thread(answer, request).detach() : answer(request);
  }
  void countOfLoop_ok(int request) {
    for (;;) {
      if (active_ >= limit)
        break;
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} bounded loop
    }
  }
  void countOfCaller_ok(int request) {
    if (active_ < limit)
      startOne(request); // CHECK: call Server::startOne {{.*}}:[[@LINE]]:7 bounded
  }

  void onceByFlag_ok(int request) {
    if (started_)
      return;
    started_ = true;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void onceByExchange_ok(int request) {
    if (!begun_.exchange(true))
      std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:7 {{.*}} bounded
  }
  void onceBySlot_ok(int request) {
    if (!only_.joinable())
      only_ = std::thread(answer, request); // CHECK: spawn {{.*}}:[[@LINE]]:15 {{.*}} bounded
  }
  void onceByStatic_ok(int request) {
    static std::jthread worker(answer, request); // CHECK: spawn {{.*}}:[[@LINE]]:25 {{.*}} bounded
  }
  void onceByCall_ok(int request) {
    // CHECK: call std::call_once {{.*}}:[[@LINE+1]]:5 {{.*}} bounded now
    std::call_once(once_, [request] { answer(request); });
  }

  void permit_ok(int request) {
    seats_.acquire();
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void permitTried_ok(int request) {
    if (!seats_.try_acquire_for(std::chrono::seconds(1)))
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }
  void permitOfC_ok(int request) {
    if (sem_trywait(&places_) != 0)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  }

private:
  int busy() const;
  void startOne(int request);
  int active_ = 0, max_ = limit;
  bool started_ = false;
  std::atomic<int> atomic_{0};
  std::atomic<bool> begun_{false};
  std::thread only_;
  std::once_flag once_;
  std::counting_semaphore<limit> seats_{limit};
  sem_t places_;
  std::vector<std::thread> threads_;
};

void capturedCount_ok(void (&serve)(std::function<void(int)>)) {
  std::atomic<int> active{0};
  auto shared = std::make_shared<std::atomic<int>>(0);
  serve([&active](int request) {
    if (active >= limit)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  });
  serve([shared](int request) {
    if (*shared >= limit)
      return;
    std::thread(answer, request).detach(); // CHECK: spawn {{.*}}:[[@LINE]]:5 {{.*}} bounded
  });
}
