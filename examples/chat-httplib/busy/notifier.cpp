// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Delivers a notification for every posted message without holding up the request.
#include "notifier.h"

#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

namespace chat {

Notifier::Notifier(std::filesystem::path outbox) : outbox_(std::move(outbox)) {}

void Notifier::announce(const Message &msg) { dispatch(msg); }

void Notifier::dispatch(const Message &msg) {
  // The relay can be slow, so the poster must not wait for it.
  std::thread([this, msg] {
    try {
      deliver(msg);
    } catch (const std::exception &e) {
      std::cerr << "notifier: " << e.what() << '\n';
    }
  }).detach();
}

void Notifier::deliver(const Message &msg) {
  std::string line = "{\"event\":\"message\",\"message\":" + toJson(msg) + "}\n";
  std::lock_guard<std::mutex> lock(outboxMutex_);
  std::ofstream out(outbox_, std::ios::app);
  out << line << std::flush;
  if (!out) {
    std::cerr << "notifier: cannot write " << outbox_ << '\n';
    return;
  }
  ++delivered_;
}

} // namespace chat
