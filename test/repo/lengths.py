# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""No source file is longer than a person reads in one sitting."""

from repo import complain, files, finish

LIMIT = 400
sources = files("*.cpp", "*.h")
for file in sources:
    lines = file.read_text().count("\n")
    if lines > LIMIT:
        complain(file, f"{lines} lines; split it by noun at {LIMIT}")
finish(sources)
