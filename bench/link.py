#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures what `belay link` takes for the facts of many units: writes programs of ten small units
that call each other, extracts them once, and links them several times: with nothing kept, with the
findings of every program but one kept, and of every program.

usage: link.py [--belay=PROGRAM] [--units=N] [--repeats=N]
"""

import argparse
import concurrent.futures
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# A class with a lock, a handler, helpers, and a call into the next unit: what services are made of.
SOURCE = """\
#include "mutex.h"
struct Request {{ int id; }};
int next{next}(int part);
class Store{n} {{
public:
  void add(int part) {{ Guard guard(mutex_); total_ += part; count_ = count_ + 1; }}
  int total() {{ Guard guard(mutex_); return total_; }}
  int mean() {{ Guard guard(mutex_); return count_ ? total_ / count_ : 0; }}
  void reset() {{ Guard guard(mutex_); clear(); }}
private:
  void clear() {{ total_ = 0; count_ = 0; }}
  Mutex mutex_;
  int total_ = 0;
  int count_ = 0;
}};
static Store{n} store{n};
static int check{n}(int part) {{ return part > 0 ? part : -part; }}
static int shape{n}(int part) {{ return check{n}(part) * 2; }}
[[clang::annotate("belay::handler")]] void handle{n}(const Request &request) {{
  store{n}.add(shape{n}(request.id));
  if (store{n}.total() > 100)
    store{n}.reset();
}}
int next{n}(int part) {{ return part > 1 ? next{next}(shape{n}(part) - 1) : store{n}.mean(); }}
"""
MUTEX = """\
class Mutex { public: void lock(); void unlock(); };
class Guard {
public:
  explicit Guard(Mutex &mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Guard() { mutex_.unlock(); }
private:
  Mutex &mutex_;
};
"""


def extract(belay, folder, n, lines=0):
    """Facts of a source with so many lines more than it needs."""
    source = folder / f"unit{n}.cpp"
    # Ten units and ten again: no chain is longer than real programs' are.
    source.write_text("\n" * lines + SOURCE.format(n=n, next=n // 10 * 10 + (n + 1) % 10))
    facts = folder / f"unit{n}.facts"
    subprocess.run([belay, "extract", source.name, "-o", facts.name, "--", "-std=c++20"],
                   cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return facts.name


def link(belay, folder, facts, *options):
    (folder / "list").write_text("\n".join(facts))
    start = time.perf_counter()
    done = subprocess.run([belay, "link", "--fail-on=never", *options, "@list"], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"link.py: belay link ended with {done.returncode}: {done.stderr.strip()}")
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--belay", default="build/bin/belay", help="default: build/bin/belay")
    parser.add_argument("--units", type=int, default=1000, help="how many; default: 1000")
    parser.add_argument("--repeats", type=int, default=5, help="how often to link; default: 5")
    options = parser.parse_args()
    belay = os.path.abspath(options.belay) if os.sep in options.belay else options.belay
    with tempfile.TemporaryDirectory(prefix="belay-link-") as name:
        folder = pathlib.Path(name)
        (folder / "mutex.h").write_text(MUTEX)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            facts = list(pool.map(lambda n: extract(belay, folder, n), range(options.units)))
        size = sum((folder / each).stat().st_size for each in facts)
        times = {"one unit": [], "nothing kept": [], "one unit changed": [], "no change": []}
        kept = f"--cache-dir={folder / 'cache'}"
        link(belay, folder, facts, kept)
        for repeat in range(options.repeats):  # in turns, since machines have good and bad minutes
            times["one unit"].append(link(belay, folder, facts[:1]))
            times["nothing kept"].append(link(belay, folder, facts))
            extract(belay, folder, 0, lines=repeat + 1)
            times["one unit changed"].append(link(belay, folder, facts, kept))
            times["no change"].append(link(belay, folder, facts, kept))
    print(f"Link of {options.units} units, {size / 1e6:.1f} MB of facts; {options.repeats} times\n")
    print("| | min | median |\n| --- | --- | --- |")
    for what, taken in times.items():
        print(f"| {what} | {1000 * min(taken):.0f} ms | {1000 * statistics.median(taken):.0f} ms |")


if __name__ == "__main__":
    main()
