#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures what extraction costs beside parsing: for each unit of a compile database,
`clang -fsyntax-only -w` and `belay extract` with the same flags, in turns.

usage: extraction.py [--belay=PROGRAM] [--repeats=N] [--units=N] [--callgrind] COMPILE_COMMANDS
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

VERSION = "22"
WITH_VALUE = {"-o", "-MF", "-MT", "-MQ"}
ALONE = {"-c", "-MD", "-MMD", "-MP", "-M", "-MM"}


class Unit:
    """A source, and the two commands that are compared."""

    def __init__(self, entry, belay, facts):
        command = entry.get("arguments") or shlex.split(entry["command"])
        self.directory = entry["directory"]
        self.file = os.path.join(self.directory, entry["file"])
        flags = []
        arguments = iter(command[1:])
        for argument in arguments:
            if argument in WITH_VALUE:
                next(arguments, None)
            elif argument not in ALONE and argument != "--" and not self.is_input(argument):
                flags.append(argument)
        compiler = "clang-" if self.file.endswith(".c") else "clang++-"
        self.clang = [compiler + VERSION, "-fsyntax-only", "-w", *flags, self.file]
        self.extract = [belay, "extract", self.file, "-o", facts, "--", *flags]

    def is_input(self, argument):
        return os.path.join(self.directory, argument) == self.file


def measure(command, directory):
    """Wall and user seconds of a command with all its processes, or None if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return (wall, usage.ru_utime) if status == 0 else None


def instructions(command, directory):
    """User instructions of a command, or None where they cannot be counted."""
    with tempfile.NamedTemporaryFile("r") as counts:
        perf = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", counts.name, "--", *command]
        try:
            subprocess.run(perf, cwd=directory, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        lines = [line.split(",") for line in counts.read().splitlines() if "instructions" in line]
    return int(lines[0][0]) if lines and lines[0][0].isdigit() else None


def callgrind(command, directory):
    """User instructions of a command with all its processes: exact, and fifty times slower."""
    program = os.path.realpath(shutil.which(command[0]))
    with tempfile.TemporaryDirectory() as folder:
        valgrind = ["valgrind", "--tool=callgrind", "--trace-children=yes",
                    f"--callgrind-out-file={folder}/%p", program, *command[1:]]
        done = subprocess.run(valgrind, cwd=directory, capture_output=True, text=True)
    counts = re.findall(r"Collected : (\d+)", done.stderr)
    return sum(map(int, counts)) if done.returncode == 0 else None


def run(units, repeats):
    """For each unit and command the times of all repeats; the order changes every time."""
    times = {unit: ([], []) for unit in units}
    broken = []
    for repeat in range(repeats):
        for index, unit in enumerate(units):
            if sys.stderr.isatty():
                print(f"\r[{repeat + 1}/{repeats}] {index + 1}/{len(units)}\033[K", end="",
                      file=sys.stderr, flush=True)
            order = [0, 1] if (repeat + index) % 2 == 0 else [1, 0]
            for which in order:
                taken = measure((unit.clang, unit.extract)[which], unit.directory)
                if taken is None and unit in times:
                    broken.append((unit, ("clang", "belay")[which]))
                    del times[unit]
                if unit in times:
                    times[unit][which].append(taken)
        units = [unit for unit in units if unit in times]
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return times, broken


def total(times, which, part, pick):
    return sum(pick([taken[part] for taken in both[which]]) for both in times.values())


def row(title, clang, belay, shown):
    print(f"| {title} | {shown(clang)} | {shown(belay)} | {belay / clang:.3f} |")


def seconds(value):
    return f"{value:.2f} s"


def first_line(command):
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown processor"


def report(times, broken, repeats, belay, count):
    clang = "clang++-" + VERSION
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, "
          f"{first_line([clang, '--version'])}, {first_line([belay, '--version'])}: "
          f"{len(times)} units, {repeats} repeats in turns, one process at a time.\n")
    print(f"| Sum over the units | {clang} -fsyntax-only -w | belay extract | ratio |")
    print("| --- | --- | --- | --- |")
    for title, part in (("wall", 0), ("user CPU", 1)):
        for name, pick in (("min", min), ("median", statistics.median)):
            row(f"{title}, {name} of {repeats}", total(times, 0, part, pick),
                total(times, 1, part, pick), seconds)
    counts = [(count(unit.clang, unit.directory), count(unit.extract, unit.directory))
              for unit in times] if count(["true"], "/") else []
    if counts and all(a and b for a, b in counts):
        row("user instructions, one run", sum(a for a, _ in counts), sum(b for _, b in counts),
            lambda value: f"{value / 1e9:.2f} G")
    starts = [min(measure(command, "/")[0] for _ in range(10))
              for command in ([clang, "--version"], [belay, "--version"])]
    row("start-up (`--version`), one process", *starts, lambda value: f"{value * 1000:.0f} ms")
    print("\nBoth include their start-up, and `belay extract` its child process and writing the "
          "facts.")
    for unit, who in broken:
        print(f"Left out, since {who} did not parse it: {unit.file}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--belay", default="build/bin/belay")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--units", type=int, help="only the first so many")
    parser.add_argument("--callgrind", action="store_true",
                        help="count instructions with valgrind, which takes fifty times as long")
    parser.add_argument("database", type=pathlib.Path)
    options = parser.parse_args()
    belay = str(pathlib.Path(options.belay).resolve())
    entries = json.loads(options.database.read_text())
    with tempfile.TemporaryDirectory(prefix="belay-bench-") as folder:
        units = [Unit(entry, belay, folder + "/facts")
                 for entry in {entry["file"]: entry for entry in entries}.values()]
        times, broken = run(units[:options.units], options.repeats)
        if not times:
            sys.exit("bench: no unit could be measured")
        report(times, broken, options.repeats, belay,
               callgrind if options.callgrind else instructions)


if __name__ == "__main__":
    main()
