# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests of the repository share: its files, its checks, running belay, complaining.

Each test is started as: test.py ROOT [BELAY [BUILD]]
"""

import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
BELAY = sys.argv[2] if len(sys.argv) > 2 else None
BUILD = pathlib.Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else None

_complaints = {}  # a set that keeps its order


def complain(where, what):
    """Notes that something is wrong; `where` is a path, with or without a line."""
    _complaints[f"{str(where).removeprefix(str(ROOT) + os.sep)}: {what}"] = True


def finish(looked_at):
    """Ends the test. One that looked at nothing fails as well."""
    for complaint in _complaints:
        print(complaint)
    if not looked_at:
        sys.exit("nothing to look at was found")
    sys.exit(1 if _complaints else 0)


def files(*patterns):
    """The repository's files whose names match one of the globs, without what is generated."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        here = pathlib.Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if name not in (".git", ".cache", "__pycache__", "Output")
            and not (here == ROOT and name.startswith("build"))
        )
        found += [here / name for name in sorted(names)]
    return [file for file in found if any(file.match(pattern) for pattern in patterns)]


def check_ids():
    """The ids of checks/Checks.def, in its order."""
    return re.findall(r'^CHECK\("([^"]+)"', text("checks/Checks.def"), re.MULTILINE)


def text(path):
    """A file's text, or nothing if it is missing; ids.py says what must be there."""
    file = ROOT / path
    return file.read_text() if file.is_file() else ""


def blocks(page, language="cpp"):
    """The code blocks of a piece of Markdown."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def sections(page):
    """A page's `## ` sections by heading, in their order."""
    parts = re.split(r"^## (.*)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def table_ids(page):
    """The ids in the first column of a page's tables: rows that start with `| [id](`."""
    return re.findall(r"^\| \[([a-z-]+)\]\(", page, re.MULTILINE)


def findings(*arguments, may_fail=False):
    """What `belay check` finds, notes included; complains where something does not parse."""
    command = [BELAY, "check", "--format=json", "--min-level=note", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode not in (0, 1) and not may_fail:
        complain(arguments[0], f"belay exits with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)["findings"] if done.stdout else []
