// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Clang's attributes for the analysis of threads: they name the guard of a variable, and what a
// function needs, takes and gives back. What they say counts more than what most uses do.
//
#include <deque>
#include <map>
#include <mutex>
#include <string>

#define CAPABILITY(x) __attribute__((capability(x)))
#define SCOPED_CAPABILITY __attribute__((scoped_lockable))
#define GUARDED_BY(x) __attribute__((guarded_by(x)))
#define PT_GUARDED_BY(x) __attribute__((pt_guarded_by(x)))
#define REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define REQUIRES_SHARED(...) __attribute__((requires_shared_capability(__VA_ARGS__)))
#define ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define ASSERT_CAPABILITY(x) __attribute__((assert_capability(x)))
#define NO_THREAD_SAFETY_ANALYSIS __attribute__((no_thread_safety_analysis))

void send(const std::string &text);

class CAPABILITY("mutex") Mutex {
public:
  void Lock() ACQUIRE() { mutex_.lock(); }
  void Unlock() RELEASE() { mutex_.unlock(); }
  void AssertHeld() ASSERT_CAPABILITY(this) {}

private:
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
public:
  explicit MutexLock(Mutex &mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() RELEASE() { mutex_.Unlock(); }

private:
  Mutex &mutex_;
};

// The declaration names the guard, so that a single use without it is a mistake.
class Quota {
public:
  void charge_ok(int bytes) {
    MutexLock lock(mutex_);
    left_ -= bytes;
  }
  // CHECK: [[#@LINE+1]]:27: error: 'left_' is read without 'mutex_', which its declaration asks for; take it here [belay-inconsistent-guard]
  int left_bad() { return left_; }
  void refund_ok(int bytes) {
    mutex_.Lock();
    left_ += bytes;
    mutex_.Unlock();
  }

private:
  Mutex mutex_;
  int left_ GUARDED_BY(mutex_) = 0;
};

// Functions that need the lock say so, and so do those that check that somebody holds it.
class Mailbox {
public:
  void put_ok(const std::string &mail) {
    MutexLock lock(mutex_);
    store(mail);
  }
  std::string take_ok() {
    MutexLock lock(mutex_);
    return pop();
  }
  void store(const std::string &mail) REQUIRES(mutex_) { mails_.push_back(mail); }
  std::string pop() {
    mutex_.AssertHeld();
    std::string mail = mails_.front();
    mails_.pop_front();
    return mail;
  }
  bool has_ok(const std::string &mail) REQUIRES_SHARED(mutex_) { return mails_.front() == mail; }
  void dump_ok() NO_THREAD_SAFETY_ANALYSIS { // by the debugger, when all threads stand still
    for (const std::string &mail : mails_)
      send(mail);
  }
  void resend_bad() {
    // CHECK: [[#@LINE+1]]:36: warning: 'mails_' is read without 'mutex_', which 4 of its 5 uses hold; take it here as well [belay-inconsistent-guard]
    for (const std::string &mail : mails_)
      send(mail);
  }

private:
  Mutex mutex_;
  std::deque<std::string> mails_;
};

// What the pointer points to is guarded, and the pointer itself is not.
class Snapshot {
public:
  void set_ok(int value) {
    MutexLock lock(mutex_);
    *value_ = value;
  }
  int get_ok() {
    MutexLock lock(mutex_);
    return *value_;
  }
  bool has_ok() { return value_ != nullptr; }
  void FN_reset_bad() { *value_ = 0; }

private:
  Mutex mutex_;
  int *const value_ PT_GUARDED_BY(mutex_) = new int(0);
};

// Another object's lock is another lock.
class Node {
public:
  void link_ok(Node &next) {
    MutexLock lock(mutex_);
    next_ = &next;
  }
  void FN_relink_bad(Node &next) { // that it is not the same object is not certain for all code
    MutexLock lock(next.mutex_);
    send("relink");
    next_ = &next;
  }

private:
  Mutex mutex_;
  Node *next_ GUARDED_BY(mutex_) = nullptr;
};

// A lock that readers share is not enough for what writes.
static Mutex tableMutex;
static std::map<int, int> table GUARDED_BY(tableMutex);
void fill_ok(int key) {
  MutexLock lock(tableMutex);
  table[key] = 1;
}
// CHECK: [[#@LINE+1]]:62: error: 'table' is written without 'tableMutex', which its declaration asks for; take it here [belay-inconsistent-guard]
static void count_bad(int key) REQUIRES_SHARED(tableMutex) { table[key] += 1; }
void add_ok(int key) {
  MutexLock lock(tableMutex);
  count_bad(key);
}
