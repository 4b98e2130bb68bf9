# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""The changelog starts with Unreleased, and each line with what it is about."""

import re

from repo import check_ids, complain, finish, text

HEADING = re.compile(r"## (Unreleased|\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\))")
# A check may be gone that an old line is about, so releases may name any id.
AREAS = {*check_ids(), "models", "runtime", "tool"}

lines = text("CHANGELOG.md").splitlines()
headings = [line for line in lines if line.startswith("## ")]
if headings[:1] != ["## Unreleased"]:
    complain("CHANGELOG.md", "its first heading is not '## Unreleased'")
released = False
for number, line in enumerate(lines, 1):
    where = f"CHANGELOG.md:{number}"
    if line.startswith("## "):
        released = line != "## Unreleased"
        if not HEADING.fullmatch(line):
            complain(where, f"'{line}' is neither Unreleased nor a version and its date")
    elif line.startswith("- "):
        entry = re.match(r"- ([a-z-]+): \S.*[^.\s]$", line)
        if not entry:
            complain(where, "expected '- <area>: what changed', without a full stop")
        elif entry[1] not in AREAS and not released:
            complain(where, f"'{entry[1]}' is neither a check's id nor models, runtime or tool")
    elif line and headings and number > lines.index(headings[0]):
        complain(where, "is no entry; one line each")
finish(headings)
