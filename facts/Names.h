// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words for the kinds of facts. A value that is no enumerator has an empty name, which is
// how Store refuses it; the compiler asks for a word with every new enumerator.
//
#ifndef BELAY_FACTS_NAMES_H
#define BELAY_FACTS_NAMES_H

#include "facts/Facts.h"
#include "llvm/ADT/StringRef.h"

namespace belay {

// clang-format off
inline llvm::StringRef nameOf(Runs runs) {
  switch (runs) {
  case Runs::ManyAtOnce:    return "many-at-once";
  case Runs::OnLoop:        return "on-loop";
  case Runs::PerConnection: return "per-connection";
  }
  return "";
}

inline llvm::StringRef nameOf(Destroyed destroyed) {
  switch (destroyed) {
  case Destroyed::Terminates: return "terminates";
  case Destroyed::Joins:      return "joins";
  case Destroyed::Detaches:   return "detaches";
  case Destroyed::Leaks:      return "leaks";
  }
  return "";
}

inline llvm::StringRef nameOf(Object::Root root) {
  switch (root) {
  case Object::Root::None:      return "none";
  case Object::Root::This:      return "this";
  case Object::Root::Local:     return "local";
  case Object::Root::Parameter: return "parameter";
  case Object::Root::Field:     return "field";
  case Object::Root::Global:    return "global";
  case Object::Root::Temporary: return "temporary";
  }
  return "";
}

inline llvm::StringRef nameOf(Callable::Kind kind) {
  switch (kind) {
  case Callable::Kind::Unknown:   return "unknown";
  case Callable::Kind::Function:  return "function";
  case Callable::Kind::Parameter: return "parameter";
  case Callable::Kind::Object:    return "object";
  }
  return "";
}

inline llvm::StringRef nameOf(Edit::Kind kind) {
  switch (kind) {
  case Edit::Kind::JoiningThread:  return "joining-thread";
  case Edit::Kind::Atomic:         return "atomic";
  case Edit::Kind::PassToken:      return "pass-token";
  case Edit::Kind::StoppableSleep: return "stoppable-sleep";
  case Edit::Kind::OwnedThread:    return "owned-thread";
  }
  return "";
}

inline llvm::StringRef nameOf(Loop::Kind kind) {
  switch (kind) {
  case Loop::Kind::Counted: return "counted";
  case Loop::Kind::Data:    return "data";
  case Loop::Kind::Open:    return "open";
  }
  return "";
}

inline llvm::StringRef nameOf(EventKind kind) {
  switch (kind) {
  case EventKind::Spawn:    return "spawn";
  case EventKind::Submit:   return "submit";
  case EventKind::Call:     return "call";
  case EventKind::Register: return "register";
  case EventKind::Accept:   return "accept";
  case EventKind::Store:    return "store";
  case EventKind::Join:     return "join";
  case EventKind::Detach:   return "detach";
  case EventKind::HandOver: return "hand-over";
  case EventKind::Drop:     return "drop";
  case EventKind::Acquire:  return "acquire";
  case EventKind::Release:  return "release";
  case EventKind::Wait:     return "wait";
  case EventKind::Notify:   return "notify";
  case EventKind::Read:     return "read";
  case EventKind::Write:    return "write";
  case EventKind::Sleep:    return "sleep";
  case EventKind::Requires: return "requires";
  case EventKind::Make:     return "make";
  }
  return "";
}

inline llvm::StringRef nameOf(Shape shape) {
  switch (shape) {
  case Shape::Flag:    return "flag";
  case Shape::Scalar:  return "scalar";
  case Shape::Library: return "library";
  }
  return "";
}
// clang-format on

} // namespace belay

#endif
