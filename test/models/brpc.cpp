// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/brpc
//
// brpc: a service's methods, bthreads, which are no threads, and their locks. Against a stand-in
// for its headers, which Debian does not have, and those of protobuf; the service's class is as
// the compiler of protocols writes it.
//
#include <brpc/server.h>
#include <bthread/bthread.h>
#include <google/protobuf/service.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>

using google::protobuf::Closure;
using google::protobuf::RpcController;
void store(const std::string &line);
void *storeLater(void *line);

namespace rooms {
struct Line {
  std::string text;
};
class Rooms : public ::google::protobuf::Service {
protected:
  Rooms() = default;

public:
  virtual void Post(::google::protobuf::RpcController *controller, const Line *request,
                    Line *response, ::google::protobuf::Closure *done);
  virtual void Drop(::google::protobuf::RpcController *controller, const Line *request,
                    Line *response, ::google::protobuf::Closure *done);
  virtual void Get(::google::protobuf::RpcController *controller, const Line *request,
                   Line *response, ::google::protobuf::Closure *done);
  const ::google::protobuf::ServiceDescriptor *GetDescriptor() override;
};
} // namespace rooms
using rooms::Line;

class RoomsService : public rooms::Rooms {
public:
  ~RoomsService() override { store(last_); }

  void Post(RpcController *, const Line *request, Line *, Closure *done) override {
    brpc::ClosureGuard guard(done);
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'posted_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++posted_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:39: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request->text).detach();
    bthread_t id;
    bthread_start_background(&id, nullptr, storeLater, new std::string(request->text));
    std::lock_guard lock(mutex_);
    last_ = request->text;
  }
  void Drop(RpcController *, const Line *request, Line *, Closure *done) override {
    brpc::ClosureGuard guard(done);
    bthread_mutex_lock(&sizesMutex_);
    sizes_.erase(request->text);
    bthread_mutex_unlock(&sizesMutex_);
    bthread::RWLockWrGuard lock(titleLock_);
    title_.clear();
    // CHECK: [[#@LINE+1]]:5: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
    usleep(1000);
  }
  void Get(RpcController *, const Line *request, Line *response, Closure *done) override {
    brpc::ClosureGuard guard(done);
    {
      std::lock_guard lock(sizesMutex_);
      sizes_[request->text] += 1;
    }
    {
      bthread::RWLockRdGuard lock(titleLock_);
      response->text = title_;
    }
    {
      std::lock_guard<bthread::Mutex> lock(mutex_);
      response->text += last_;
    }
    // CHECK: [[#@LINE+1]]:9: error: 'title_' is read without 'titleLock_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    if (title_.empty())
      bthread_usleep(1000); // other bthreads run meanwhile
    // CHECK: [[#@LINE+1]]:5: error: 'sizes_' is written without 'sizesMutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    sizes_.erase("");
  }

private:
  bthread::Mutex mutex_;
  std::string last_;
  bthread_mutex_t sizesMutex_;
  std::map<std::string, int> sizes_;
  bthread::RWLock titleLock_;
  std::string title_;
  int posted_ = 0;
};
