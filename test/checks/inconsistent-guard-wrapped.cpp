// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Guards in other clothes: behind macros, in conditions, made late, held by other objects, given as
// parameters, and such as hold nothing. Each function has a table of its own.
//
#include <map>
#include <mutex>
#include <optional>
#include <string>

#define LOCKED(it) std::lock_guard<std::mutex> lockedHere(it)

void send(const std::string &text);
using Table = std::map<std::string, int>;
using Lock = std::unique_lock<std::mutex>;

// A transaction holds the lock as a member, a guard of the project's own by inheritance.
class Transaction {
public:
  explicit Transaction(std::mutex &mutex) : lock_(mutex) { send("begin"); }
  ~Transaction() { send("end"); }

private:
  Lock lock_;
};
struct NamedLock : Lock {
  NamedLock(std::mutex &mutex, const char *name) : Lock(mutex), name(name) {}
  const char *name;
};
// It gives the lock back for a while.
class Unlocked {
public:
  explicit Unlocked(Lock &lock) : lock_(lock) { lock_.unlock(); }
  ~Unlocked() { lock_.lock(); }

private:
  Lock &lock_;
};

class Tables {
public:
  void reset_ok(const std::string &key) {
    LOCKED(mutex_);
    plain_[key] = chosen_[key] = late_[key] = maybe_[key] = member_[key] = named_[key] = 0;
    given_[key] = helped_[key] = local_[key] = temporary_[key] = paused_[key] = cases_[key] = 0;
  }
  void trim_ok(const std::string &key) {
    if (std::lock_guard lock(mutex_); plain_.count(key)) {
      for (Table *table : {&plain_, &chosen_})
        send(std::to_string(table->size()));
      plain_[key] = chosen_[key] = late_[key] = maybe_[key] = member_[key] = named_[key] = 1;
      given_[key] = helped_[key] = local_[key] = temporary_[key] = paused_[key] = cases_[key] = 1;
    }
  }
  void choose_ok(const std::string &key) {
    auto lock = key.empty() ? Lock(mutex_) : Lock(mutex_, std::try_to_lock);
    chosen_[key] = 2;
    send(key);
  }
  void FP_late_ok(const std::string &key) { // the guard gets its mutex by an assignment
    Lock lock;
    send(key);
    lock = Lock(mutex_);
    // CHECK: [[#@LINE+1]]:5: warning: 'late_' is written without 'mutex_', which 2 of its 3 uses hold; take it here as well [belay-inconsistent-guard]
    late_[key] = 2;
  }
  void FP_maybe_ok(const std::string &key) { // made in place, in a box
    std::optional<std::lock_guard<std::mutex>> lock;
    lock.emplace(mutex_);
    // CHECK: [[#@LINE+1]]:5: warning: 'maybe_' is written without 'mutex_', which 2 of its 3 uses hold
    maybe_[key] = 2;
    send(key);
  }
  void FP_member_ok(const std::string &key) { // what has a guard for a member is one
    Transaction transaction(mutex_);
    // CHECK: [[#@LINE+1]]:5: warning: 'member_' is written without 'mutex_', which 2 of its 3 uses hold
    member_[key] = 2;
    send(key);
  }
  void FP_named_ok(const std::string &key) { // what is derived from a guard is one
    NamedLock lock(mutex_, "named");
    // CHECK: [[#@LINE+1]]:5: warning: 'named_' is written without 'mutex_', which 2 of its 3 uses hold
    named_[key] = 2;
    send(key);
  }
  void given_ok(const std::string &key, const Lock &) { // whoever has a lock to give holds it
    given_[key] = 2;
    send(key);
  }
  void FN_given_bad(const std::string &key) { // which mutex the lock is of is not asked
    Lock lock(other_);
    given_ok(key, lock);
  }
  void callsHelper_ok(const std::string &key) {
    Lock lock(mutex_);
    help(key, lock);
  }
  void local_ok(const std::string &key) {
    struct Guard {
      explicit Guard(std::mutex &mutex) : mutex(mutex) { mutex.lock(); }
      ~Guard() { mutex.unlock(); }
      std::mutex &mutex;
    } guard{mutex_};
    local_[key] = 2;
    send(key);
  }
  void temporary_bad(const std::string &key) {
    std::lock_guard<std::mutex>{mutex_}; // ends here
    // CHECK: [[#@LINE+1]]:5: warning: 'temporary_' is written without 'mutex_', which 2 of its 3 uses hold
    temporary_[key] = 2;
    send(key);
  }
  void FN_paused_bad(const std::string &key) { // what gives it back is not known as that
    Lock lock(mutex_);
    {
      Unlocked unlocked(lock);
      paused_[key] = 2;
    }
    send(key);
  }
  void cases_bad(int kind, const std::string &key) {
    mutex_.lock();
    switch (kind) {
    case 0:
      cases_[key] = 2;
      mutex_.unlock();
      return;
    default:
      mutex_.unlock();
    }
    send(key);
    // CHECK: [[#@LINE+1]]:5: warning: 'cases_' is written without 'mutex_', which 3 of its 4 uses hold
    cases_[key] = 3;
  }

private:
  void help(const std::string &key, Lock &lock) {
    lock.unlock();
    send(key);
    lock.lock();
    helped_[key] = 2;
  }
  std::mutex mutex_, other_;
  Table plain_, chosen_, late_, maybe_, member_, named_;
  Table given_, helped_, local_, temporary_, paused_, cases_;
};
