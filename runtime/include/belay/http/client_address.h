// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// client_address: whom a request is from, as far as one can know. The TCP peer cannot be forged;
// X-Forwarded-For can, by whoever sends it, so a line of it says as much as the proxy that wrote
// its end. From the right each address is what the hop to the right of it saw, and is believed
// while those hops are proxies of ours: the first that is not, is the client.
//
// A home has an IPv6 /64 of its own, with 2^64 addresses to send from: it is one client. IPv4
// within IPv6 (::ffff:1.2.3.4), which is what a dual-stack socket shows, is IPv4 everywhere.
//
// Decided against: the leftmost address (the client writes it), a number of hops instead of a list
// of proxies (a request that came past them is believed), Forwarded of RFC 7239 (believing two
// headers, of which a proxy sets one, is believing the client), and names (they need a resolver).
//
#ifndef BELAY_HTTP_CLIENT_ADDRESS_H
#define BELAY_HTTP_CLIENT_ADDRESS_H

#include "belay/http/ip_address.h"
#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace belay::http {

/// The proxies whose X-Forwarded-For is believed. Immutable, so any number of threads may use it.
class trusted_proxies {
public:
  /// Nobody.
  trusted_proxies() = default;

  /// Addresses and CIDR blocks: "10.0.0.0/8", "192.0.2.1", "fd00::/8". Throws
  /// std::invalid_argument, which names the text, for anything else; also where bits are set behind
  /// the prefix (10.0.0.1/8), since a mistake here is a way past every limit.
  trusted_proxies(std::initializer_list<std::string_view> blocks) {
    for (std::string_view each : blocks)
      add(each);
  }
  template <std::ranges::input_range Blocks>
    requires std::convertible_to<std::ranges::range_reference_t<const Blocks>, std::string_view>
  explicit trusted_proxies(const Blocks &blocks) {
    for (std::string_view each : blocks)
      add(each);
  }

  bool contains(const ip_address &address) const {
    return std::ranges::any_of(blocks_, [&](auto &each) { return each.contains(address); });
  }

private:
  void add(std::string_view text) {
    const auto block = cidr_block::parse(text);
    if (!block)
      throw std::invalid_argument("belay::http::trusted_proxies: '" + std::string(text) +
                                  "' is no address and no CIDR block");
    blocks_.push_back(*block);
  }

  std::vector<cidr_block> blocks_;
};

/// The client of a request that came from `peer`. `forwarded` is called if the peer is trusted, and
/// returns the values of all X-Forwarded-For lines, in their order, as a range of what converts to
/// std::string_view. At something there that is no address ("unknown", a name) the walk ends: the
/// client is then the last proxy that was understood. Empty elements are passed over.
template <class Forwarded>
ip_address client_address(const ip_address &peer, const trusted_proxies &trusted,
                          Forwarded &&forwarded) {
  ip_address last = peer;
  if (!trusted.contains(last))
    return last;
  const auto lines = forwarded();
  for (auto each = std::ranges::rbegin(lines); each != std::ranges::rend(lines); ++each) {
    std::string_view line = *each;
    while (!line.empty()) {
      const std::size_t comma = line.rfind(',');
      std::string_view hop = line.substr(comma + 1); // all of it where there is none: npos + 1 is 0
      line = line.substr(0, comma == line.npos ? 0 : comma);
      hop.remove_prefix(std::min(hop.find_first_not_of(" \t"), hop.size()));
      hop = hop.substr(0, hop.find_last_not_of(" \t") + 1);
      if (hop.empty())
        continue;
      const auto address = ip_address::parse_node(hop);
      if (!address)
        return last;
      last = *address;
      if (!trusted.contains(last))
        return last;
    }
  }
  return last;
}

} // namespace belay::http

#endif
