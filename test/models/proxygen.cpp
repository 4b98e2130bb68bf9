// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/proxygen
//
// Proxygen: a handler for each request, and the factory that makes them. Against a stand-in for
// its headers.
//
#include <proxygen/httpserver/RequestHandler.h>
#include <string>
#include <thread>

using namespace proxygen;
void store(const std::string &line);

class Post : public RequestHandler {
public:
  void onRequest(std::unique_ptr<HTTPMessage>) noexcept override { ++parts_; } // its own
  // CHECK: [[#@LINE+2]]:36: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
  // CHECK: [[#@LINE+1]]:78: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
  void onEOM() noexcept override { std::thread(store, std::string("posted")).detach(); }

private:
  int parts_ = 0;
};

class Factory : public RequestHandlerFactory {
public:
  RequestHandler *onRequest(RequestHandler *, HTTPMessage *) noexcept override {
    // CHECK: [[#@LINE+1]]:7: warning: requests that run at the same time write 'made_' with no lock; {{.*}} [belay-unguarded-handler-state]
    ++made_;
    return new Post;
  }

private:
  int made_ = 0;
};
