// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ip_address, cidr_block: of IPv4 and IPv6, parsed by the system's inet_pton, so that what counts
// as an address here is what counts as one there (no leading zeros, no "1.2.3").
//
// Both kinds are kept as 16 bytes, IPv4 as the IPv6 address that it is mapped to: one form, one
// comparison, and 1.2.3.4 is ::ffff:1.2.3.4. Yet a block is of one kind: ::/0 does not
// hold 1.2.3.4. Zones (fe80::1%eth0) are let go of, since only the machine that wrote them knows
// what they mean.
//
#ifndef BELAY_HTTP_IP_ADDRESS_H
#define BELAY_HTTP_IP_ADDRESS_H

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace belay::http {

/// A value. The default one is "::", which stands for nobody in particular.
class ip_address {
public:
  ip_address() = default;

  /// Of an address and nothing else: "192.0.2.1", "2001:db8::1".
  static std::optional<ip_address> parse(std::string_view text) {
    char copy[INET6_ADDRSTRLEN] = {};
    if (text.size() >= sizeof copy || text.find('\0') != text.npos)
      return {};
    std::copy(text.begin(), text.end(), copy);
    ip_address parsed;
    if (inet_pton(AF_INET6, copy, parsed.bytes_.data()) == 1)
      return parsed;
    parsed.bytes_ = mapped;
    if (inet_pton(AF_INET, copy, parsed.bytes_.data() + 12) == 1)
      return parsed;
    return {};
  }

  /// Of what proxies write for a hop: also "1.2.3.4:5678", "[::1]", "[::1]:8080", and each IPv6
  /// address with a zone. The port and the zone have to be well-formed, and are dropped.
  static std::optional<ip_address> parse_node(std::string_view text) {
    if (!text.empty() && text.front() == '[') {
      const std::size_t end = text.find(']');
      if (end == text.npos || !is_port_or_nothing(text.substr(end + 1)))
        return {};
      const std::string_view inner = text.substr(1, end - 1);
      return inner.find(':') == inner.npos ? std::nullopt : parse_zoned(inner);
    }
    const std::size_t colon = text.find(':');
    if (colon != text.npos && colon == text.rfind(':'))
      return is_port_or_nothing(text.substr(colon)) ? parse(text.substr(0, colon)) : std::nullopt;
    return parse_zoned(text);
  }

  bool is_v4() const { return std::equal(mapped.begin(), mapped.begin() + 12, bytes_.begin()); }

  /// In network order; of IPv4 those of the address that it is mapped to.
  const std::array<unsigned char, 16> &bytes() const { return bytes_; }

  /// With only the first `bits` of the 128, of IPv4 as well.
  ip_address prefix(unsigned bits) const {
    ip_address kept;
    std::copy_n(bytes_.begin(), bits / 8, kept.bytes_.begin());
    if (bits % 8 != 0)
      kept.bytes_[bits / 8] = static_cast<unsigned char>(bytes_[bits / 8] & (0xff00U >> bits % 8));
    return kept;
  }

  /// Who shares a limit with this address: IPv4 nobody, IPv6 the /64.
  ip_address client() const { return is_v4() ? *this : prefix(64); }

  std::string to_string() const {
    char text[INET6_ADDRSTRLEN];
    return is_v4() ? inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text)
                   : inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  }

  bool operator==(const ip_address &) const = default;

private:
  static constexpr std::array<unsigned char, 16> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

  static std::optional<ip_address> parse_zoned(std::string_view text) {
    const std::size_t percent = text.find('%');
    if (percent == text.npos)
      return parse(text);
    const bool is_v6 = text.substr(0, percent).find(':') != text.npos;
    return is_v6 && percent + 1 < text.size() ? parse(text.substr(0, percent)) : std::nullopt;
  }

  static bool is_port_or_nothing(std::string_view text) {
    std::uint16_t port = 0;
    const char *end = text.data() + text.size();
    if (text.empty())
      return true;
    const auto [last, error] = std::from_chars(text.data() + 1, end, port);
    return text.front() == ':' && last == end && error == std::errc();
  }

  std::array<unsigned char, 16> bytes_{};
};

/// The addresses that start as another does.
class cidr_block {
public:
  /// Of "10.0.0.0/8", "2001:db8::/32", or an address, which is a block of one. Nothing for any
  /// other text, for bits that are set behind the prefix, and for a block of IPv4 and IPv6 at once.
  static std::optional<cidr_block> parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view digits = slash == text.npos ? "" : text.substr(slash + 1);
    const auto first = ip_address::parse(text.substr(0, slash));
    if (!first)
      return {};
    const unsigned skipped = text.substr(0, slash).find(':') == text.npos ? 96 : 0;
    unsigned bits = 128 - skipped;
    if (slash != text.npos) {
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (error != std::errc() || end != digits.data() + digits.size() || bits > 128 - skipped)
        return {};
    }
    bits += skipped;
    if (first->prefix(bits) != *first) // as with IPv4 and IPv6 in one block: ::ffff:0:0/95
      return {};
    return cidr_block(*first, bits);
  }

  bool contains(const ip_address &address) const {
    return address.is_v4() == first_.is_v4() && address.prefix(bits_) == first_;
  }

private:
  cidr_block(const ip_address &first, unsigned bits) : first_(first), bits_(bits) {}

  ip_address first_;
  unsigned bits_;
};

} // namespace belay::http

#endif
