// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Sleeps that give a thread the time that it is thought to need, before it is told to stop or
// waited for.
//
#include <atomic>
#include <boost/thread.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <pthread.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;

bool upload(const std::string &file);
void replicate(int shard);
void reindex();
void *compact(void *);

void uploadAll_bad(const std::vector<std::string> &files) {
  std::atomic<bool> stop{false};
  std::atomic<size_t> next{0};
  std::thread uploader([&] {
    while (!stop)
      if (size_t at = next; at < files.size() && upload(files[at]))
        ++next;
  });
  std::this_thread::sleep_for(10s);
  // CHECK: [[#@LINE-1]]:3: note: sleeps {{.*}} [belay-sleep-as-sync]
  stop = true;
  uploader.join();
}

void replicateAll_bad() {
  std::jthread replica([](std::stop_token stop) {
    for (int shard = 0; !stop.stop_requested(); ++shard)
      replicate(shard % 16);
  });
  std::this_thread::sleep_for(2s);
  // CHECK: [[#@LINE-1]]:3: note: sleeps {{.*}} [belay-sleep-as-sync]
  replica.request_stop();
}

class Writer {
public:
  ~Writer() { stop(); }
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopped_ || !lines_.empty()) {
      changed_.wait_for(lock, 100ms);
      for (; !lines_.empty(); lines_.pop_front())
        upload(lines_.front());
    }
  }
  void write(std::string line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_one();
  }
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_one();
  }
  void writeAll_bad(const std::vector<std::string> &lines) {
    std::jthread thread(&Writer::run, this);
    for (const std::string &line : lines)
      write(line);
    std::this_thread::sleep_for(1s);
    // CHECK: [[#@LINE-1]]:5: note: sleeps {{.*}} [belay-sleep-as-sync]
    stop();
  }
  void writeAll_ok(const std::vector<std::string> &lines) {
    std::jthread thread(&Writer::run, this);
    for (const std::string &line : lines)
      write(line);
    stop(); // run() writes what is left before it ends
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  bool stopped_ = false;
};

void writeTwo_bad() {
  Writer writer;
  std::thread thread([&writer] { writer.run(); });
  writer.write("first line");
  std::this_thread::sleep_for(300ms);
  // CHECK: [[#@LINE-1]]:3: note: sleeps {{.*}} [belay-sleep-as-sync]
  writer.stop();
  thread.join();
}

class Maintenance {
public:
  void runOnce_bad() {
    thread_ = std::jthread(reindex);
    std::this_thread::sleep_for(30s);
    // CHECK: [[#@LINE-1]]:5: note: sleeps before it waits for the thread anyway
    thread_.join();
  }
  void runOnce_ok() {
    thread_ = std::jthread(reindex);
    thread_.join();
  }

private:
  std::jthread thread_;
};

void compactOnce_bad() {
  pthread_t compactor;
  pthread_create(&compactor, nullptr, compact, nullptr);
  sleep(5);
  // CHECK: [[#@LINE-1]]:3: note: sleeps before it waits for the thread anyway
  pthread_join(compactor, nullptr);
}

void reindexOnce_bad() {
  boost::thread indexer(reindex);
  boost::this_thread::sleep_for(boost::chrono::seconds(5));
  // CHECK: [[#@LINE-1]]:3: note: sleeps before it waits for the thread anyway
  indexer.join();
}

// The balancer of the load looks every few seconds, and only then sends requests elsewhere.
class Frontend {
public:
  void drain_ok() {
    ready_ = false;
    std::this_thread::sleep_for(10s);
    accepting_ = false;
  }
  bool isReady() const { return ready_; }
  bool isAccepting() const { return accepting_; }

private:
  std::atomic<bool> ready_{true}, accepting_{true};
};
