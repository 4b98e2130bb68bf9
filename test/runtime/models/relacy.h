// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// relacy: what the models use of Relacy, Dmitry Vyukov's model checker, and nothing else of it.
// <relacy/relacy.hpp> also makes macros of `new`, `assert`, `errno`, std::memory_order_relaxed and
// the names of POSIX and Windows, which no header of the standard library or of Belay survives.
//
#ifndef BELAY_MODELS_RELACY_H
#define BELAY_MODELS_RELACY_H

// Relacy checks itself, foremost that a model does the same if it is given the same choices.
#define RL_DO_ASSERT 1

#include <relacy/atomic.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/backoff.hpp>
#include <relacy/base.hpp>
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/dyn_thread.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/thread_local.hpp>
#include <relacy/var.hpp>

namespace models {

/// Keeps Relacy out of the memory of an execution while it lives. It replaces operator new in its
/// headers, inline, so that the standard library's own code has another; and makes each delete two
/// executions, one that uses the block again at once and one that does not, and a full search
/// 2^deletes as large. Leaks and uses after delete are AddressSanitizer's to find, in the other
/// tests; uses of a mutex, condition variable or atomic after its end are still found here.
class usual_memory {
public:
  usual_memory() { ++protected_count::of(rl::ctx()); }
  usual_memory(const usual_memory &) = delete;
  usual_memory &operator=(const usual_memory &) = delete;
  ~usual_memory() { --protected_count::of(rl::ctx()); }

private:
  struct protected_count : rl::context {
    static int &of(rl::context &all) { return all.*(&protected_count::disable_alloc_); }
  };
};

} // namespace models

#endif
