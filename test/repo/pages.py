# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root %belay
"""A check's page has the template's headings, and its examples behave as it says."""

import pathlib
import subprocess
import tempfile

from repo import ROOT, blocks, check_ids, complain, findings, finish, sections

HEADINGS = ["Why", "Flagged", "Instead", "How it decides", "Silence it"]
COMPILE = ["clang++-22", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]


def found_in(where, code):
    """The ids that belay finds in a block, which has to compile."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "block.cpp"
        file.write_text(code)
        done = subprocess.run([*COMPILE, file], capture_output=True, text=True)
        if done.returncode != 0:
            complain(where, "does not compile: " + done.stderr)
        return {finding["check"] for finding in findings(file, "--", "-std=c++20")}


def judge(page, name):
    lines = page.read_text().splitlines()
    if lines[:2] != [f"# belay-{name}", ""] or not lines[2].endswith("."):
        complain(page, f"does not start with '# belay-{name}' and a sentence")
    if not 25 <= len(lines) <= 60:
        complain(page, f"{len(lines)} lines; expected 25 to 60")
    for number, line in enumerate(lines, 1):
        if len(line) > 100:
            complain(f"{page}:{number}", "more than 100 columns")
    parts = sections(page.read_text())
    if list(parts) != HEADINGS:
        complain(page, f"has the headings {list(parts)}; expected {HEADINGS}")
        return
    if f"NOLINT(belay-{name}): " not in parts["Silence it"]:
        complain(page, f"shows no NOLINT(belay-{name}): with a reason")
    for heading, expected in (("Flagged", {"belay-" + name}), ("Instead", set())):
        examples = blocks(parts[heading])
        if not 1 <= len(examples) <= 2:
            complain(page, f"{len(examples)} examples under {heading}; expected one or two")
        for code in examples:
            found = found_in(f"{page} ({heading})", code)
            if found != expected:
                complain(page, f"under {heading}, belay finds {sorted(found)}")


for name in check_ids():
    page = ROOT / "docs/checks" / (name + ".md")
    if page.is_file():
        judge(page, name)
finish(check_ids())
