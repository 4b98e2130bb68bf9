// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that a token ends in another way than by their condition.
//
#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

using namespace std::chrono_literals;

std::optional<std::string> readFrame();
void insert(const std::string &row);
void throwIfStopped(const std::stop_token &stop);
bool pump(const std::stop_token &stop);
bool isOver(std::stop_token stop, std::chrono::steady_clock::time_point deadline);

void breaks_ok(std::stop_token stop) {
  for (;;) {
    if (stop.stop_requested())
      break;
    if (auto frame = readFrame())
      insert(*frame);
  }
}

void doWhile_ok(std::stop_token stop) {
  do {
    if (auto frame = readFrame())
      insert(*frame);
  } while (!stop.stop_requested());
}

void throws_ok(const std::stop_token &stop) {
  while (true) {
    throwIfStopped(stop);
    if (auto frame = readFrame())
      insert(*frame);
  }
}

// The callee looks, and its answer says whether to go on.
void calleeLooks_ok(const std::stop_token &stop) {
  while (pump(stop))
    insert("tick");
}
void withDeadline_ok(std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + 5min;
  while (!isOver(stop, deadline))
    insert(readFrame().value_or("idle"));
}

// A local remembers the answer.
void remembered_ok(std::stop_token stop) {
  bool stopped = stop.stop_requested();
  while (!stopped) {
    insert(readFrame().value_or("idle"));
    stopped = stop.stop_requested();
  }
}

// It remembers what the token said before the first turn.
void FN_rememberedOnce(std::stop_token stop) {
  const bool stopped = stop.stop_requested();
  while (!stopped)
    insert(readFrame().value_or("idle"));
}

// The function that asks is a lambda.
void predicate_ok(std::stop_token stop) {
  auto goesOn = [&stop] { return !stop.stop_requested(); };
  while (goesOn())
    insert(readFrame().value_or("idle"));
}

class Frames {
public:
  std::optional<std::string> pop();
  void close();
};

// The stop closes the queue, and a closed queue ends the loop.
void callback_ok(Frames &frames, std::stop_token stop) {
  std::stop_callback closing(stop, [&frames] { frames.close(); });
  while (auto frame = frames.pop())
    insert(*frame);
}
void boundCallback_ok(Frames &frames, std::stop_token stop) {
  std::stop_callback closing(stop, std::bind_front(&Frames::close, &frames));
  for (;;) {
    auto frame = frames.pop();
    if (!frame)
      return;
    insert(*frame);
  }
}

// The token is kept, and another method asks it.
class Reader {
public:
  void start_ok(std::stop_token stop) {
    stop_ = std::move(stop);
    while (isOpen())
      insert(readFrame().value_or("idle"));
  }
  bool isOpen() const { return !stop_.stop_requested(); }

private:
  std::stop_token stop_;
};

// The threads are given tokens that they do not need: the destructor ends the loops by a flag,
// before those of the threads wait.
class Flusher {
public:
  Flusher() : first_([this](std::stop_token) { run_ok(); }) {}
  ~Flusher() { closed_ = true; }
  void startSecond_ok() {
    second_ = std::jthread([this](std::stop_token) {
      while (!closed_)
        insert("flush");
    });
  }

private:
  void run_ok() {
    while (!closed_)
      insert("flush");
  }
  std::atomic<bool> closed_{false};
  std::jthread first_, second_;
};
