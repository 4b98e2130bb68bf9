// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// std::jthread, POSIX and Boost threads.
//
#include <boost/bind/bind.hpp>
#include <boost/thread.hpp>
#include <boost/thread/scoped_thread.hpp>
#include <memory>
#include <pthread.h>
#include <semaphore.h>
#include <string>
#include <thread>

void work(std::string text);
void *workAt(void *object);

class Workers {
public:
  void jthread_bad() {
    // CHECK: :[[@LINE+2]]:12: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
    std::jthread worker([this] { work(text_); });
    worker.detach();
  }
  void boost_bad() {
    // CHECK: :[[@LINE+2]]:12: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
    boost::thread worker(boost::bind(&Workers::run, this));
    worker.detach();
  }
  void posix_bad() {
    pthread_t worker;
    if (pthread_create(&worker, nullptr, &Workers::runAt, this) == 0)
      // CHECK: :[[@LINE+1]]:7: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
      pthread_detach(worker);
  }
  void posixAttribute_bad() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t worker;
    // CHECK: :[[@LINE+1]]:5: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
    pthread_create(&worker, &attributes, &Workers::runAt, this);
    pthread_attr_destroy(&attributes);
  }
  void kept_bad() {
    thread_ = std::make_unique<std::thread>(&Workers::run, this);
    // CHECK: :[[@LINE+1]]:14: error: detached thread uses 'this' {{.*}} [belay-detached-thread]
    thread_->detach();
  }

private:
  void run() { work(text_); }
  static void *runAt(void *workers) {
    static_cast<Workers *>(workers)->run();
    return nullptr;
  }
  std::string text_;
  std::unique_ptr<std::thread> thread_;
};

// FN: a thread that detaches itself has no handle here.
void *FN_itself(void *text) {
  pthread_detach(pthread_self());
  work(*static_cast<std::string *>(text));
  return nullptr;
}

void posixLocal_bad() {
  std::string text;
  pthread_t worker;
  pthread_create(&worker, nullptr, workAt, &text);
  // CHECK: :[[@LINE+1]]:3: error: detached thread refers to 'text'{{.*}} [belay-detached-thread]
  pthread_detach(worker);
}

void jthread_ok(std::string text) {
  std::jthread worker([&text] { work(text); });
}

void posixJoinable_ok(std::string text) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_JOINABLE);
  pthread_t worker;
  if (pthread_create(&worker, &attributes, workAt, &text) == 0)
    pthread_join(worker, nullptr);
  pthread_attr_destroy(&attributes);
}

void boost_ok(std::string text) {
  boost::scoped_thread<> worker([&text] { work(text); });
  boost::thread_group group;
  group.create_thread([&text] { work(text); });
  group.join_all();
}

// The thread posts when it has ended, and this waits for it.
struct Task {
  std::string text;
  sem_t finished;
};

void *runTask(void *argument) {
  auto *task = static_cast<Task *>(argument);
  work(task->text);
  sem_post(&task->finished);
  return nullptr;
}

void posixSemaphore_ok() {
  Task task;
  sem_init(&task.finished, 0, 0);
  pthread_t worker;
  if (pthread_create(&worker, nullptr, runTask, &task) == 0) {
    pthread_detach(worker);
    sem_wait(&task.finished);
  }
  sem_destroy(&task.finished);
}

class Waiting {
public:
  void start_ok() {
    boost::thread([this] {
      work(text_);
      boost::lock_guard<boost::mutex> lock(mutex_);
      finished_ = true;
      changed_.notify_one();
    }).detach();
  }
  ~Waiting() {
    boost::unique_lock<boost::mutex> lock(mutex_);
    while (!finished_)
      changed_.wait(lock);
  }

private:
  boost::mutex mutex_;
  boost::condition_variable changed_;
  bool finished_ = false;
  std::string text_;
};
