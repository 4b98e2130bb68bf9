# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs with a cache say what runs without one do.

usage: cache.py BELAY FOLDER
"""

import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib

BELAY, FOLDER = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
PROJECT, CACHE = FOLDER / "project", FOLDER / "cache"
FILE = CACHE / "facts.sqlite"

# Small, since many units are parsed often.
THREAD = """namespace std {
struct thread {
  template <class F> explicit thread(F);
  ~thread();
  void detach();
  void join();
};
} // namespace std
"""
DETACHES = THREAD + "inline void start(int &n) { std::thread([&n] { ++n; }).detach(); }\n"
JOINS = THREAD + "inline void start(int &n) { std::thread([&n] { ++n; }).join(); }\n"


def write(name, text):
    file = PROJECT / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def make_project(units=3):
    """Units that include one header, found in the second of two folders."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    write("second/start.h", DETACHES)
    (PROJECT / "first").mkdir()
    database = []
    for i in range(units):
        write(f"unit{i}.cpp", f'#include "start.h"\nint main() {{ int n = {i}; start(n); }}\n')
        database.append({"file": f"unit{i}.cpp", "directory": str(PROJECT), "command":
                         f"c++ -std=c++20 -Ifirst -Isecond -c unit{i}.cpp"})
    write("compile_commands.json", json.dumps(database))
    settle()


def settle():
    """Lets the files grow old enough to be kept."""
    time.sleep(0.1)


def check(*options, **how):
    done = subprocess.run([BELAY, "check", "-p", ".", "--min-level=note", *options], cwd=PROJECT,
                          capture_output=True, text=True, **how)
    return done.returncode, done.stdout, done.stderr


def cached(*options, **how):
    return check(f"--cache-dir={CACHE}", *options, **how)


def expect(holds, what):
    if not holds:
        sys.exit(f"cache.py: {what}")


def expect_right(found, *notes):
    """As without a cache, but that each of the notes, and nothing else, is said as well."""
    code, out, err = check("--no-cache")
    for note in notes:
        expect(note in found[2], f"nobody says '{note}' but {found[2]!r}")
    lines = [line for line in found[2].splitlines() if not any(note in line for note in notes)]
    expect((found[0], found[1], lines) == (code, out, err.splitlines()),
           f"it says\n{found}\nand without a cache\n{(code, out, err)}")


def stat():
    return subprocess.run([BELAY, "cache", "stat", f"--cache-dir={CACHE}"], capture_output=True,
                          text=True).stdout


def same_bytes_in_every_way():
    make_project()
    runs = [cached(), cached(), cached("-j1"), check("--no-cache", "-j1"), check("--no-cache", "-j2")]
    expect(all(run == runs[0] for run in runs), f"runs differ: {runs}")
    expect(runs[0][0] == 1 and "detached-thread" in runs[0][1], f"no finding: {runs[0]}")
    expect("3 units, 3 programs, 1 results" in stat(), stat())


def whole_results_and_facts_are_taken():
    make_project()
    cached()
    result, = (CACHE / "results").iterdir()
    magic, version, _, length, manifest = parts_of(result)
    body = manifest + b"0kept\0this"
    head = b" ".join([magic, version, str(zlib.crc32(body)).encode(), length]) + b"\n"
    result.write_bytes(head + body)
    expect(cached() == (0, "this", "kept"), f"the result was not taken: {cached()}")
    result.write_bytes(head + body.replace(b"this", b"that"))
    expect(cached()[0] == 1, "a damaged result was taken")
    # With facts that say nothing, there is nothing to find.
    write("unit0.cpp", "int main() {}\n")
    settle()
    expect(cached()[0] == 1, "no finding in the other units")
    with sqlite3.connect(FILE) as database:
        database.execute("DELETE FROM programs")
        database.execute("UPDATE facts SET value = (SELECT value FROM facts "
                         "ORDER BY length(value) LIMIT 1)")
    shutil.rmtree(CACHE / "results")
    expect(cached()[0] == 0, "the facts were not taken")


def parts_of(result):
    """The words of a result's first line, and the manifest after it."""
    head, body = result.read_bytes().split(b"\n", 1)
    words = head.split(b" ")
    return [*words, body[:int(words[-1])]]


def programs_are_taken():
    """What changes no facts links nothing: the findings of the programs are as they were."""
    make_project()
    cached()
    with sqlite3.connect(FILE) as database:
        values = [value for value, in database.execute("SELECT value FROM programs")]
        expect(len(values) == 3, f"{len(values)} programs")
        database.execute("UPDATE programs SET value = x'0000'")  # no strings, and no findings
    with (PROJECT / "unit0.cpp").open("a") as source:
        source.write("// changed\n")
    settle()
    expect(cached()[0] == 0, "the programs' findings were not taken")
    write("unit0.cpp", "#include \"start.h\"\n\nint main() { int n = 0; start(n); }\n")
    settle()
    expect(cached()[0] == 1, "the program of the changed facts was not judged")


