# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""A check's id is the same in the list, the code, the tests, the docs and the changelog."""

from repo import ROOT, check_ids, complain, finish, table_ids, text

SHARED = {"Check", "Evidence", "Guards", "Sharing"}  # of checks/*.cpp, what is no check


def stems(folder, suffix):
    return {file.stem for file in (ROOT / folder).glob("*" + suffix)}


ids = check_ids()
for name in {name for name in ids if ids.count(name) > 1}:
    complain("checks/Checks.def", f"'{name}' is there twice")

places = {
    "checks/*.cpp": stems("checks", ".cpp") - SHARED,
    "docs/checks/*.md": stems("docs/checks", ".md"),
    "the table of README.md": set(table_ids(text("README.md"))),
    "the table of docs/index.md": set(table_ids(text("docs/index.md").partition("## Runtime")[0])),
}
for place, there in places.items():
    for name in sorted(set(ids) - there):
        complain(place, f"'{name}' is missing")
    for name in sorted(there - set(ids)):
        complain(place, f"'{name}' is not in checks/Checks.def")

tests = stems("test/checks", ".cpp")
for name in ids:
    if name not in tests:
        complain("test/checks/*.cpp", f"'{name}' is missing")
    if f"\n- {name}: " not in text("CHANGELOG.md"):
        complain("CHANGELOG.md", f"no line starts with '{name}'")
for stem in sorted(tests):  # a check may have further tests: detached-thread-boost.cpp
    if not any(stem == name or stem.startswith(name + "-") for name in ids):
        complain(f"test/checks/{stem}.cpp", "is named after no check")
finish(ids)
