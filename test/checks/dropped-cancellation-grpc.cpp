// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// gRPC: the context of a call that a service answers says when the caller gave up, and the context
// of a call that it makes says how long to wait. A new one waits for ever unless the two are
// linked. Against declarations of its own, since the stand-in for its headers has no deadlines.
//
#include <algorithm>
#include <chrono>
#include <grpcpp/grpcpp.h>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

struct Key {
  std::string room;
};
struct Room {
  std::string name;
  std::vector<std::string> users;
};
class Users { // what the compiler of services generates
public:
  class Stub {
  public:
    grpc::Status Get(grpc::ClientContext *context, const Key &key, Room *room);
    grpc::Status Put(grpc::ClientContext *context, const Room &room, Key *key);
  };
};
void log(const std::string &line);
void fillDeadline(grpc::ClientContext *context, const grpc::ServerContext &parent);

class Rooms {
public:
  grpc::Status get_bad(grpc::ServerContext *context, const Key *key, Room *room) {
    if (context->IsCancelled())
      return grpc::Status::CANCELLED;
    grpc::ClientContext client;
    client.AddMetadata("caller", "rooms");
    return users_->Get(&client, *key, room);
    // CHECK: [[#@LINE-1]]:20: warning: {{.*}} [belay-dropped-cancellation]
  }

  // One call after the other, and each of them can take as long as it likes.
  grpc::Status list_bad(grpc::ServerContext *context, const std::vector<Key> *keys, Room *all) {
    for (const Key &key : *keys) {
      if (context->IsCancelled())
        return grpc::Status::CANCELLED;
      auto client = std::make_unique<grpc::ClientContext>();
      Room room;
      if (!users_->Get(client.get(), key, &room).ok())
        // CHECK: [[#@LINE-1]]:20: warning: {{.*}} [belay-dropped-cancellation]
        log("no such room: " + key.room);
      all->users.insert(all->users.end(), room.users.begin(), room.users.end());
    }
    return grpc::Status::OK;
  }

  // A limit of its own ends the call one day, but not when the caller has given up.
  grpc::Status ownLimit_bad(grpc::ServerContext *context, const Room *room, Key *key) {
    grpc::ClientContext client;
    client.set_deadline(std::chrono::system_clock::now() + 30s);
    if (context->IsCancelled())
      return grpc::Status::CANCELLED;
    return users_->Put(&client, *room, key);
    // CHECK: [[#@LINE-1]]:20: warning: {{.*}} [belay-dropped-cancellation]
  }

  // The method has no context of its own any more, so this is not seen from here.
  grpc::Status FN_throughHelper(grpc::ServerContext *, const Key *key, Room *room) {
    return getFromUsers(*key, room);
  }

  grpc::Status fromServer_ok(grpc::ServerContext *context, const Key *key, Room *room) {
    std::unique_ptr<grpc::ClientContext> client = grpc::ClientContext::FromServerContext(*context);
    client->AddMetadata("caller", "rooms");
    return users_->Get(client.get(), *key, room);
  }
  grpc::Status sameDeadline_ok(grpc::ServerContext *context, const Key *key, Room *room) {
    grpc::ClientContext client;
    client.set_deadline(context->deadline());
    return users_->Get(&client, *key, room);
  }
  grpc::Status earlier_ok(grpc::ServerContext *context, const Key *key, Room *room) {
    grpc::ClientContext client;
    auto limit = std::chrono::system_clock::now() + 30s;
    client.set_deadline(
        std::min<std::chrono::system_clock::time_point>(limit, context->deadline()));
    return users_->Get(&client, *key, room);
  }
  // A helper links them.
  grpc::Status helper_ok(grpc::ServerContext *context, const Key *key, Room *room) {
    grpc::ClientContext client;
    fillDeadline(&client, *context);
    return users_->Get(&client, *key, room);
  }
  // The loop asks, and the context of the long call is stopped from there.
  grpc::Status watched_ok(grpc::ServerContext *context, const Key *key, Room *room) {
    grpc::ClientContext client;
    std::jthread watch([&client, context](std::stop_token stop) {
      while (!stop.stop_requested() && !context->IsCancelled())
        log("waiting");
      client.TryCancel();
    });
    return users_->Get(&client, *key, room);
  }
  // What is not part of the answer has to be done in any case.
  grpc::Status audit_ok(grpc::ServerContext *context, const Room *room, Key *key) {
    auto client = grpc::ClientContext::FromServerContext(*context);
    grpc::Status status = users_->Put(client.get(), *room, key);
    grpc::ClientContext audit;
    Key entry;
    users_->Put(&audit, {"audit", {}}, &entry); // NOLINT(belay-dropped-cancellation): must be kept
    return status;
  }

  // No call is answered here: the start of the server and its timers have no caller.
  bool warm_ok(const Key &key) {
    grpc::ClientContext client;
    Room room;
    return users_->Get(&client, key, &room).ok();
  }

private:
  grpc::Status getFromUsers(const Key &key, Room *room) {
    grpc::ClientContext client;
    return users_->Get(&client, key, room);
  }
  std::unique_ptr<Users::Stub> users_;
};