def what_changes_is_seen():
    make_project()
    expect_right(cached())
    write("second/start.h", JOINS)
    expect_right(cached())  # too young to be kept
    settle()
    expect_right(cached())
    expect(cached()[0] == 0, "the old header counts")
    write("first/start.h", DETACHES)  # is found before the other one now
    expect_right(cached())
    expect(cached()[0] == 1, "the new header does not count")
    (PROJECT / "first/start.h").unlink()
    expect(cached()[0] == 0, "the removed header counts")
    write("compile_commands.json", (PROJECT / "compile_commands.json").read_text().replace(
        "-std=c++20", "-std=c++20 -include second/start.h"))
    expect_right(cached())
    write(".belay.yaml", "rows: [nonsense\n")
    code, _, err = cached()
    expect(code == 2 and ".belay.yaml" in err, f"the new .belay.yaml does not count: {err}")


def what_appears_is_seen():
    """Absent files are not looked for one by one as long as their folders are as they were."""
    make_project()
    write("second/start.h", JOINS)
    write("compile_commands.json", (PROJECT / "compile_commands.json").read_text().replace(
        "-Ifirst", "-Imissing/deeper -Ilink -Ifirst"))
    os.symlink("missing/target", PROJECT / "link")
    os.symlink("../later.h", PROJECT / "first/start.h")
    settle()

    def appears(change):
        for _ in range(3):
            expect(cached()[0] == 0, f"a finding before {change.__name__}")
        change()
        settle()
        expect(cached()[0] == 1, f"{change.__name__} was overlooked")
        expect_right(cached())

    def a_link_gets_its_target():
        write("later.h", DETACHES)

    def a_folder_comes_with_the_header():
        write("missing/deeper/start.h", DETACHES)

    def a_linked_folder_comes_with_the_header():
        write("missing/target/start.h", DETACHES)

    def a_header_comes_into_its_folder():
        write("missing/deeper/start.h", DETACHES)

    appears(a_link_gets_its_target)
    (PROJECT / "later.h").unlink()
    settle()
    appears(a_folder_comes_with_the_header)
    (PROJECT / "missing/deeper/start.h").unlink()
    settle()
    appears(a_linked_folder_comes_with_the_header)
    (PROJECT / "missing/target/start.h").unlink()
    settle()
    appears(a_header_comes_into_its_folder)


def as_old_as_before_but_different():
    make_project()
    header = PROJECT / "second/start.h"
    cached()
    before = header.stat()
    header.write_text(JOINS + " " * (len(DETACHES) - len(JOINS)))
    os.utime(header, ns=(before.st_atime_ns, before.st_mtime_ns))
    expect_right(cached())


def errors_are_kept_as_well():
    make_project()
    write("unit1.cpp", "int main() { return missing; }\n")
    settle()
    runs = [cached(), cached()]
    expect(runs[0] == runs[1] and runs[0][0] == 2 and "unit1.cpp" in runs[0][2], f"{runs}")
    expect_right(runs[1])


def forget_results():
    shutil.rmtree(CACHE / "results", ignore_errors=True)


def damage():
    make_project(units=40)
    cached()
    size = FILE.stat().st_size
    with FILE.open("r+b") as file:
        file.seek(size // 3)
        file.write(b"\xa5" * (size // 3))
    forget_results()
    expect_right(cached(), "cache")
    expect_right(cached())
    forget_results()
    FILE.write_bytes(b"no database at all" * 1000)
    expect_right(cached(), "was damaged")
    expect_right(cached())
    expect((CACHE / "facts.sqlite.damaged").exists(), "the damaged file is gone")


def not_ours():
    make_project()
    CACHE.mkdir()
    with sqlite3.connect(FILE) as database:
        database.execute("CREATE TABLE theirs(id)")
    before = FILE.read_bytes()
    expect_right(cached(), "a database of another program")
    expect(FILE.read_bytes() == before, "another program's database was changed")
    (FOLDER / "file").write_text("")
    expect_right(check(f"--cache-dir={FOLDER / 'file' / 'folder'}"), "no cache")


def killed_at_any_moment():
    make_project(units=70)
    for moment in [0.05, 0.2, 0.4, 0.8]:
        run = subprocess.Popen([BELAY, "check", "-p", ".", f"--cache-dir={CACHE}"], cwd=PROJECT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        run.kill()
        run.wait()
    expect_right(cached())
    expect_right(cached())


def several_at_once():
    for _ in range(5):  # each time they make the cache at the same moment
        make_project(units=12)
        run_at_once()


def run_at_once():
    command = [BELAY, "check", "-p", ".", "--min-level=note", f"--cache-dir={CACHE}"]
    runs = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True) for _ in range(4)]
    for run in runs:
        out, err = run.communicate()
        expect_right((run.returncode, out, err))
    expect("12 units, 12 programs, 1 results" in stat(), stat())


def full_disk():
    make_project(units=40)

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    expect_right(cached(preexec_fn=limit), "cache")
    expect_right(cached())


def cleared():
    make_project()
    cached()
    done = subprocess.run([BELAY, "cache", "clear", f"--cache-dir={CACHE}"], capture_output=True, text=True)
    expect(done.returncode == 0 and "0 units, 0 programs, 0 results, 0 paths" in done.stdout, done.stdout + done.stderr)
    expect_right(cached())


for test in [same_bytes_in_every_way, whole_results_and_facts_are_taken, programs_are_taken, what_changes_is_seen,
             what_appears_is_seen, as_old_as_before_but_different, errors_are_kept_as_well,
             damage, not_ours, killed_at_any_moment, several_at_once, full_disk, cleared]:
    started = time.monotonic()
    test()
    print(f"{test.__name__}: {time.monotonic() - started:.1f} s")
shutil.rmtree(FOLDER)
