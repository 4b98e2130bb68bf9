# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root %belay
"""Messages: lower case, no full stop, the hazard, then `; ` and the way out."""

import concurrent.futures
import os
import pathlib
import subprocess
import tempfile

from repo import ROOT, blocks, check_ids, complain, files, findings, finish, sections

FLAGS = ["--", "-std=c++20", "-pthread", "-isystem", ROOT / "test/Inputs"]


def collected():
    """The findings in the docs' examples and in the tests of the checks, where those flags do."""
    with tempfile.TemporaryDirectory() as folder:
        block = pathlib.Path(folder) / "block.cpp"
        for page in files("docs/checks/*.md"):
            for code in blocks(sections(page.read_text()).get("Flagged", "")):
                block.write_text(code)
                yield from findings(block, *FLAGS)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(of_test, files("test/checks/*.cpp")):
            yield from found


def of_test(test):
    with tempfile.TemporaryDirectory() as folder:
        sources = [test]
        if "split-file" in test.read_text():
            subprocess.run(["split-file", test, folder], check=True)
            sources = sorted(pathlib.Path(folder).rglob("*.cpp"))
        return list(findings(*sources, *FLAGS, may_fail=True))


def judge(finding):
    message = finding["message"]
    hazard, _, way_out = message.partition("; ")
    if not hazard or not way_out:
        complain(message, "has no way out after '; '")
    for said in [message, *(step["text"] for step in finding["trail"])]:
        if said.endswith(".") or said != said.strip() or not said.isprintable():
            complain(said, "ends with a full stop or has stray space")
        if said[:1].isupper():
            complain(said, "starts with a capital letter")
    for step in finding["trail"]:
        if not step["file"] or not step["line"]:
            complain(step["text"], "is nowhere")


seen = set()
for finding in collected():
    seen.add(finding["check"].removeprefix("belay-"))
    judge(finding)
for name in check_ids():
    if name not in seen:
        complain("docs/checks and test/checks", f"give no finding of '{name}'")
finish(seen)
