// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// detached: a stop token that nobody stops, taken on purpose.
//
// Work that has to be finished even if its request is gone must not get the request's token, but
// `{}` or a default argument at the call looks as if somebody forgot it. This says that nobody did,
// and why. belay-dropped-cancellation accepts it.
//
// It is a token without a state: stop_possible() is false, nothing is allocated, and waits with it
// register nothing. Decided against: one of a new stop_source, which could be stopped by nobody
// either and costs an allocation; and keeping the reason, which is for readers.
//
#ifndef BELAY_DETACHED_H
#define BELAY_DETACHED_H

#include <cassert>
#include <stop_token>

namespace belay {

/// A token of which stop_requested() and stop_possible() are false for ever. The reason is a
/// sentence for whoever reads the call; an empty one is an error, which assert() finds.
[[nodiscard]] inline std::stop_token detached([[maybe_unused]] const char *reason) {
  assert(reason && *reason && "say why nobody may stop it");
  return {};
}

} // namespace belay

#endif
