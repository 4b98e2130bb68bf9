// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Tokens that are left out on purpose, kept for later, or joined with others: all that looks like a
// token that is lost and is none.
//
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

struct Order {
  long id = 0;
  std::string user;
};
bool charge(const Order &order, std::stop_token stop = {});
void audit(const std::string &line);
void audit(const std::string &line, std::stop_token stop);
std::string price(const std::string &item, std::stop_token stop = {});
std::string describe(const Order &order);
void onClose(std::function<void()> callback);
namespace belay {
std::stop_token detached(const char *why);
}

// Paid is paid, whether the customer still waits or not. But only the others say that it is meant.
void audit_bad(const Order &order, std::stop_token stop) {
  bool paid = charge(order, stop);
  audit((paid ? "charged " : "refused ") + order.user);
  // CHECK: [[#@LINE-1]]:3: warning: 'audit' takes a token and is called without
}
void detached_ok(const Order &order, std::stop_token stop) {
  bool paid = charge(order, stop);
  audit(paid ? "charged" : "refused", belay::detached("the books have to be complete"));
}
void nolint_ok(const Order &order, std::stop_token stop) {
  bool paid = charge(order, stop);
  audit(paid ? "charged" : "refused"); // NOLINT(belay-dropped-cancellation): the books are complete
}
void nolintNextLine_ok(const Order &order, std::stop_token stop) {
  bool paid = charge(order, stop);
  // NOLINTNEXTLINE(belay-dropped-cancellation): the books have to be complete
  audit(paid ? "charged" : "refused");
}

// A comment for another check is none for this one.
void otherNolint_bad(const Order &order, std::stop_token stop) {
  bool paid = charge(order, stop);
  audit(paid ? "charged" : "refused"); // NOLINT(belay-detached-thread): no thread here
  // CHECK: [[#@LINE-1]]:3: warning: 'audit' takes a token and is called without
}

// The cache is filled for all requests, not for the one that happened to be first.
class Prices {
public:
  std::string get_ok(const std::string &item, std::stop_token stop) {
    std::lock_guard lock(mutex_);
    std::string &known = known_[item];
    if (known.empty() && !stop.stop_requested())
      known = price(item, belay::detached("other requests read it from here"));
    return known;
  }

private:
  std::mutex mutex_;
  std::map<std::string, std::string> known_;
};

std::string noOverload_ok(const std::vector<Order> &orders, std::stop_token stop) {
  std::string text;
  for (const Order &order : orders)
    if (!stop.stop_requested())
      text += describe(order);
  return text;
}

// Kept in a member by the constructor, and asked by each method.
class Checkout {
public:
  Checkout(Order order, std::stop_token stop) : order_(std::move(order)), stop_(std::move(stop)) {}
  void token_ok(std::stop_token stop) { stop_ = std::move(stop); }
  bool run_ok() { return !stop_.stop_requested() && charge(order_, stop_); }
  // The token of the member is at hand as one of a parameter is, but nobody says for how long.
  bool FN_member() { return !stop_.stop_requested() && charge(order_); }

private:
  Order order_;
  std::stop_token stop_;
};

// Bound in a callback that runs later.
void bound_ok(const Order &order, std::stop_token stop) {
  onClose([order, stop] { charge(order, stop); });
  onClose(std::bind(price, order.user, stop));
}
std::function<bool()> returned_ok(const Order &order, std::stop_token stop) {
  return [order, token = std::move(stop)] { return charge(order, token); };
}

// The stop of the request stops the source of the order, which others can stop, too.
bool linked_ok(const Order &order, std::stop_token stop) {
  std::stop_source both;
  std::stop_callback link(stop, [&both] { both.request_stop(); });
  return charge(order, both.get_token());
}
// Two tokens are merged by a source that either of them stops.
bool merged_ok(const Order &order, std::stop_token request, std::stop_token shutdown) {
  auto either = std::make_shared<std::stop_source>();
  auto stop = [either] { either->request_stop(); };
  std::stop_callback first(request, stop), second(shutdown, stop);
  return charge(order, either->get_token());
}

// In a request, with the token among other things.
struct Request {
  Order order;
  std::stop_token stop;
};
bool inRequest_ok(const Request &request) { return charge(request.order, request.stop); }
bool FN_inRequest(const Request &request) {
  return !request.stop.stop_requested() && charge(request.order);
}
