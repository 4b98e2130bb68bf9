// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Loops that sleep and look again at the result of work that was handed on: futures, what the work
// counts down, and what it leaves in a box of its own.
//
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

std::string ask(const std::string &shard);
void resend(const std::string &query);

std::string answerOf_bad(std::shared_future<std::string> reply) {
  for (int tries = 0;; ++tries) {
    if (reply.wait_for(0ms) == std::future_status::ready)
      return reply.get();
    if (tries == 200)
      return {};
    std::this_thread::sleep_for(10ms);
    // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'reply' changes, which wakes too late or too often; wait for the future itself [belay-sleep-as-sync]
  }
}

std::string answerOrThrow_bad(std::shared_future<std::string> reply) {
  for (int tries = 0; reply.wait_for(0ms) != std::future_status::ready; ++tries) {
    if (tries == 200)
      throw std::runtime_error("no reply");
    std::this_thread::sleep_for(10ms);
    // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'reply'
  }
  return reply.get();
}

std::string answerOf_ok(std::shared_future<std::string> reply) {
  if (reply.wait_for(2s) != std::future_status::ready)
    throw std::runtime_error("no reply in two seconds");
  return reply.get();
}

// Each turn sends the query once more, in case that it was lost.
std::string insist_ok(const std::string &query, std::future<std::string> reply) {
  while (reply.wait_for(0ms) != std::future_status::ready) {
    resend(query);
    std::this_thread::sleep_for(500ms);
  }
  return reply.get();
}

std::vector<std::string> askAll_bad(const std::vector<std::string> &shards) {
  std::vector<std::string> answers(shards.size());
  std::atomic<size_t> left{shards.size()};
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < shards.size(); ++i)
    threads.emplace_back([&, i] {
      answers[i] = ask(shards[i]);
      left.fetch_sub(1);
    });
  while (left.load() != 0)
    std::this_thread::sleep_for(1ms);
  // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'left'
  return answers;
}

std::vector<std::string> askAll_ok(const std::vector<std::string> &shards) {
  std::vector<std::string> answers(shards.size());
  std::latch answered(std::ptrdiff_t(shards.size()));
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < shards.size(); ++i)
    threads.emplace_back([&, i] {
      answers[i] = ask(shards[i]);
      answered.count_down();
    });
  answered.wait();
  return answers;
}

struct Ticket {
  std::string answer;
  std::atomic<bool> done{false};
};

std::string askLater_bad(const std::string &shard) {
  auto ticket = std::make_shared<Ticket>();
  std::jthread clerk([ticket, shard] {
    ticket->answer = ask(shard);
    ticket->done = true;
  });
  while (!ticket->done)
    std::this_thread::sleep_for(2ms);
  // CHECK: [[#@LINE-1]]:5: warning: sleeps and looks again until 'done'
  return ticket->answer;
}

template <class Value> class Box {
public:
  void put(Value value) {
    std::lock_guard lock(mutex_);
    value_ = std::move(value);
  }
  Value take_bad(std::chrono::milliseconds pause) {
    while (true) {
      {
        std::scoped_lock lock(mutex_);
        if (value_)
          break;
      }
      std::this_thread::sleep_for(pause);
      // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'value_'
    }
    std::lock_guard lock(mutex_);
    return std::move(*value_);
  }

private:
  std::mutex mutex_;
  std::optional<Value> value_;
};

std::string askBoxed(const std::string &shard) {
  Box<std::string> box;
  std::jthread clerk([&] { box.put(ask(shard)); });
  return box.take_bad(5ms);
}

// What the caller's predicate looks at is not known here.
bool FN_eventually(const std::function<bool()> &isTrue, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  bool done = false;
  while (!(done = isTrue()) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(10ms);
  return done;
}

bool FN_askInTime(const std::string &shard) {
  std::atomic<bool> answered{false};
  std::jthread clerk([&] { answered = !ask(shard).empty(); });
  return FN_eventually([&] { return answered.load(); }, 1s);
}
