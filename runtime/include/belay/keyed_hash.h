// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// keyed_hash: SipHash-1-3 of a key's bytes, under a secret of the process. Who sends the keys
// (client addresses, API keys) cannot choose them to meet in one slot of a table. Source: Aumasson
// and Bernstein, "SipHash: a fast short-input PRF", with one round a word and three at the end.
//
#ifndef BELAY_KEYED_HASH_H
#define BELAY_KEYED_HASH_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>
#include <type_traits>

namespace belay {

class keyed_hash {
public:
  /// Under a secret that is drawn when it is made.
  keyed_hash() {
    std::random_device random;
    for (std::uint64_t &half : secret_)
      half = (std::uint64_t(random()) << 32) | random();
  }
  keyed_hash(std::uint64_t first, std::uint64_t second) : secret_{first, second} {}

  std::uint64_t operator()(std::string_view bytes) const {
    state s{secret_[0] ^ 0x736f6d6570736575, secret_[1] ^ 0x646f72616e646f6d,
            secret_[0] ^ 0x6c7967656e657261, secret_[1] ^ 0x7465646279746573};
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t i = 0; i < whole; i += 8)
      s.add(word(bytes.data() + i, 8));
    s.add(word(bytes.data() + whole, bytes.size() - whole) | (std::uint64_t(bytes.size()) << 56));
    s.c ^= 0xff;
    for (int i = 0; i < 3; ++i)
      s.round();
    return s.a ^ s.b ^ s.c ^ s.d;
  }

  /// Of numbers and enumerators, whose bytes are all value.
  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  std::uint64_t operator()(T value) const {
    return (*this)(std::string_view(reinterpret_cast<const char *>(&value), sizeof value));
  }

private:
  struct state {
    std::uint64_t a, b, c, d;

    void add(std::uint64_t word) {
      d ^= word;
      round();
      a ^= word;
    }
    void round() {
      a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
      c += d, d = std::rotl(d, 16) ^ c;
      a += d, d = std::rotl(d, 21) ^ a;
      c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
    }
  };

  // Little-endian on every machine, as the published vectors are.
  static std::uint64_t word(const char *bytes, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= std::uint64_t(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return value;
  }

  std::uint64_t secret_[2];
};

} // namespace belay

#endif
