// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %belay dump %s -- -std=c++20 | FileCheck %s --match-full-lines
//
// What the control flow says of a thread handle: where it is certain to own a thread, what runs
// meanwhile, and where it dies while it may own one.
//
#include <stdexcept>
#include <thread>
#include <utility>

void answer(int request);
bool ready();
void check(int request);
void keep(std::thread worker);
void lookAt(std::thread &worker);

void joined(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, request);
  check(request); // CHECK-NEXT: call check handles.cpp:[[@LINE]]:3 live: worker (local)
  // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:10 handle: worker (local)
  worker.join();
}

void joinedOnOneWay(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, request);
  if (ready()) // CHECK-NEXT: call ready handles.cpp:[[@LINE]]:7 live: worker (local)
    // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:12 handle: worker (local)
    worker.join();
  // CHECK-NEXT: drop std::thread handles.cpp:[[@LINE+1]]:1 handle: worker (local) started: handles.cpp:[[@LINE-4]]:15
}

void joinedIfJoinable(int request) {
  std::thread worker;
  if (request > 0)
    // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:14 handle: worker (local) entry: answer
    worker = std::thread(answer, request);
  if (worker.joinable())
    // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:12 handle: worker (local)
    worker.join();
}

void startedOnOneWay(int request) {
  std::thread worker;
  if (request > 0)
    // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:14 handle: worker (local) entry: answer
    worker = std::thread(answer, request);
  check(request); // CHECK-NEXT: call check handles.cpp:[[@LINE]]:3
  if (request > 0)
    // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:12 handle: worker (local)
    worker.join();
}

void returnsEarly(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, request);
  if (request > 3)
    return;
  // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:10 handle: worker (local)
  worker.join();
  // CHECK-NEXT: drop std::thread handles.cpp:[[@LINE-3]]:5 handle: worker (local) started: handles.cpp:[[@LINE-5]]:15
}

void throwsEarly(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, request);
  if (request > 3)
    throw std::runtime_error("too much");
  // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:10 handle: worker (local)
  worker.join();
  // CHECK-NEXT: drop std::thread handles.cpp:[[@LINE-3]]:5 handle: worker (local) thrown started: handles.cpp:[[@LINE-5]]:15
}

void overwritten(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, request);
  // CHECK-NEXT: spawn std::thread handles.cpp:[[@LINE+1]]:12 handle: worker (local) entry: answer
  worker = std::thread(answer, request + 1);
  // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:10 handle: worker (local)
  worker.join();
  // CHECK-NEXT: drop std::thread handles.cpp:[[@LINE-3]]:12 handle: worker (local) overwritten started: handles.cpp:[[@LINE-5]]:15
}

void inLoop(int request) {
  for (int i = 0; i < request; ++i) {
    // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:17 handle: worker (local) entry: answer loop: counted [[@LINE-1]]:3
    std::thread worker(answer, i);
    // CHECK-NEXT: call ready handles.cpp:[[@LINE+1]]:9 loop: counted [[@LINE-3]]:3 live: worker (local)
    if (ready())
      continue;
    // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE+1]]:12 handle: worker (local) loop: counted [[@LINE-6]]:3
    worker.join();
  }
  // CHECK-NEXT: drop std::thread handles.cpp:[[@LINE-4]]:7 handle: worker (local) started: handles.cpp:[[@LINE-7]]:17
}

void handedOver(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: passed (local) entry: answer
  std::thread passed(answer, 1);
  // CHECK-NEXT: hand-over passed handles.cpp:[[@LINE+2]]:18 handle: passed (local)
  // CHECK-NEXT: call keep handles.cpp:[[@LINE+1]]:3
  keep(std::move(passed));
  // CHECK-NEXT: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: seen (local) entry: answer
  std::thread seen(answer, 2);
  // CHECK-NEXT: hand-over seen handles.cpp:[[@LINE+2]]:10 handle: seen (local)
  // CHECK-NEXT: call lookAt handles.cpp:[[@LINE+1]]:3
  lookAt(seen);
  // CHECK-NEXT: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: captured (local) entry: answer
  std::thread captured(answer, 3);
  // CHECK-NEXT: hand-over captured handles.cpp:[[@LINE+2]]:16 handle: captured (local)
  // CHECK-NEXT: hand-over captured handles.cpp:[[@LINE+1]]:18 handle: captured (local)
  auto later = [&captured] { captured.join(); };
  // CHECK-NEXT: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: moved (local) entry: answer
  std::thread moved(answer, 4);
  // CHECK-NEXT: hand-over moved handles.cpp:[[@LINE+1]]:33 handle: moved (local) to: other (local)
  std::thread other = std::move(moved);
  other.join(); // CHECK-NEXT: join std::thread::join handles.cpp:[[@LINE]]:9 handle: other (local)
}

void swapped(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: first (local) entry: answer
  std::thread first(answer, 1), second;
  // CHECK-NEXT: hand-over {{.*}} handles.cpp:[[@LINE+1]]:{{.*}} handle: first (local)
  std::swap(first, second);
  // CHECK: join std::thread::join handles.cpp:[[@LINE+1]]:10 handle: second (local)
  second.join();
}

std::thread returned(int request) {
  // CHECK: spawn std::thread handles.cpp:[[@LINE+1]]:15 handle: worker (local) entry: answer
  std::thread worker(answer, request);
  return worker; // CHECK-NEXT: hand-over worker handles.cpp:[[@LINE]]:10 handle: worker (local)
}

void joinsItself(int request) {
  // CHECK: spawn std::jthread handles.cpp:[[@LINE+1]]:16 handle: worker (local) entry: answer destroyed: joins gives-token
  std::jthread worker(answer, request);
  check(request); // CHECK-NEXT: call check handles.cpp:[[@LINE]]:3 live: worker (local)
}

