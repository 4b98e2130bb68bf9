// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "belay/http/client_address.h"
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using belay::http::cidr_block;
using belay::http::client_address;
using belay::http::ip_address;
using belay::http::trusted_proxies;
using lines = std::vector<std::string_view>;

std::string parsed(std::string_view text) {
  const auto address = ip_address::parse(text);
  return address ? address->to_string() : "-";
}

std::string parsed_node(std::string_view text) {
  const auto address = ip_address::parse_node(text);
  return address ? address->to_string() : "-";
}

TEST(ip_address, is_parsed_from_an_address_and_nothing_else) {
  EXPECT_EQ(parsed("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(parsed("255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(parsed("2001:DB8:0::1"), "2001:db8::1");
  EXPECT_EQ(parsed("::"), "::");
  EXPECT_EQ(parsed("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(parsed("::FFFF:c000:201"), "192.0.2.1");
  EXPECT_EQ(parsed("0000:0000:0000:0000:0000:ffff:192.168.100.228"), "192.168.100.228");
  for (std::string_view text :
       {"", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4",
        "1.2.3.4:80", "[::1]", ":::", "1::2::3", "g::", "fe80::1%eth0", "localhost", "unknown"})
    EXPECT_EQ(parsed(text), "-") << text;
  EXPECT_EQ(parsed(std::string_view("1.2.3.4\0", 8)), "-");
  EXPECT_EQ(parsed(std::string(1'000, '1')), "-");
}

TEST(ip_address, of_a_node_may_have_a_port_brackets_and_a_zone) {
  EXPECT_EQ(parsed_node("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(parsed_node("192.0.2.1:5678"), "192.0.2.1");
  EXPECT_EQ(parsed_node("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(parsed_node("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(parsed_node("[2001:db8::1]:8080"), "2001:db8::1");
  EXPECT_EQ(parsed_node("[::ffff:192.0.2.1]:1"), "192.0.2.1");
  EXPECT_EQ(parsed_node("fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(parsed_node("[fe80::1%2]:65535"), "fe80::1");
  for (std::string_view text : {"",
                                ":",
                                ":80",
                                "192.0.2.1:",
                                "192.0.2.1:65536",
                                "192.0.2.1:-1",
                                "192.0.2.1:+1",
                                "192.0.2.1:8o",
                                "192.0.2.1:80:80",
                                "192.0.2.1%eth0",
                                "[192.0.2.1]:80",
                                "[::1",
                                "::1]",
                                "[]",
                                "[",
                                "[::1]80",
                                "[::1]:",
                                "[::1]:80 ",
                                "[[::1]]",
                                "fe80::1%",
                                "%eth0",
                                "_hidden",
                                "unknown",
                                "client.example"})
    EXPECT_EQ(parsed_node(text), "-") << text;
}

TEST(ip_address, shares_its_limit_with_its_64_if_it_is_of_ipv6) {
  const auto client = [](std::string_view text) {
    return ip_address::parse(text)->client().to_string();
  };
  EXPECT_EQ(client("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(client("::1"), "::");
}

TEST(cidr_block, holds_what_starts_as_it_does) {
  struct {
    std::string_view block, address;
    bool holds;
  } cases[] = {
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"192.0.2.128/25", "192.0.2.128", true},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.0", false},
      {"192.0.2.1/32", "192.0.2.1", true},
      {"0.0.0.0/0", "1.2.3.4", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "::1", true},
      {"::/0", "1.2.3.4", false}, // IPv4 is not meant by what is written as IPv6
      {"::ffff:10.0.0.0/104", "10.1.2.3", true},
      {"::ffff:10.0.0.0/104", "11.1.2.3", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::1", "::1", true},
      {"::1", "::", false},
      {"fe80::/10", "febf::1", true},
      {"fe80::/10", "fec0::1", false},
  };
  for (const auto &each : cases) {
    const auto block = cidr_block::parse(each.block);
    ASSERT_TRUE(block) << each.block;
    EXPECT_EQ(block->contains(*ip_address::parse(each.address)), each.holds)
        << each.block << " " << each.address;
  }
}

TEST(trusted_proxies, names_the_text_that_is_no_block) {
  for (std::string_view text : {"",
                                "/",
                                "/8",
                                "10.0.0.0/",
                                "10.0.0.0/33",
                                "::/129",
                                "10.0.0.0/-1",
                                "10.0.0.0/+8",
                                "10.0.0.0/8/8",
                                "10.0.0.0/8 ",
                                "10.0.0.0/x",
                                "10.0.0.0/99999999999",
                                "10.0.0.1/8",
                                "::1/64",
                                "10.0.0.0/255.0.0.0",
                                "::ffff:0.0.0.0/95",
                                "fe80::1%eth0",
                                "[::1]",
                                "10.0.0.1:80",
                                "localhost",
                                "*"})
    try {
      trusted_proxies{"10.0.0.0/8", text};
      ADD_FAILURE() << "'" << text << "' is taken for a block";
    } catch (const std::invalid_argument &error) {
      EXPECT_NE(std::string(error.what()).find("'" + std::string(text) + "'"), std::string::npos)
          << error.what();
    }
  EXPECT_FALSE(trusted_proxies().contains(ip_address()));
  EXPECT_TRUE(trusted_proxies(std::vector<std::string>{"::1"}).contains(*ip_address::parse("::1")));
}

TEST(client_address, is_the_first_from_the_right_that_is_no_proxy_of_ours) {
  const trusted_proxies trusted{"10.0.0.0/8", "fd00::/8"};
  struct {
    std::string_view peer;
    lines forwarded;
    std::string_view client;
  } cases[] = {
      // From somebody else the header says nothing.
      {"192.0.2.1", {"6.6.6.6"}, "192.0.2.1"},
      {"192.0.2.1", {"10.0.0.1"}, "192.0.2.1"},
      {"10.0.0.1", {}, "10.0.0.1"},
      {"10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      {"::ffff:10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      {"fd00::1", {"::ffff:192.0.2.1"}, "192.0.2.1"},
      // The client may have sent what is on the left.
      {"10.0.0.1", {"6.6.6.6, 192.0.2.1"}, "192.0.2.1"},
      {"10.0.0.1", {"6.6.6.6,192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
      {"10.0.0.1", {"6.6.6.6, 10.0.0.3, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
      // Lines are one list, in their order.
      {"10.0.0.1", {"6.6.6.6", "192.0.2.1"}, "192.0.2.1"},
      {"10.0.0.1", {"6.6.6.6, 192.0.2.1", "10.0.0.2", "10.0.0.3 , fd00::2"}, "192.0.2.1"},
      {"10.0.0.1", {"192.0.2.1", ""}, "192.0.2.1"},
      // All are proxies: the farthest of them.
      {"10.0.0.1", {"10.0.0.4, 10.0.0.3", "10.0.0.2"}, "10.0.0.4"},
      // Forms, and what is between them.
      {"10.0.0.1", {"192.0.2.1:5678"}, "192.0.2.1"},
      {"10.0.0.1", {"\t[2001:db8::1]:80 \t, 10.0.0.2:443"}, "2001:db8::1"},
      {"10.0.0.1", {"192.0.2.1, , ,\t,"}, "192.0.2.1"},
      {"10.0.0.1", {",", ",,", " "}, "10.0.0.1"},
      // Garbage ends the walk at the last that was understood.
      {"10.0.0.1", {"192.0.2.1, unknown"}, "10.0.0.1"},
      {"10.0.0.1", {"192.0.2.1, unknown, 10.0.0.2"}, "10.0.0.2"},
      {"10.0.0.1", {"192.0.2.1", "<script>", "10.0.0.2"}, "10.0.0.2"},
      {"10.0.0.1", {"unknown, 192.0.2.1"}, "192.0.2.1"},
      {"10.0.0.1", {"192.0.2.1 192.0.2.2"}, "10.0.0.1"},
      {"10.0.0.1", {"\"192.0.2.1\""}, "10.0.0.1"},
  };
  for (const auto &each : cases) {
    const auto client =
        client_address(*ip_address::parse(each.peer), trusted, [&] { return each.forwarded; });
    EXPECT_EQ(client.to_string(), each.client)
        << each.peer << (each.forwarded.empty() ? "" : each.forwarded.front());
  }
}

TEST(client_address, does_not_look_at_the_header_of_who_is_not_trusted) {
  const auto forwarded = [] {
    ADD_FAILURE();
    return lines();
  };
  client_address(*ip_address::parse("192.0.2.1"), {"10.0.0.0/8"}, forwarded);
}

} // namespace
