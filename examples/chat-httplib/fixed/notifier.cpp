// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Delivers a notification for every posted message without holding up the request.
#include "notifier.h"

#include "job_errors.h"

#include <fstream>
#include <iostream>
#include <string>
#include <utility>

namespace chat {

Notifier::Notifier(std::filesystem::path outbox) : outbox_(std::move(outbox)) {
  deliveries_.on_error(logJobError);
}

void Notifier::announce(Place place, const Message &msg) {
  deliveries_.submit([this, msg, place = std::move(place)] { deliver(msg); });
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
