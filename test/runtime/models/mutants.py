# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The seeded bugs: each a header of the runtime in which one text is another, and what finds it.

usage: mutants.py                      prints NAME;MODEL;HEADER;FAILURE of each
       mutants.py NAME INCLUDE FILE    reads the header below INCLUDE and writes the mutant to FILE

FAILURE is what Relacy calls it. That a text is in its header exactly once is checked when the
mutant is written, so that no change of the header leaves a test without its bug.
"""

import pathlib
import sys

LIMITER = ("rate_limiter", "belay/rate_limiter.h")
POOL = ("bounded_pool", "belay/bounded_pool.h")
EVENT = ("waiting", "belay/event.h")
LATCH = ("waiting", "belay/latch.h")
PERMITS = ("waiting", "belay/concurrency_limit.h")
STUCK = "DEADLOCK"
WRONG = "USER ASSERT FAILED"
GONE = "ACCESS TO FREED MEMORY"

TABLE = {
    # Two threads that have read the same time write one grant.
    "limiter-lost-update": (
        *LIMITER,
        WRONG,
        "interval != 0 && !full_.compare_exchange_weak(full, next, std::memory_order_relaxed)",
        "(full_.store(next, std::memory_order_relaxed), false)",
    ),
    # The bucket is as full as if now were the newest time that it was told.
    "limiter-rewound": (
        *LIMITER,
        WRONG,
        "__builtin_add_overflow(std::max(full, now), cost, &next)",
        "__builtin_add_overflow(now, cost, &next)",
    ),
    # As above, only for a time so far back that somebody must have set the clock.
    "limiter-clock-set-back": (
        *LIMITER,
        WRONG,
        "__builtin_add_overflow(std::max(full, now), cost, &next)",
        "__builtin_add_overflow(full - span > now ? now : std::max(full, now), cost, &next)",
    ),
    # A cancel brings what others have reserved since forward onto each other.
    "limiter-cancels-all": (
        *LIMITER,
        WRONG,
        "const std::int64_t later = newest ? 0 : last - taken.full_;",
        "const std::int64_t later = 0;",
    ),
    # A worker that takes one of two jobs does not wake another for the second.
    "pool-wake-not-passed-on": (
        *POOL,
        STUCK,
        "job next = pop();\n      wake_one();",
        "job next = pop();",
    ),
    # A worker is woken for the first job of a queue only.
    "pool-wakes-if-empty": (
        *POOL,
        STUCK,
        "if (count_ != 0 && sleeping_ != 0 && !work_wake_) {",
        "if (count_ == 1 && sleeping_ != 0 && !work_wake_) {",
    ),
    # The wake-up in flight never lands, so that there is no second one.
    "pool-wake-kept": (
        *POOL,
        STUCK,
        "--sleeping_;\n        work_wake_ = false;",
        "--sleeping_;",
    ),
    # The same for calls that wait for room.
    "pool-room-wake-kept": (
        *POOL,
        STUCK,
        "wait([this] {\n      room_wake_ = false;",
        "wait([this] {",
    ),
    # Calls that wait for room are not told of any.
    "pool-room-not-told": (*POOL, STUCK, "room_.notify_one();", ""),
    # One worker hears of the end, the others sleep on, and the destructor joins them.
    "pool-closes-one": (
        *POOL,
        STUCK,
        "work_.notify_all();",
        "work_.notify_one();",
    ),
    # A call that waits for room never hears that there will be none.
    "pool-closes-without-room": (
        *POOL,
        STUCK,
        "work_.notify_all();\n    room_.notify_all();",
        "work_.notify_all();",
    ),
    # A drain is not told that the last job has ended.
    "pool-end-not-told": (
        *POOL,
        STUCK,
        "if (closed_ && running_ == 0 && count_ == 0)\n      left_.notify_all();",
        "",
    ),
    # The destructor does not wait for calls that wait for room.
    "pool-leaves-callers": (
        *POOL,
        GONE,
        "return blocked_ == 0 && draining_ == 0;",
        "return draining_ == 0;",
    ),
    # A job that is dropped for a newer one is not counted.
    "pool-drop-not-counted": (
        *POOL,
        WRONG,
        "oldest = pop();\n        ++discarded_;",
        "oldest = pop();",
    ),
    # Whoever waits may be off, and the event gone, before it is notified.
    "event-notifies-late": (
        *EVENT,
        GONE,
        "const std::scoped_lock lock(mutex_);\n    set_ = true;\n    changed_",
        "{\n      const std::scoped_lock lock(mutex_);\n      set_ = true;\n    }\n    changed_",
    ),
    # What precedes a count that is not the last need not be seen.
    "latch-relaxed": (
        *LATCH,
        "DATA RACE",
        "std::memory_order_acq_rel",
        "std::memory_order_relaxed",
    ),
    # A permit is given back, and nobody told.
    "permit-not-told": (*PERMITS, STUCK, "released_.notify_one();", ""),
}


def main():
    if len(sys.argv) == 1:
        for name, (model, header, failure, _, _) in TABLE.items():
            print(name, model, header, failure, sep=";")
        return
    name, include, target = sys.argv[1:]
    _, header, _, old, new = TABLE[name]
    text = (pathlib.Path(include) / header).read_text()
    if text.count(old) != 1:
        sys.exit(f"{name}: {header} has this {text.count(old)} times, not once:\n{old}")
    target = pathlib.Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(old, new))


main()
