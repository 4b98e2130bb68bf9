# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random traces: what to ask a limiter, line by line, at times that stand still or go forward.

The families differ in how exactly both limiters can count:

exact       rates and times are powers of two apart, so that neither of them rounds anything
whole       a token takes whole nanoseconds, so that only Go's floats round
fractional  any rate, so that ours rounds the time of a token up as well
"""

import math

FAMILIES = ("exact", "whole", "fractional")
KINDS = ("allow", "reserve", "cancel", "limit", "burst")
WEIGHTS = (50, 25, 12, 3, 3)
STARTS = (0, 1_700_000_000_000_000_000)  # nanoseconds since 1970


class Exact:
    """Limits of 1, 2, 4, 8 units and ticks of 1/8 unit: all that comes of them is whole ticks."""

    def __init__(self, random):
        self.random = random
        self.unit = random.randint(-10, 3)

    def limit(self):
        return math.ldexp(1, self.unit + self.random.randint(0, 3))

    def step(self, limit, tokens):
        ticks = self.random.choice((1, self.random.randint(1, 8), int(8 * tokens)))
        return ticks * 1_000_000_000 * 2**10 // 2 ** (self.unit + 3 + 10)


class Whole:
    def __init__(self, random):
        self.random = random

    def interval(self):
        unit = self.random.choice((1, 10, 1000)) ** self.random.randint(0, 3)
        return unit * self.random.randint(1, 99)

    def limit(self):
        return 1e9 / self.interval()

    def step(self, limit, tokens):
        interval = 1e9 / limit
        return round(interval * self.random.choice((1, tokens, self.random.uniform(0, tokens))))


class Fractional(Whole):
    def limit(self):
        return 10 ** self.random.uniform(-3, 7)

    def step(self, limit, tokens):
        if self.random.random() < 0.05:
            return super().step(limit, tokens)
        return round(self.random.uniform(0, 1e9 / limit * tokens))


def trace(random, family):
    """The lines of one trace; before each question comes one for the tokens at that time."""
    shape = {"exact": Exact, "whole": Whole, "fractional": Fractional}[family](random)
    burst = random.choice((0, 1, 2, 5, random.randint(1, 1000)))
    limit = "inf" if random.random() < 0.03 else shape.limit()
    now = random.choice(STARTS)
    yield f"new {word(limit)} {burst}"
    kept = []  # reservations that nobody has cancelled yet
    count = 0
    just_unlimited = False  # takes effect with time, in Go's
    weights = list(WEIGHTS)
    if random.random() < 0.5:
        weights[3:] = 0, 0  # reservations are comparable for as long as nothing changes
    for _ in range(random.choice((1, 10, 100, 300))):
        if just_unlimited or random.random() < 0.5:
            pace = shape.limit() if limit == "inf" else limit
            tokens = random.choice((1, 1, 2, random.randint(1, 2 * burst + 1)))
            now += max(1, shape.step(pace, tokens))
            just_unlimited = False
        yield f"tokens {now}"
        kind = random.choices(KINDS, weights)[0]
        n = random.choice((1, 1, 1, random.randint(0, burst + 2)))
        if kind == "cancel" and kept:
            yield f"cancel {now} {kept.pop(random.choice((-1, random.randrange(len(kept)))))}"
            yield f"tokens {now}"
        elif kind == "limit":
            limit = "inf" if random.random() < 0.2 else shape.limit()
            just_unlimited = limit == "inf"
            yield f"limit {now} {word(limit)}"
        elif kind == "burst":
            burst = random.randint(0, min(1000, 2 * burst + 2))
            just_unlimited = limit == "inf"
            yield f"burst {now} {burst}"
        elif kind == "reserve":
            kept.append(count)
            count += 1
            yield f"reserve {now} {n}"
        else:
            yield f"allow {now} {n}"
    yield f"tokens {now + just_unlimited}"


def word(limit):
    return limit if limit == "inf" else repr(limit)


def backwards(calls):
    """10,000 a second and 10 at once, asked at t and at t - 1 ms in turns."""
    yield "new 10000 10"
    for call in range(calls):
        yield f"allow {STARTS[1] - 1_000_000 * (call % 2)} 1"
