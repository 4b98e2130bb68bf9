# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs with a precompiled prefix give the facts that runs without one give.

usage: prefix.py BELAY FOLDER
"""

import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench"))
from kept import rows  # noqa: E402

BELAY, FOLDER = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
PROJECT = FOLDER / "project"
START = """template <class F> void start{0}(F f) {{ std::thread(f).detach(); }}
struct Counter{0} {{
  template <class T> explicit Counter{0}(T n) : count(n) {{ start{0}([] {{}}); }}
  int count;
}};
std::unique_ptr<Counter{0}> make{0}() {{ return std::make_unique<Counter{0}>({0}); }}
"""
USUAL = "#include <memory>\n#include <thread>\n"

# By name: flags, and the text. Those of the second table could tell.
SAME = {f"usual{i}.cpp": ("", USUAL + START.format(i)) for i in range(8)}
OTHER = {
    # Whether the header was included shows in what is compiled.
    "looks.cpp": ("", "#include <thread>\n#include <memory>\n#include <vector>\n"
                  "#ifdef SCNd64\n#error it is not included\n#endif\n" + START.format(20)),
    "counts.cpp": ("", USUAL + "#if defined(SCNd64)\nvoid f() { std::thread([] {}).detach(); }\n"
                   "#endif\n" + START.format(21)),
    # A macro changes what a header means.
    "defines.cpp": ("", "#define _GLIBCXX_ASSERTIONS 1\n" + USUAL + START.format(22)),
    "flagged.cpp": ("-Dswap=exchange_values", USUAL + START.format(23)),
    # A header of the project is found first.
    "shadowed.cpp": ("-Ishadow", "#include <thread>\n#include <memory>\n" + START.format(24)),
    "system.cpp": ("-isystem shadow", "#include <thread>\n#include <memory>\n" + START.format(25)),
}
# For these it is plain from the flags that they need their own; the others show it as they go.
UNFIT = {"flagged.cpp", "shadowed.cpp", "system.cpp"}
BROKEN = {"broken.cpp": ("", USUAL + "void f() { std::thread t(; }\n")}
SHADOW = """#pragma once
namespace std {
struct thread {
  template <class F> explicit thread(F f) { f(); }
  void detach() {}
};
} // namespace std
"""


def make_project():
    shutil.rmtree(FOLDER, ignore_errors=True)
    (PROJECT / "shadow").mkdir(parents=True)
    (PROJECT / "shadow" / "thread").write_text(SHADOW)
    database = []
    for name, (flags, text) in {**SAME, **OTHER, **BROKEN}.items():
        (PROJECT / name).write_text(text)
        database.append({"file": name, "directory": str(PROJECT),
                         "command": f"c++ -std=c++17 {flags} -c {name}"})
    write_database(database)
    time.sleep(0.1)  # the files grow old enough to be kept
    return database


def write_database(database):
    (PROJECT / "compile_commands.json").write_text(json.dumps(database))


def check(*options):
    run = subprocess.run([BELAY, "check", "-p", ".", "--min-level=note", "--fail-on=never",
                          *options], cwd=PROJECT, capture_output=True, text=True)
    assert run.returncode == 2, run.stderr  # for the broken one
    assert "broken.cpp did not parse: broken.cpp:3:" in run.stderr, run.stderr
    return run.stdout, run.stderr


def facts(cache):
    with sqlite3.connect(cache / "facts.sqlite") as database:
        return sorted(value for value, in database.execute("SELECT value FROM facts"))


def units_behind_prefix(cache):
    """The sources for whose facts a header was looked at that only the prefix includes."""
    units = set()
    with sqlite3.connect(cache / "facts.sqlite") as database:
        names = dict(database.execute("SELECT id, name FROM path"))
        for blob, in database.execute("SELECT paths FROM facts"):
            paths = [names[row] for row in rows(blob)]
            assert not any("/prefixes/" in path for path in paths), paths
            if any(path.endswith("/regex") and str(PROJECT) not in path for path in paths):
                units |= {pathlib.Path(path).name for path in paths} & {**SAME, **OTHER}.keys()
    return units


def forget(cache):
    """What is kept but the prefixes."""
    (cache / "facts.sqlite").unlink()
    shutil.rmtree(cache / "results")


def precompiled(cache):
    return sorted((cache / "prefixes").glob("*.pch"))


def test_the_same_facts(database):
    plain = FOLDER / "plain"
    expected = check("--no-prefix", "--exact", f"--cache-dir={plain}")
    assert len(facts(plain)) == len(database) and not (plain / "prefixes").exists()
    assert "usual7.cpp" in expected[0] and "defines.cpp" in expected[0], expected
    for number, options in enumerate([["--exact"], ["-j1"], ["-j2"]]):
        cache = FOLDER / f"cache{number}"
        random.Random(number).shuffle(database)
        write_database(database)
        assert check(*options, f"--cache-dir={cache}") == expected, options
        assert facts(cache) == facts(plain), options
        assert not units_behind_prefix(cache) & UNFIT, units_behind_prefix(cache)
    # One worker has it from the first unit on.
    assert units_behind_prefix(FOLDER / "cache1") >= SAME.keys()
    # One for most units, one for each other flag that the system's headers could know.
    assert len(precompiled(FOLDER / "cache1")) == 1
    return expected, FOLDER / "cache1"


def test_damage(expected, cache):
    """Whatever is wrong with its files, it is made again."""
    pch, = precompiled(cache)
    text = pch.with_suffix(".txt")

    def damage(file, change):
        data = bytearray(file.read_bytes())
        change(data)
        file.write_bytes(bytes(data))
        damaged = bytes(data)
        forget(cache)
        assert check("-j1", f"--cache-dir={cache}") == expected
        assert units_behind_prefix(cache) >= SAME.keys(), file
        assert file.read_bytes() != damaged, file

    def flip(data):
        data[len(data) // 2] ^= 255

    def cut(data):
        del data[len(data) // 2:]

    def age(data):  # a header of the system is not what it was
        start = data.index(b"\n", data.index(b"\n") + 1) + 1
        end = data.index(b"\n", start)
        data[start:end] = b"1 1 1 1 " + b"00" * 16 + b" " + str(PROJECT / "usual0.cpp").encode()

    damage(pch, flip)
    damage(text, cut)
    damage(text, age)
    forget(cache)
    pch.unlink()
    assert check("-j1", f"--cache-dir={cache}") == expected
    assert units_behind_prefix(cache) >= SAME.keys()


def test_clear(cache):
    assert precompiled(cache)
    for verb, is_there in ("stat", True), ("prune", True), ("clear", False):
        subprocess.run([BELAY, "cache", verb, f"--cache-dir={cache}"], check=True,
                       stdout=subprocess.DEVNULL)
        assert bool(precompiled(cache)) == is_there, verb
    assert not any((cache / "prefixes").iterdir())


def test_no_place_for_it(expected):
    """Where it cannot be written, each unit is parsed for itself."""
    cache = FOLDER / "full"
    cache.mkdir()
    (cache / "prefixes").write_text("a file")
    assert check(f"--cache-dir={cache}") == expected


def test_nothing_is_left(expected):
    temporary = FOLDER / "tmp"
    temporary.mkdir()
    os.environ["TMPDIR"] = str(temporary)
    assert check("--no-cache") == expected
    assert not any(temporary.iterdir()), list(temporary.iterdir())


def main():
    database = make_project()
    expected, cache = test_the_same_facts(database)
    test_damage(expected, cache)
    test_clear(cache)
    test_no_place_for_it(expected)
    test_nothing_is_left(expected)


main()
