# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root %belay %build
"""Belay finds nothing in its own code. The examples are there to have findings."""

from repo import BUILD, ROOT, complain, files, findings, finish

for finding in findings("-p", BUILD):
    file = ROOT / finding["file"]
    if finding["level"] != "note" and not file.is_relative_to(ROOT / "examples"):
        complain(f"{file}:{finding['line']}", finding["message"])
finish(BUILD.is_dir())
