#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures how long runs of Belay over a build take beside the compiler, in turns and in one run:
without anything kept, with one source or header changed, with no change, and how it grows.

Some sources get a comment at their end for a while, which changes none of their facts, or a line at
their start, which changes all and has their programs linked; a header gets a comment. Units that
clang does not parse, and files that are not there, are left out for all. Where perf can count them,
instructions in user mode are shown as well: clocks of shared machines are noisy.

usage: speed.py [--belay=PROGRAM] [--rounds=N] [--units=N] [-j N] [--growth] [--tidy=N] BUILD
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from extraction import VERSION, Unit, first_line, processor
from kept import rows

CHECKS = "-*,concurrency-*,bugprone-*"
SOURCES = 5  # of which the one that takes the middle is shown
UNCHANGED = 41  # times that a run without changes is measured
START = "the start of a process"


@dataclasses.dataclass
class Taken:
    """What a command took: seconds, the memory of its largest process in MiB, and instructions in
    user mode, which are 0 where nobody counts them."""
    wall: float
    cpu: float
    memory: float
    instructions: int = 0


def number_in(text):
    """The first number that perf's table has; 0 if there is none."""
    for line in text.splitlines():
        if line.split(",")[0].isdigit():
            return int(line.split(",")[0])
    return 0


def perf_counts():
    """Whether there is a perf, and it may count here."""
    if not shutil.which("perf"):
        return False
    done = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "true"],
                          capture_output=True, text=True)
    return number_in(done.stderr) != 0


HAS_PERF = perf_counts()


def measure(command, directory="."):
    """What the command and all its processes take; its exit code."""
    with tempfile.NamedTemporaryFile("r") as count:
        if HAS_PERF:
            command = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", count.name, *command]
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Taken(time.perf_counter() - start, usage.ru_utime + usage.ru_stime,
                     usage.ru_maxrss / 1024, number_in(count.read())), process.returncode


