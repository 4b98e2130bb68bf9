// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// gRPC: a service's methods, with and without reactors, and the context that says when the caller
// gave up. Against its headers; the service's classes are as the compiler of protocols writes them.
//
#include <chrono>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/server_callback.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>

void store(const std::string &line);
std::string fetch(const std::string &key, grpc::ServerContext *context);
std::string fetch(const std::string &key);

namespace rooms {
struct Line {
  std::string text;
};
class Rooms final {
public:
  class Service : public ::grpc::Service {
  public:
    Service();
    virtual ~Service();
    virtual ::grpc::Status Post(::grpc::ServerContext *context, const Line *request, Line *reply);
    virtual ::grpc::Status Get(::grpc::ServerContext *context, const Line *request, Line *reply);
    virtual ::grpc::Status Drop(::grpc::ServerContext *context, const Line *request, Line *reply);
    virtual ::grpc::Status Follow(::grpc::ServerContext *context, const Line *request,
                                  ::grpc::ServerWriter<Line> *writer);
  };
  template <class BaseClass> class WithCallbackMethod_Post : public BaseClass {
  public:
    ~WithCallbackMethod_Post() override {}
    ::grpc::Status Post(::grpc::ServerContext *, const Line *, Line *) override {
      return ::grpc::Status(::grpc::StatusCode::UNIMPLEMENTED, "");
    }
    virtual ::grpc::ServerUnaryReactor *Post(::grpc::CallbackServerContext *, const Line *,
                                             Line *) {
      return nullptr;
    }
  };
  typedef WithCallbackMethod_Post<Service> CallbackService;
};
} // namespace rooms
using rooms::Line;

class RoomsService final : public rooms::Rooms::Service {
public:
  ~RoomsService() override { store(last_); }

  grpc::Status Post(grpc::ServerContext *context, const Line *request, Line *) override {
    if (context->IsCancelled())
      return grpc::Status::CANCELLED;
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'posted_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++posted_;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:39: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request->text).detach();
    std::lock_guard lock(mutex_);
    last_ = request->text;
    return grpc::Status::OK;
  }
  grpc::Status Get(grpc::ServerContext *context, const Line *request, Line *reply) override {
    if (request->text.empty()) {
      std::lock_guard lock(mutex_);
      reply->text = last_;
    } else if (!context->IsCancelled()) {
      // CHECK: [[#@LINE+1]]:21: warning: 'fetch' takes a token and is called without, so that 'context' cannot stop it; {{.*}} [belay-dropped-cancellation]
      reply->text = fetch(request->text);
    } else {
      reply->text = fetch(request->text, context);
    }
    return grpc::Status::OK;
  }
  grpc::Status Drop(grpc::ServerContext *, const Line *, Line *) override {
    // CHECK: [[#@LINE+1]]:5: error: 'last_' is written without 'mutex_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    last_.clear();
    return grpc::Status::OK;
  }
  grpc::Status Follow(grpc::ServerContext *, const Line *request,
                      grpc::ServerWriter<Line> *) override {
    // CHECK: [[#@LINE+1]]:5: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return request->text.empty() ? grpc::Status::OK : grpc::Status::CANCELLED;
  }

private:
  std::mutex mutex_;
  std::string last_;
  int posted_ = 0;
};

// A reactor is its request's own, the service is not.
class Followed : public grpc::ServerWriteReactor<Line> {
public:
  void OnWriteDone(bool ok) override {
    ++written_;
    if (!ok)
      Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override {
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:45: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, std::string("done")).detach();
    delete this;
  }

private:
  int written_ = 0;
};

class CallbackRooms final : public rooms::Rooms::CallbackService {
public:
  grpc::ServerUnaryReactor *Post(grpc::CallbackServerContext *context, const Line *request,
                                 Line *) override {
    // CHECK: [[#@LINE+1]]:5: warning: requests that run at the same time write 'rooms_' with no lock; {{.*}} [belay-unguarded-handler-state]
    rooms_[request->text] += 1;
    grpc::ServerUnaryReactor *reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

private:
  std::map<std::string, int> rooms_;
};
