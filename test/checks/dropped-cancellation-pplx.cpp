// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// The tasks of the C++ REST SDK: a token that nobody can stop, none(), is as good as a new one.
// Against its headers.
//
#include <pplx/pplxtasks.h>
#include <string>
#include <vector>

using pplx::cancellation_token;

std::string fetch(const std::string &address,
                  cancellation_token token = cancellation_token::none());
void insert(const std::string &row, const cancellation_token &token);
pplx::task<std::string> fetchLater(const std::string &address, cancellation_token token);
void log(const std::string &line);
namespace belay {
cancellation_token detached(const char *why);
}

void import_bad(const std::vector<std::string> &addresses, cancellation_token token) {
  for (const std::string &address : addresses) {
    if (token.is_canceled())
      pplx::cancel_current_task();
    insert(fetch(address), token);
    // CHECK: [[#@LINE-1]]:12: warning: 'fetch' takes a token and is called without
  }
}

void none_bad(const std::string &address, cancellation_token token) {
  if (token.is_canceled())
    return;
  insert(fetch(address, token), cancellation_token::none());
  // CHECK: [[#@LINE-1]]:3: warning: 'insert' is given a new token
}

pplx::task<std::string> later_bad(const std::string &address, cancellation_token token) {
  if (token.is_canceled())
    return pplx::task_from_result(std::string());
  return fetchLater(address + "/index", cancellation_token::none());
  // CHECK: [[#@LINE-1]]:10: warning: 'fetchLater' is given a new token
}

std::string ownSource_bad(const std::string &address, cancellation_token token) {
  pplx::cancellation_token_source source;
  std::string page = token.is_canceled() ? "" : fetch(address, source.get_token());
  // CHECK: [[#@LINE-1]]:49: warning: 'fetch' is given a new token
  source.cancel();
  return page;
}

void poll_bad(const std::string &address, cancellation_token token) {
  for (;;)
    log(fetch(address, cancellation_token::none()));
  // CHECK: [[#@LINE-2]]:3: warning: this loop never looks at 'token'
  // CHECK: [[#@LINE-2]]:9: warning: 'fetch' is given a new token
}

// Stopped with the token, by its constructor or by a callback.
std::string linked_ok(const std::string &address, cancellation_token token) {
  auto source = pplx::cancellation_token_source::create_linked_source(token);
  return fetch(address, source.get_token());
}

std::string callback_ok(const std::string &address, cancellation_token token) {
  pplx::cancellation_token_source source;
  auto registration = token.register_callback([source] { source.cancel(); });
  std::string page = fetch(address, source.get_token());
  token.deregister_callback(registration);
  return page;
}

pplx::task<void> options_ok(const std::string &address, cancellation_token token) {
  pplx::task<std::string> page = fetchLater(address, token);
  return page.then([token](const std::string &text) { insert(text, token); },
                   pplx::task_options(token));
}

void passed_ok(const std::vector<std::string> &addresses, const cancellation_token &token) {
  for (const std::string &address : addresses)
    insert(fetch(address, token), token);
}

void onPurpose_ok(const std::string &address, cancellation_token token) {
  insert(address, belay::detached("the visit counts even if the visitor leaves"));
  fetch(address, token);
}

void cleanUp_ok(const std::string &address, cancellation_token token) {
  while (!token.is_canceled())
    log(fetch(address, token));
  insert("end of " + address, cancellation_token::none());
}

// Nobody handed a token in, so none() is the truth.
std::string noToken_ok(const std::string &address) {
  return fetch(address, cancellation_token::none());
}
