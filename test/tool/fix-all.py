# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every fix that there is for a mistake of test/checks: the code compiles with it, what it mends is
found no more and nothing else is, and a second run changes nothing. Each kind of edit is among them.

usage: fix-all.py BELAY CLANG ROOT CACHE
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BELAY, CLANG = os.path.abspath(sys.argv[1]), sys.argv[2]
ROOT = pathlib.Path(sys.argv[3]).resolve()
CHECKS = ROOT / "test/checks"
CACHE = os.path.abspath(sys.argv[4])  # in which all runs find the standard headers parsed

# What a line has that the fix of a kind has written.
KINDS = {
    "std::jthread": r"std::jthread",
    "std::atomic": r"std::atomic<",
    "a token that is passed": r"[(,] ?stop[,)]",
    "belay::sleep_for": r"belay::sleep_for\(stop, ",
    "work for a pool or scope": r"\.(submit|spawn)\(",
}


def sources(file, folder):
    """Lays the file's parts out in the folder; the names of those that are compiled."""
    text = file.read_text()
    if "//--- " not in text:
        (folder / file.name).write_text(text)
        return [file.name]
    names = []
    for part in re.split(r"^//--- ", text, flags=re.M)[1:]:
        name, body = part.split("\n", 1)
        (folder / name.strip()).parent.mkdir(parents=True, exist_ok=True)
        (folder / name.strip()).write_text(body)
        names.append(name.strip())
    return [name for name in names if name.endswith((".cpp", ".c"))]


def flags(file):
    """The folders with headers that the file's RUN lines name, and what every file is given."""
    run = " ".join(line for line in file.read_text().splitlines() if "RUN:" in line)
    found = [f"{kind}{folder.replace('%S', str(CHECKS))}"
             for kind, folder in re.findall(r"(-isystem|-I) ?(%S\S*)", run)]
    language = [] if file.suffix == ".c" else ["-std=c++20"]
    return [*language, "-pthread", f"-I{ROOT}/runtime/include", *found]


def check(folder, names, given, *options):
    run = subprocess.run([BELAY, "check", "--min-level=note", "--fail-on=never", "-j1",
                          f"--cache-dir={CACHE}", "--format=json", *options, *names, "--", *given],
                         cwd=folder, text=True, capture_output=True)
    if run.returncode:
        raise RuntimeError(f"exit {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)["findings"], run.stderr


def counted(findings):
    return collections.Counter((each["check"], each["entity"]) for each in findings)


def judge(file):
    """The lines that fixes of the file have written, and what is wrong with them."""
    with tempfile.TemporaryDirectory(prefix="belay-") as name:
        folder = pathlib.Path(name)
        names, given = sources(file, folder), flags(file)
        old = {each: each.read_text() for each in folder.rglob("*") if each.is_file()}
        before, said = check(folder, names, given, "--fix")
        changed = [each for each, text in old.items() if each.read_text() != text]
        fixed = int(re.search(r"fixed (\d+) finding", said)[1])
        if not fixed:
            return [], [f"{file.name}: changed without a fix"] if changed else []
        written = [line for each in changed
                   for line in set(each.read_text().splitlines()) - set(old[each].splitlines())]
        wrong = []
        for each in names:
            run = subprocess.run([CLANG, "-fsyntax-only", "-w", *given, each], cwd=folder, text=True,
                                 capture_output=True)
            if run.returncode:
                wrong.append(f"{file.name}: does not compile: {run.stderr}")
        now = {each: each.read_text() for each in old}
        after, _ = check(folder, names, given, "--fix")
        gone, new = counted(before) - counted(after), counted(after) - counted(before)
        if gone.total() < fixed:  # what is passed on is also looked at, so one fix may mend two
            wrong.append(f"{file.name}: {fixed} fixed, but {gone.total()} gone: {gone}")
        if new:
            wrong.append(f"{file.name}: found only after the fixes: {new}")
        if any(each.read_text() != text for each, text in now.items()):
            wrong.append(f"{file.name}: changed by a second run")
        return written, wrong


def main():
    files = sorted([*CHECKS.glob("*.cpp"), *CHECKS.glob("*.c")])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(judge, files))
    wrong = [line for _, lines in results for line in lines]
    written = [line for lines, _ in results for line in lines]
    for kind, pattern in KINDS.items():
        count = sum(1 for line in written if re.search(pattern, line))
        print(f"{count} x {kind}")
        if not count:
            wrong.append(f"no file of test/checks has a fix with {kind}")
    sys.exit("\n".join(wrong) or 0)


main()
