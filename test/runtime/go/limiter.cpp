// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's limiter, asked the questions of differential.py on standard input; one line of
// answer each.
//
#include "belay/rate_limiter.h"
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

using limiter = belay::rate_limiter;

belay::limit limit_of(const std::string &word) {
  return word == "inf" ? belay::inf : belay::limit(std::stod(word));
}

struct trace {
  std::unique_ptr<limiter> subject;
  std::vector<limiter::reservation> reservations;

  std::string answer(const std::string &line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "new") {
      std::string rate;
      std::int64_t burst = 0;
      words >> rate >> burst;
      reservations.clear();
      subject = std::make_unique<limiter>(limit_of(rate), burst);
      return "-";
    }
    std::int64_t time = 0;
    std::string argument;
    words >> time >> argument;
    return answer(verb, limiter::time_point(std::chrono::nanoseconds(time)), argument);
  }

  std::string answer(const std::string &verb, limiter::time_point now,
                     const std::string &argument) {
    if (verb == "allow")
      return subject->allow_n_at(now, std::stoll(argument)) ? "true" : "false";
    if (verb == "reserve") {
      reservations.push_back(subject->reserve_n_at(now, std::stoll(argument)));
      const limiter::reservation &taken = reservations.back();
      return taken ? std::to_string(taken.delay_from(now).count()) : "false";
    }
    if (verb == "tokens") {
      std::ostringstream text;
      text.precision(std::numeric_limits<double>::max_digits10);
      text << subject->tokens_at(now);
      return text.str();
    }
    if (verb == "cancel")
      reservations.at(std::stoull(argument)).cancel_at(now);
    else if (verb == "limit")
      subject->set_limit_at(now, limit_of(argument));
    else if (verb == "burst")
      subject->set_burst_at(now, std::stoll(argument));
    else
      std::exit((std::cerr << "no such verb: " << verb << '\n', 1));
    return "-";
  }
};

} // namespace

int main() {
  std::ios::sync_with_stdio(false);
  trace asked;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << asked.answer(line) << '\n';
}
