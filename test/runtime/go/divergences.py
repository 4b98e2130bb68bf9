# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where ours means to differ from x/time/rate 0.3.0. Each is a trace, and what Go and ours answer.

docs/runtime/rate_limiter.md lists them with the reasons.
"""


def both(line, answer="-"):
    return line, answer, answer


TABLE = {
    "time that runs backwards": [
        both("new 10 2"),
        both("allow 1000000000 1", "true"),
        ("allow 0 1", "true", "false"),
        both("allow 1000000000 1", "true"),
        ("allow 0 1", "true", "false"),
        ("allow 1000000000 1", "true", "false"),
    ],
    "n below 1": [
        both("new 10 3"),
        both("allow 0 3", "true"),
        ("allow 0 0", "true", "false"),
        ("reserve 0 0", "0", "false"),
        ("allow 0 -3", "true", "false"),
        ("tokens 0", "3", "0"),
    ],
    "a limit of 0 is a burst that is used up": [
        both("new 0 2"),
        ("tokens 0", "0", "2"),
        both("allow 0 1", "true"),
        both("reserve 0 2", "false"),
        both("reserve 0 1", "0"),
        both("reserve 0 1", "false"),
        both("burst 0 2"),
        ("allow 0 1", "true", "false"),
    ],
    "a new limit of 0": [
        both("new 10 2"),
        both("allow 0 2", "true"),
        both("limit 0 0"),
        ("allow 0 2", "true", "false"),
    ],
    "a limit in place of 0": [
        both("new 0 3"),
        both("allow 0 1", "true"),
        both("limit 0 10"),
        ("tokens 0", "0", "2"),
        ("reserve 0 3", "false", "100000000"),
    ],
    "a limit below 0 is one of 0": [
        both("new -1 2"),
        ("allow 0 2", "false", "true"),
        ("reserve 0 1", "9223372036854775807", "false"),
    ],
    "without a limit the bucket is full at once": [
        both("new 10 2"),
        both("allow 0 2", "true"),
        both("limit 0 inf"),
        ("tokens 0", "0", "2"),
        both("limit 0 10"),
        ("tokens 0", "0", "2"),
    ],
    "a bucket that takes more than 292 years to fill starts full": [
        both("new 1e-7 1000"),
        ("tokens 0", "922.3372036854776", "1000"),
    ],
    "one that takes more than 73 years promises nothing that is not there": [
        both("new 1e-9 10"),
        ("tokens 0", "9.223372036854776", "10"),
        both("allow 0 9", "true"),
        ("reserve 0 2", "1776627963145223424", "false"),
    ],
    "no more than a token a nanosecond": [
        both("new 4e9 10"),
        both("allow 0 10", "true"),
        ("tokens 1", "4", "1"),
    ],
    "a cancel of what was there gives back less than others took since": [
        both("new 10 10"),
        both("reserve 0 4", "0"),
        both("reserve 0 3", "0"),
        both("cancel 0 0"),
        ("tokens 0", "7", "4"),
    ],
    "and all of it if the others have cancelled as well": [
        both("new 10 10"),
        both("reserve 0 9", "0"),
        both("reserve 0 4", "300000000"),
        both("cancel 0 1"),
        both("tokens 0", "1"),
        both("cancel 0 0"),
        ("tokens 0", "7", "10"),
    ],
    "a cancel gives back once": [
        both("new 10 2"),
        both("reserve 0 2", "0"),
        both("reserve 0 1", "100000000"),
        both("cancel 0 1"),
        both("tokens 0", "0"),
        both("cancel 0 1"),
        ("tokens 0", "2", "0"),
    ],
    "and no more than was taken, also if others took what another gave back": [
        both("new 10 5"),
        both("allow 0 5", "true"),
        both("reserve 0 5", "500000000"),
        both("reserve 0 5", "1000000000"),
        both("reserve 0 1", "1100000000"),
        both("cancel 0 1"),
        both("reserve 0 1", "800000000"),
        both("tokens 0", "-8"),
        both("cancel 0 2"),
        ("tokens 0", "-4", "-7"),
    ],
    "a cancel gives nothing back after a new limit or burst": [
        both("new 10 2"),
        both("reserve 0 2", "0"),
        both("reserve 0 2", "200000000"),
        both("limit 0 20"),
        both("cancel 0 1"),
        ("tokens 0", "0", "-2"),
    ],
}
