// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Detached threads that fulfil a promise, and whether somebody waits for its future.
//
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

void work(std::string &text);

void byPromise_ok() {
  std::string text;
  std::promise<void> finished;
  std::thread([&] {
    work(text);
    finished.set_value();
  }).detach();
  finished.get_future().wait();
}

void byFuture_ok() {
  std::string text;
  std::promise<std::string> answer;
  std::future<std::string> result = answer.get_future();
  std::thread([&text, &answer] { answer.set_value(text); }).detach();
  work(text = result.get());
}

void byOwnPromise_ok(std::string text) {
  std::promise<void> finished;
  std::future<void> end = finished.get_future();
  std::thread([&text, finished = std::move(finished)]() mutable {
    work(text);
    finished.set_value();
  }).detach();
  end.get();
}

void bySharedPromise_ok(std::string text) {
  auto finished = std::make_shared<std::promise<void>>();
  auto end = finished->get_future();
  std::thread([&text, finished] {
    work(text);
    finished->set_value();
  }).detach();
  end.wait();
}

// FP: that the task gives its future the result when it has run is not known.
void FP_byTask(std::string text) {
  std::packaged_task<void()> task([&text] { work(text); });
  std::future<void> end = task.get_future();
  // CHECK: :[[@LINE+1]]:32: error: detached thread refers to 'text'
  std::thread(std::move(task)).detach();
  end.wait();
}

// The destructor waits.
class Upload {
public:
  void start_ok() {
    end_ = finished_.get_future();
    std::thread([this] {
      work(text_);
      finished_.set_value();
    }).detach();
  }
  ~Upload() {
    if (end_.valid())
      end_.wait();
  }

private:
  std::string text_;
  std::promise<void> finished_;
  std::future<void> end_;
};

// Not long enough.
bool tooShort_bad(std::string text) {
  std::promise<void> finished;
  std::thread([&] {
    work(text);
    finished.set_value();
    // CHECK: :[[@LINE+1]]:6: error: detached thread refers to 'text'{{.*}} [belay-detached-thread]
  }).detach();
  auto end = finished.get_future();
  return end.wait_for(std::chrono::seconds(1)) == std::future_status::ready;
}

// The future is given up.
void nobodyWaits_bad(std::string text) {
  std::promise<void> finished;
  std::future<void> end = finished.get_future();
  std::thread([&] {
    work(text);
    finished.set_value();
    // CHECK: :[[@LINE+1]]:6: error: detached thread refers to 'text'{{.*}} [belay-detached-thread]
  }).detach();
}
