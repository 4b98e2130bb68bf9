# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The runtime's rate_limiter beside Go's x/time/rate: random traces get the same answers, but for
differences that are decided on, each by a rule of its own (agreement.py, divergences.py).

usage: differential.py LIMITER [SEED]

LIMITER is limiter.cpp, built; limiter.go is built here.
"""

import collections
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import agreement
import divergences
import traces

HERE = pathlib.Path(__file__).resolve().parent
TRACES = 500  # of each family
CALLS = 100_000  # with times that run backwards


def built_go(folder):
    if not shutil.which("go"):
        sys.exit("go is missing (Debian: golang-go golang-golang-x-time-dev)")
    program = pathlib.Path(folder) / "limiter-go"
    own = {
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOFLAGS": "",
        "GOCACHE": str(pathlib.Path(folder) / "cache"),
    }
    done = subprocess.run(
        ["go", "build", "-o", program, HERE / "limiter.go"],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(f"limiter.go does not build (Debian: golang-golang-x-time-dev):\n{done.stderr}")
    return program


def answers(program, lines):
    done = subprocess.run(
        [program], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, check=True
    )
    given = done.stdout.splitlines()
    if len(given) != len(lines):
        sys.exit(f"{program}: {len(given)} answers to {len(lines)} lines")
    return given


def compare(trace, exact, go, ours):
    """How many lines agree, and the Cut after them, if any."""
    judge = agreement.Agreement(exact)
    for number, (line, *given) in enumerate(zip(trace, go, ours)):
        try:
            cut = judge.line(line, *given)
        except agreement.Disagreement as what:
            print(*trace[max(0, number - 100) : number], sep="; ")
            sys.exit(f"{what}: to '{line}' Go says {given[0]}, ours {given[1]}")
        if cut:
            return number, cut
    return len(trace), None


def compare_family(family, chance, go, ours):
    made = [list(traces.trace(chance, family)) for _ in range(TRACES)]
    lines = [line for trace in made for line in trace]
    given = [iter(answers(program, lines)) for program in (go, ours)]
    agreed = 0
    cuts = collections.Counter()
    for trace in made:
        own = ([next(each) for _ in trace] for each in given)
        count, cut = compare(trace, family == "exact", *own)
        agreed += count
        cuts[cut] += 1
    print(f"{family}: {agreed} of {len(lines)} answers agree, in {TRACES} traces")
    for cut in agreement.Cut:
        print(f"  {cuts[cut]} of them up to: {cut.value}")
    if family == "exact" and cuts[agreement.Cut.ROUNDING]:
        sys.exit("exact: there is nothing to round")
    if 2 * agreed < len(lines):
        sys.exit(f"{family}: too little was compared")


def compare_divergences(go, ours):
    for name, rows in divergences.TABLE.items():
        lines = [line for line, _, _ in rows]
        for side, program in enumerate((go, ours)):
            given = answers(program, lines)
            expected = [row[1 + side] for row in rows]
            if given != expected:
                sys.exit(f"{name}: {program.name} answers\n  {given}, expected\n  {expected}")
    print(f"{len(divergences.TABLE)} differences are what they are said to be")


def compare_backwards(go, ours):
    lines = list(traces.backwards(CALLS))
    granted = [answers(program, lines).count("true") for program in (go, ours)]
    print(f"backwards: of {CALLS} calls, Go grants {granted[0]}, ours {granted[1]}")
    if granted[0] != CALLS or not 10 <= granted[1] <= 20:
        sys.exit(f"expected {CALLS}, and 10 to 20")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    seed = int(sys.argv[2]) if len(sys.argv) == 3 else random.SystemRandom().getrandbits(32)
    print(f"seed {seed}", flush=True)
    ours = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        go = built_go(folder)
        for family in traces.FAMILIES:
            compare_family(family, random.Random(f"{seed} {family}"), go, ours)
        compare_divergences(go, ours)
        compare_backwards(go, ours)


main()
