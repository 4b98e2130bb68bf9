# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""Every source file says its licence within its first three lines."""

from repo import complain, files, finish

LINE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
KINDS = ["*.cpp", "*.h", "*.def", "*.py", "*.sh", "*.yaml", "*.yml", "*.cmake", "*.cfg", "*.in"]

sources = files(*KINDS, "CMakeLists.txt", "Makefile", "*.Makefile")
for file in sources:
    if not any(LINE in line for line in file.read_text().splitlines()[:3]):
        complain(file, "has no SPDX line")
if not any(file.name == "LICENSE" for file in files("LICENSE")):
    complain("LICENSE", "is missing")
finish(sources)
