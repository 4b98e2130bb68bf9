# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether two answers to a line of a trace agree, and if not, by which rule they may differ.

With i the nanoseconds that a token takes, 1e9 / rate, ours counts in I, the next whole number. So
ours has never more tokens than Go's, and after t nanoseconds at most

    lag = t / i - t / I, summed since both buckets were last full

tokens fewer; a new limit rounds up what was used, by 1 ns of the new rate at most. Go's floats add
`fuzz`: 8 units in the last place of the largest number involved for each operation; and Go cuts a
wait down to whole nanoseconds. In the exact family all of that is 0.

A trace is compared up to the first answers that differ by a rule, since the buckets hold different
things from there on. Those rules are the values of Cut.
"""

import enum
import fractions
import math


class Cut(enum.Enum):
    ROUNDING = "within the rounding, on different sides of a limit"
    CANCEL_AFTER_CHANGE = "cancelled after a new limit or burst"
    CANCEL_UNDELAYED = "cancelled what was there, and others took some since"
    CANCEL_TANGLED = "cancelled after others took what an earlier cancel gave back"
    CANCEL_REWOUND = "cancelled after a later one, whose time Go has rounded"


class Disagreement(Exception):
    pass


class Reservation:
    def __init__(self, n, time, go, ours, slack, state):
        self.n = n
        self.go = None if go == "false" else time + int(go)  # when it may act
        self.ours = None if ours == "false" else time + int(ours)
        self.slack = slack
        self.delayed = self.ours != time
        self.changes = state.changes
        self.setting = state.interval, state.burst
        self.taken = state.taken
        self.left = state.left


class Agreement:
    def __init__(self, exact):
        self.exact = exact
        self.burst = 0
        self.now = 0
        self.go = self.ours = 0.0  # tokens, as last answered
        self.lag = self.fuzz = 0.0
        self.changes = 0  # of limit and burst
        self.taken = 0  # tokens so far
        self.left = 0  # of them, less what was cancelled before others were taken
        self.reservations = []
        self.latest = 0  # when the last of the reservations may act
        self.returned = False  # a cancel gave tokens back that came before those of others
        self.wary = False  # or did once: ours counts with those others for longer
        self.tangled = False  # and somebody has taken some since
        self.rewound = False  # the last of the reservations was cancelled
        self.most = None  # tokens that ours may have after a cancel, where Go's may have fewer
        self.cut = None  # to be judged by the tokens that are there then:
        self.allowed = ()  # at least, and at most; None for what Go has

    def line(self, line, go, ours):
        """A Cut after which nothing is comparable, or None; raises Disagreement."""
        verb, *words = line.split()
        if verb == "new":
            self.burst = int(words[1])
            self.pace(words[0])
            return None
        time, *words = words
        self.pass_time(int(time))
        return getattr(self, "judge_" + verb)(*words, go, ours)

    def pace(self, limit):
        self.unlimited = limit == "inf"
        self.rate = math.inf if self.unlimited else float(limit)
        self.interval = math.ceil(1e9 / self.rate)
        self.excess = self.loss = 0.0
        if not self.unlimited:
            exactly = 1_000_000_000 / fractions.Fraction(self.rate)
            self.excess = float(self.interval - exactly)
            self.loss = float(1 / exactly - fractions.Fraction(1, self.interval))
        self.nanosecond = 0.0 if self.exact or self.unlimited else self.rate / 1e9  # in tokens

    def pass_time(self, time):
        self.lag += (time - self.now) * self.loss
        self.now = time
        if time > self.latest:
            self.returned = self.tangled = False
        if not self.exact:
            self.fuzz += 8 * math.ulp(self.burst + abs(self.go))

    def judge_tokens(self, go, ours):
        self.go, self.ours = float(go), float(ours)
        if self.go == self.ours == self.burst:
            self.lag = self.fuzz = 0.0
        if self.cut:
            low, high = self.allowed
            high = self.go if high is None else high
            require(low - self.fuzz <= self.ours <= high + self.fuzz, "what a cancel gave back")
            return self.cut
        agree = -self.fuzz <= self.go - self.ours <= self.lag + self.fuzz
        most, self.most = self.most, None
        require(agree or most is not None and self.go <= self.ours <= most + self.fuzz, "tokens")
        return None if agree else Cut.CANCEL_REWOUND

    def judge_allow(self, n, go, ours):
        n = int(n)
        if n < 1:
            return self.refuse(go, ours)
        if go == ours:
            if go == "true":
                self.take(n)
            require(self.unlimited or n <= self.burst or go == "false", "n above the burst")
            return None
        if go == "true":  # Go cuts what it would have to wait for down to whole nanoseconds
            require(n - self.ours <= self.lag + self.fuzz + self.nanosecond, "refused")
        else:
            require(self.ours - n <= self.fuzz, "granted")
        return Cut.ROUNDING

    def refuse(self, go, ours):
        require(ours == "false", "granted n below 1")
        if go != "false":
            self.take(0)  # Go's forgets when the last reservation before it may act

    def take(self, n):
        self.tangled |= self.returned
        self.rewound = False
        self.taken += 0 if self.unlimited else n
        self.left += 0 if self.unlimited else n

    def judge_reserve(self, n, go, ours):
        n = int(n)
        if n < 1:
            self.refuse(go, ours)
            self.reservations.append(None)
            return None
        require((go == "false") == (ours == "false"), "one of them is not ok")
        require((go == "false") == (n > self.burst and not self.unlimited), "ok, or not")
        if go == "false":
            self.reservations.append(None)
            return None
        self.take(n)
        missing = max(0.0, n - self.go)
        low = 0.0 if self.exact else self.fuzz * self.interval + 4 * math.ulp(float(go))
        high = low + self.lag * self.interval + missing * self.excess + (0 if self.exact else 1)
        require(-low <= int(ours) - int(go) <= high, "delay")
        taken = Reservation(n, self.now, go, ours, high, self)
        self.reservations.append(taken)
        self.latest = max(self.latest, taken.ours, taken.go)
        return None

    def judge_cancel(self, index, *_):
        taken = self.reservations[int(index)]
        if taken is None or max(taken.go, taken.ours) < self.now:
            return None
        if taken.changes != self.changes:
            self.cut = Cut.CANCEL_AFTER_CHANGE
            back = (self.interval, self.burst) == taken.setting  # changed, and changed back
            self.allowed = self.ours, self.ours + taken.n if back else self.ours
            return None
        if self.unlimited:
            return None
        if (taken.go < self.now) != (taken.ours < self.now):
            require(abs(taken.go - taken.ours) <= taken.slack, "too late to cancel")
            return Cut.ROUNDING
        whole = min(self.burst, self.ours + taken.n)
        last = taken.left == self.left
        if self.tangled:
            self.cut = Cut.CANCEL_TANGLED
            most = whole if self.rewound else None  # Go's knows of what was cancelled as well
            self.allowed = (whole, whole) if last else (self.ours, most)
        elif not taken.delayed and taken.taken != self.taken:
            self.cut = Cut.CANCEL_UNDELAYED
            later = self.left - taken.left
            left = min(self.burst, self.ours + max(0, taken.n - later))
            self.allowed = (self.ours if self.wary else left), left
        if self.rewound and not self.exact:
            self.most = whole
        self.left -= taken.n if last else 0
        self.rewound |= last
        self.returned |= not last
        self.wary |= not last
        self.fuzz += 2 * self.nanosecond  # Go has cut down both times from which it reckons
        return None

    def judge_limit(self, limit, *_):
        old = self.interval
        self.pace(limit)
        if self.interval != old:
            self.lag = self.nanosecond + (0.0 if old == 0 else self.lag)
            self.change()

    def judge_burst(self, burst, *_):
        if self.burst != int(burst):
            self.burst = int(burst)
            self.change()

    def change(self):
        self.changes += 1
        self.returned = self.tangled = self.wary = False


def require(holds, what):
    if not holds:
        raise Disagreement(what)
