// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "belay/http/admission.h"
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using belay::every;
using belay::http::admission;
using belay::http::admission_options;
using belay::http::answer;
using belay::http::verdict;
using std::chrono::seconds;

constexpr admission::time_point start{24h};

struct request {
  std::string_view peer;
  std::vector<std::string> forwarded = {};
  std::vector<std::string> keys = {};

  std::vector<std::string> operator()(std::string_view name) const {
    EXPECT_TRUE(name == "X-Forwarded-For" || name == "X-API-Key") << name;
    return name == "X-API-Key" ? keys : forwarded;
  }
};

verdict admit(admission &front, std::chrono::nanoseconds at, const request &from) {
  return front.admit_at(start + at, from.peer, from);
}

TEST(admission, says_in_whole_seconds_when_there_is_a_token) {
  admission front({.rate = every(2'500ms), .burst = 2});
  struct {
    std::chrono::nanoseconds at;
    int status;
    seconds retry_after;
  } calls[] = {
      {0ms, 200, 0s},     {0ms, 200, 0s},           {0ms, 429, 3s},     {499ms, 429, 3s},
      {500ms, 429, 2s},   {1'500ms, 429, 1s},       {2'499ms, 429, 1s}, {2'500ms - 1ns, 429, 1s},
      {2'500ms, 200, 0s}, {2'500ms + 1ns, 429, 3s},
  };
  for (const auto &call : calls) {
    const verdict said = admit(front, call.at, {"192.0.2.1"});
    EXPECT_EQ(said.status(), call.status) << call.at.count();
    EXPECT_EQ(said.retry_after, call.retry_after) << call.at.count();
    EXPECT_EQ(bool(said), call.status == 200);
  }
  EXPECT_TRUE(admit(front, 0ms, {"192.0.2.2"}));
}

TEST(admission, without_a_rate_nobody_comes_in_and_without_a_limit_all_do) {
  admission closed({.rate = 0, .burst = 1});
  EXPECT_TRUE(admit(closed, 0ms, {"192.0.2.1"}));
  const verdict said = admit(closed, 24h, {"192.0.2.1"});
  EXPECT_EQ(said.said, answer::too_many_requests);
  EXPECT_GT(said.retry_after, 365 * 24h);
  admission open({.rate = belay::inf, .burst = 1});
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(admit(open, 0ms, {"192.0.2.1"}));
}

TEST(admission, knows_a_client_by_its_address) {
  admission front({.rate = every(1h), .burst = 1, .proxies = {"10.0.0.0/8"}});
  struct {
    request from;
    bool is_new;
  } calls[] = {
      {{"192.0.2.1"}, true},
      {{"192.0.2.1"}, false},
      {{"::ffff:192.0.2.1"}, false},
      {{"10.0.0.1", {"192.0.2.1"}}, false},
      {{"10.0.0.1", {"6.6.6.6", "192.0.2.1:80"}}, false},
      {{"192.0.2.1", {"192.0.2.2"}}, false}, // claims to be a proxy's
      {{"10.0.0.1", {"192.0.2.2"}}, true},
      {{"10.0.0.1"}, true},
      {{"2001:db8::1"}, true},
      {{"2001:db8::2"}, false},
      {{"2001:db8::1%eth0"}, false},
      {{"10.0.0.1", {"[2001:db8::ffff:3]:99"}}, false},
      {{"2001:db8:0:1::1"}, true},
      {{""}, true}, // a Unix socket's peers are one client
      {{"/run/socket"}, false},
  };
  for (const auto &call : calls)
    EXPECT_EQ(bool(admit(front, 0ms, call.from)), call.is_new) << call.from.peer;
}

TEST(admission, an_api_key_is_a_client_if_it_is_one) {
  admission front({.rate = every(1h),
                   .burst = 1,
                   .api_key_header = "X-API-Key",
                   .is_api_key = [](std::string_view key) { return key.starts_with("valid-"); }});
  struct {
    request from;
    bool is_new;
  } calls[] = {
      {{"192.0.2.1", {}, {"valid-1"}}, true},
      {{"192.0.2.2", {}, {"valid-1"}}, false},
      {{"192.0.2.1", {}, {"valid-2"}}, true},
      {{"192.0.2.1", {}, {}}, true}, // the address has a bucket of its own
      {{"192.0.2.1", {}, {"made-up-1"}}, false},
      {{"192.0.2.1", {}, {"made-up-2"}}, false},
      {{"192.0.2.1", {}, {""}}, false},
      {{"192.0.2.1", {}, {"valid-3", "valid-4"}}, false}, // which of them is it?
      {{"192.0.2.3", {}, {"valid-2"}}, false},
  };
  for (const auto &call : calls)
    EXPECT_EQ(bool(admit(front, 0ms, call.from)), call.is_new)
        << call.from.peer << " " << (call.from.keys.empty() ? "" : call.from.keys.front());
}

TEST(admission, is_busy_while_all_permits_are_held) {
  admission front({.rate = every(1h), .burst = 3, .max_concurrent = 2});
  verdict first = admit(front, 0ms, {"192.0.2.1"});
  verdict second = admit(front, 0ms, {"192.0.2.2"});
  EXPECT_TRUE(first.permit);
  EXPECT_TRUE(second.permit);
  const verdict third = admit(front, 0ms, {"192.0.2.3"});
  EXPECT_EQ(third.said, answer::busy);
  EXPECT_EQ(third.status(), 503);
  EXPECT_EQ(third.retry_after, 1s);
  EXPECT_FALSE(third.permit);
  second.permit.release();
  {
    const verdict again = admit(front, 0ms, {"192.0.2.3"});
    EXPECT_EQ(again.status(), 200);
  }
  EXPECT_TRUE(admit(front, 0ms, {"192.0.2.3"}));             // whose permit was given back as well
  EXPECT_EQ(admit(front, 0ms, {"192.0.2.3"}).status(), 429); // the 503 has cost a token
}

// Who has had its share takes no permit from others on its way out.
TEST(admission, looks_at_the_client_first) {
  admission front({.rate = every(1h), .burst = 1, .max_concurrent = 1});
  const verdict held = admit(front, 0ms, {"192.0.2.1"});
  EXPECT_EQ(admit(front, 0ms, {"192.0.2.1"}).status(), 429);
  EXPECT_EQ(admit(front, 0ms, {"192.0.2.2"}).status(), 503);
}

TEST(admission, is_busy_when_it_can_tell_no_more_clients_apart) {
  admission front({.rate = every(1min), .burst = 1, .max_keys = 1});
  std::map<int, int> statuses;
  for (int i = 0; i < 100; ++i) {
    const verdict said = admit(front, 500ms, {"192.0.2." + std::to_string(i)});
    ++statuses[said.status()];
    EXPECT_EQ(said.retry_after, said ? 0s : 60s);
  }
  EXPECT_EQ(statuses, (std::map<int, int>{{200, 32}, {503, 68}})); // one group of slots
}

TEST(admission, takes_the_time_from_its_clock) {
  admission front({.rate = every(1h), .burst = 1});
  const request from{"192.0.2.1"};
  EXPECT_TRUE(front.admit(from.peer, from));
  const verdict said = front.admit(from.peer, from);
  EXPECT_EQ(said.status(), 429);
  EXPECT_STREQ(said.reason(), "Too Many Requests");
  EXPECT_GT(said.retry_after, 59min);
  EXPECT_LE(said.retry_after, 60min);
}

TEST(admission, refuses_to_be_made_of_nonsense) {
  EXPECT_THROW(admission({.burst = 0}), std::invalid_argument);
  EXPECT_THROW(admission({.max_keys = 0}), std::invalid_argument);
  EXPECT_THROW(admission({.api_key_header = "X-API-Key"}), std::invalid_argument);
}

} // namespace
