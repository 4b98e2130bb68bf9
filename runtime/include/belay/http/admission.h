// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// admission: whether a request gets to its handler. Says it before anything was spent on the
// request, and for every framework in the same words: 429 is about this client, who has had its
// share, and 503 is about the server, which has no room whoever asks.
//
// The client's share is looked at first: who is past it takes no place from others, not even for a
// moment. A 503 costs a token all the same, so that retrying into a full server is limited too.
//
// An API key names a client only if the program says that it is one: whoever could invent keys
// would get a full bucket for each. Neither keys nor addresses are kept, only hashes under a secret
// of the process. Decided against: waiting for room here (that queue is the pool's, and bounded),
// and forgetting idle clients (see keyed_rate_limiter.h).
//
#ifndef BELAY_HTTP_ADMISSION_H
#define BELAY_HTTP_ADMISSION_H

#include "belay/concurrency_limit.h"
#include "belay/http/client_address.h"
#include "belay/keyed_rate_limiter.h"
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace belay::http {

struct admission_options {
  limit rate = 10;                 ///< requests a second for each client
  std::int64_t burst = 20;         ///< and so many at once
  std::size_t max_keys = 100'000;  ///< clients that are told apart; 35 bytes for each
  trusted_proxies proxies = {};    ///< whose X-Forwarded-For is believed
  std::size_t max_concurrent = 0;  ///< requests that run at a time; 0: any number
  std::string api_key_header = {}; ///< "X-API-Key", say: the client is its key, not its address
  std::function<bool(std::string_view)> is_api_key = {}; ///< of which keys; called by many threads
};

enum class answer { admitted, too_many_requests, busy };

/// What becomes of a request.
template <class Environment> struct [[nodiscard]] basic_verdict {
  answer said = answer::admitted;
  /// For the header Retry-After of a refusal: rounded up, and at least a second.
  std::chrono::seconds retry_after{0};
  /// Held by an admitted request until it is answered; empty without `max_concurrent`.
  typename basic_concurrency_limit<Environment>::permit permit = {};

  explicit operator bool() const { return said == answer::admitted; }

  /// 200, 429 or 503, and its reason phrase.
  int status() const { return said == answer::admitted ? 200 : said == answer::busy ? 503 : 429; }
  const char *reason() const {
    return said == answer::admitted ? "OK"
           : said == answer::busy   ? "Service Unavailable"
                                    : "Too Many Requests";
  }
};

/// Any number of threads may use one. It has to outlive the verdicts that it admits with a permit.
template <class Environment = std_environment> class basic_admission {
public:
  using clock = typename Environment::clock;
  using time_point = typename clock::time_point;
  using verdict = basic_verdict<Environment>;
  using permit = decltype(verdict::permit);

  /// Throws std::invalid_argument as keyed_rate_limiter does, and for an `api_key_header` without
  /// an `is_api_key`.
  explicit basic_admission(admission_options options)
      : options_(std::move(options)), clients_(options_.rate, options_.burst, options_.max_keys) {
    if (!options_.api_key_header.empty() && !options_.is_api_key)
      throw std::invalid_argument("belay::http::admission: an api_key_header without is_api_key");
    if (options_.max_concurrent != 0)
      requests_.emplace(options_.max_concurrent);
  }

  /// Takes a token of the client's, and a permit if they are limited; never waits. `peer` is the
  /// address of the TCP connection, as text; those of whom it is none, as with Unix sockets, share
  /// the one bucket. `lines_of(name)` returns the values of all of the request's header lines of
  /// that name, in their order, as a vector of what converts to std::string_view.
  template <class LinesOf> verdict admit(std::string_view peer, LinesOf &&lines_of) {
    return admit_at(clock::now(), peer, lines_of);
  }
  template <class LinesOf>
  verdict admit_at(time_point now, std::string_view peer, LinesOf &&lines_of) {
    if (const auto grant = take(now, peer, lines_of); !grant)
      return {grant.full_table ? answer::busy : answer::too_many_requests, whole(grant.after)};
    if (!requests_)
      return {};
    if (permit taken = requests_->try_acquire())
      return {answer::admitted, {}, std::move(taken)};
    return {answer::busy, std::chrono::seconds(1)};
  }

private:
  using limiter = basic_keyed_rate_limiter<std::string_view, Environment>;

  template <class LinesOf> auto take(time_point now, std::string_view peer, LinesOf &lines_of) {
    if (!options_.api_key_header.empty()) {
      const auto keys = lines_of(std::string_view(options_.api_key_header));
      if (keys.size() == 1 && options_.is_api_key(keys.front()))
        // No address is equal to it: of their 16 bytes 8 are 0, at the start or at the end.
        return clients_.take_at(now, "an API key: " + std::string(keys.front()));
    }
    const auto forwarded = [&] { return lines_of(std::string_view("X-Forwarded-For")); };
    const ip_address from = ip_address::parse_node(peer).value_or(ip_address());
    const auto key = client_address(from, options_.proxies, forwarded).client().bytes();
    return clients_.take_at(now, {reinterpret_cast<const char *>(key.data()), key.size()});
  }

  static std::chrono::seconds whole(std::chrono::nanoseconds wait) {
    return std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
  }

  const admission_options options_;
  limiter clients_;
  std::optional<basic_concurrency_limit<Environment>> requests_;
};

using admission = basic_admission<>;
using verdict = admission::verdict;

} // namespace belay::http

#endif