def middle(runs):
    return sorted(runs, key=lambda taken: taken.wall)[len(runs) // 2]


def for_each_unit(commands, jobs):
    """All commands, so many at once, as a build would run them."""
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        taken = list(pool.map(lambda each: measure(*each)[0], commands))
    return Taken(time.perf_counter() - start, sum(each.cpu for each in taken),
                 max(each.memory for each in taken), sum(each.instructions for each in taken))


class Bench:
    def __init__(self, options, entries, folder):
        self.options, self.folder = options, pathlib.Path(folder)
        self.build = self.folder / "build"
        self.build.mkdir()
        self.cache = self.folder / "cache"
        self.entries = self.parsed(entries)

    def parsed(self, entries):
        """The entries whose units clang parses without an error."""
        with concurrent.futures.ThreadPoolExecutor(self.options.j) as pool:
            units = [self.unit(entry) for entry in entries]
            codes = pool.map(lambda unit: measure(unit.clang, unit.directory)[1], units)
            return [entry for entry, code in zip(entries, codes) if code == 0]

    def unit(self, entry):
        return Unit(entry, self.options.belay, str(self.folder / "facts"))

    def use(self, entries):
        (self.build / "compile_commands.json").write_text(json.dumps(entries))

    def belay(self, *options, cold=False):
        if cold:
            subprocess.run(["rm", "-rf", self.cache], check=True)
        taken, code = measure([self.options.belay, "check", "-p", str(self.build), "--fail-on=never",
                               f"--cache-dir={self.cache}", f"-j{self.options.j}", *options])
        if code != 0:
            sys.exit(f"bench: belay check failed with exit code {code}")
        return taken

    def clang(self, entries):
        units = [self.unit(entry) for entry in entries]
        return for_each_unit([(unit.clang, unit.directory) for unit in units], self.options.j)

    def tidy(self, entries):
        commands = []
        for entry in entries:
            unit = self.unit(entry)
            flags = [flag for flag in unit.clang[3:] if flag != unit.file]
            commands.append((["clang-tidy-" + VERSION, "--quiet", f"--checks={CHECKS}", unit.file,
                              "--", *flags], unit.directory))
        return for_each_unit(commands, self.options.j)

    def headers(self):
        """The project's headers, those of most units first, and of how many they are."""
        project = os.path.commonpath([self.unit(entry).file for entry in self.entries])
        counts = {}
        with contextlib.closing(sqlite3.connect(self.cache / "facts.sqlite")) as database:
            names = {row: name for row, name in database.execute("SELECT id, name FROM path")
                     if name.startswith(project + "/") and name.endswith((".h", ".hpp", ".hh"))
                     and os.path.isfile(name)}
            for blob, in database.execute("SELECT paths FROM facts"):
                for row in rows(blob):
                    if row in names:
                        counts[names[row]] = counts.get(names[row], 0) + 1
        return sorted(((count, name) for name, count in counts.items()), reverse=True)

    def round(self):
        """One of each, in the order of the table."""
        taken = {"clang++ -fsyntax-only": self.clang(self.entries)}
        self.use(self.entries)
        taken["belay, --exact"] = self.belay("--exact", cold=True)
        taken["belay, nothing kept"] = self.belay(cold=True)
        taken["belay, no change"], taken[START] = self.unchanged()
        sources = random.Random(1).sample(self.entries, min(SOURCES, len(self.entries)))
        taken["belay, a source has another comment"] = self.with_each(sources, after=True)
        taken["belay, a source has another line"] = self.with_each(sources, after=False)
        headers = self.headers()
        few = [each for each in headers if each[0] <= len(self.entries) / 10]
        for count, header in (few or headers[-1:])[:1]:
            with changed(header, after=True):
                taken[f"belay, a header of {count} units has another comment"] = self.belay()
        return taken

    def unchanged(self):
        """What a run without changes takes in the middle, and in turns with it the start alone."""
        runs = [(self.belay(), measure([self.options.belay, "--version"])[0])
                for _ in range(UNCHANGED)]
        return [middle(each) for each in zip(*runs)]

    def with_each(self, entries, after):
        """What the run takes in the middle that one of the sources has changed for."""
        runs = []
        for entry in entries:
            self.belay()
            with changed(self.unit(entry).file, after):
                runs.append(self.belay())
        self.belay()
        return middle(runs)


@contextlib.contextmanager
def changed(name, after):
    """A file with a comment that it never had at its end, or a line at its start, for a while."""
    file = pathlib.Path(name)
    text, status = file.read_bytes(), file.stat()
    comment = f"// measured at {time.time_ns()}\n".encode()
    try:
        file.write_bytes(text + b"\n" + comment if after else comment + text)
        time.sleep(0.1)  # a file that young would not be kept
        yield
    finally:
        file.write_bytes(text)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        time.sleep(0.1)


def report(rounds, units):
    parts = ["wall", "cpu"] + ["instructions"] * HAS_PERF
    print(f"| {units} units | wall | CPU | of clang's wall | of its CPU | largest process |" +
          " of its instructions |" * HAS_PERF)
    print("| --- " * (6 + HAS_PERF) + "|")

    def median(of):
        return statistics.median(of(each) for each in rounds)

    for name in rounds[0]:
        if name == START:
            continue
        wall, cpu = (median(lambda each, part=part: getattr(each[name], part))
                     for part in ("wall", "cpu"))
        ratios = [median(lambda each, part=part: getattr(each[name], part) /
                         getattr(each["clang++ -fsyntax-only"], part)) for part in parts]
        memory = max(each[name].memory for each in rounds)
        print(f"| {name} | {wall:.2f} s | {cpu:.2f} s | {ratios[0]:.3f} | {ratios[1]:.3f} | "
              f"{memory:.0f} MiB |" + "".join(f" {ratio:.3f} |" for ratio in ratios[2:]))
    start = median(lambda each: each[START].wall) * 1000
    over = median(lambda each: each["belay, no change"].wall - each[START].wall) * 1000
    print(f"\nNo change: {over:.1f} ms over {START}, which is {start:.1f} ms; "
          f"{over / units * 1000:.1f} ms for 1,000 units; the middle of {UNCHANGED} runs.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--belay", default="build/bin/belay")
    parser.add_argument("--rounds", type=int, default=3, help="how often; default: 3")
    parser.add_argument("--units", type=int, help="only so many, chosen by chance but always alike")
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="processes at once")
    parser.add_argument("--growth", action="store_true", help="also for 1, 10, 100 ... units")
    parser.add_argument("--tidy", type=int, metavar="N", help="also clang-tidy, over N units")
    parser.add_argument("database", type=pathlib.Path, metavar="BUILD")
    options = parser.parse_args()
    options.belay = str(pathlib.Path(options.belay).resolve())
    database = options.database
    if database.is_dir():
        database /= "compile_commands.json"
    entries = list({entry["file"]: entry for entry in json.loads(database.read_text())}.values())
    random.Random(0).shuffle(entries)
    with tempfile.TemporaryDirectory(prefix="belay-bench-") as folder:
        bench = Bench(options, entries[:options.units], folder)
        print(f"{datetime.date.today()}, {processor()}, {options.j} processes, "
              f"{first_line(['clang++-' + VERSION, '--version'])}, "
              f"{first_line([options.belay, '--version'])}; medians of {options.rounds} rounds.\n")
        report([bench.round() for _ in range(options.rounds)], len(bench.entries))
        if options.tidy:
            some = bench.entries[:options.tidy]
            clang, tidy = bench.clang(some), bench.tidy(some)
            print(f"\nclang-tidy with {CHECKS} over {len(some)} units: {tidy.wall:.1f} s, "
                  f"{tidy.wall / clang.wall:.2f} of clang's {clang.wall:.1f} s.")
        if options.growth:
            print("\n| units | nothing kept | a unit | no change |\n| --- | --- | --- | --- |")
            sizes = [size for size in (1, 10, 100) if size < len(bench.entries)]
            for size in [*sizes, len(bench.entries)]:
                bench.use(bench.entries[:size])
                cold, warm = bench.belay(cold=True), bench.belay()
                print(f"| {size} | {cold.wall:.2f} s | {cold.wall / size * 1000:.0f} ms | "
                      f"{warm.wall * 1000:.0f} ms |")


if __name__ == "__main__":
    main()
