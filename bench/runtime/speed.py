#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times the runtime beside its peers, in turns, and prints the table of docs/runtime/performance.md.

usage: speed.py [--rounds=N] [--only=TEXT] BUILD

BUILD is the folder where CMakeLists.txt was built. Each round asks every program once for each
measure, in an order that changes, so that a slow minute of the machine hits all alike. Ratios are
those of the 25th percentiles. Exits 1 if a goal is missed.
"""

import argparse
import datetime
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys

# What is measured: the heading, ours, its peers, and the goals: at most so many times the peer.
MEASURES = [
    ("submit and run, 1 worker, 1 producer", "submit/belay/1w1p",
     {"submit/asio/1w1p": 0.6, "submit/tbb/1w1p": 0.3, "submit/go/1w1p": 1.5, "submit/bs/1w1p": None,
      "submit/thread-per-task": 0.01}),
    ("submit and run, 2 workers, 1 producer", "submit/belay/2w1p",
     {"submit/asio/2w1p": 0.6, "submit/tbb/2w1p": 0.3, "submit/go/2w1p": 1.5, "submit/bs/2w1p": None}),
    ("submit and run, 2 workers, 2 producers", "submit/belay/2w2p",
     {"submit/asio/2w2p": 0.6, "submit/tbb/2w2p": 0.3, "submit/go/2w2p": 1.5, "submit/bs/2w2p": None}),
    ("allow(), granted", "grant/belay",
     {"grant/go": 0.4, "grant/folly": 0.75, "grant/mutex": None, "floor/clock": None}),
    ("allow(), denied", "deny/belay",
     {"deny/go": 0.4, "deny/folly": 0.75, "deny/mutex": None, "floor/clock": None}),
    # 8 and 4 ns where the clock takes 21.
    ("allow_at(), granted", "grant-at/belay", {"floor/clock": 8 / 21, "floor/compare-and-swap": None}),
    ("allow_at(), denied", "deny-at/belay", {"floor/clock": 4 / 21}),
    ("a million clients, random", "keyed/belay", {"keyed/go": 0.5, "keyed/unordered_map": None}),
    ("bytes a client", "bytes/belay", {"bytes/go": None, "bytes/unordered_map": None}),
    ("stop to awake, 99th percentile", "awake/belay", {}),
    ("shutdown, 2 idle workers", "shutdown/belay",
     {"shutdown/asio": 1.2, "shutdown/tbb": None, "shutdown/bs": None}),
]
# At most so much, whatever the peers: bytes, and nanoseconds.
BOUNDS = {"bytes/belay": 40, "awake/belay": 1e6}


class Program:
    """Answers names with numbers, a line each, as main.cpp does."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.built_with = self.process.stdout.readline().strip()

    def measure(self, name):
        try:
            self.process.stdin.write(name + "\n")
            self.process.stdin.flush()
            return float(self.process.stdout.readline())
        except (BrokenPipeError, ValueError):
            sys.exit(f"speed.py: {name}: {self.process.args[0]} gave no number")


def machine():
    models = re.findall(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{models[0]}, {len(models)} cores" if models else f"{os.cpu_count()} cores"


def x_time_version():
    """Debian's, as the sources do not say."""
    try:
        asked = subprocess.run(["dpkg-query", "-Wf", "${Version}", "golang-golang-x-time-dev"],
                               capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return f", x/time {asked.stdout.split('-')[0]}" if asked.returncode == 0 else ""


def quartile(times):
    return statistics.quantiles(times, n=4, method="inclusive")[0]


def figure(value):
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def program_of(name):
    kind, program = name.split("/")[:2]
    return f"{program} alone" if kind == "floor" else program


def rows(measures, times):
    yield "| measure | program | min | p25 | median | belay's p25 to it | goal | |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for heading, ours, peers in measures:
        for name, goal in {ours: BOUNDS.get(ours), **peers}.items():
            if name not in times:
                continue
            value = quartile(times[name])
            ratio = "" if name == ours else quartile(times[ours]) / value
            met = "" if goal is None else "met" if (value if name == ours else ratio) <= goal else "missed"
            yield "| " + " | ".join([
                heading if name == ours else "", program_of(name),
                figure(min(times[name])), figure(value), figure(statistics.median(times[name])),
                ratio and f"{ratio:.3f}", "" if goal is None else f"≤ {goal:,.3g}" if ratio else
                f"≤ {goal:,.0f}", met]) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", default="", help="only measures whose heading holds this")
    parser.add_argument("build", type=pathlib.Path)
    options = parser.parse_args()

    programs = {"go": Program(options.build / "speed-go")}
    cpp = Program(options.build / "speed")
    measures = [each for each in MEASURES if options.only in each[0]]
    has_bs = "HAVE_BS_THREAD_POOL" in (options.build / "build.ninja").read_text()
    names = sorted({name for _, ours, peers in measures for name in [ours, *peers]
                    if has_bs or "/bs" not in name})
    times = {name: [] for name in names}
    for _ in range(options.rounds):
        random.shuffle(names)
        for name in names:
            times[name].append(programs.get(name.split("/")[1], cpp).measure(name))

    print(f"{datetime.date.today()}, {machine()}, {options.rounds} rounds; {cpp.built_with}, "
          f"{programs['go'].built_with}{x_time_version()}. In nanoseconds, where it does not say bytes.\n")
    table = list(rows(measures, times))
    print("\n".join(table))
    sys.exit(any("| missed |" in row for row in table))


main()
