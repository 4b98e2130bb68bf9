# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What %check_belay runs: analyses a file as a program of its own, and lets FileCheck compare
the findings with those that the file's comments name.

usage: check_belay.py BELAY [--OPTION...] FILE [FLAG...]
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

belay, *arguments = sys.argv[1:]
options = []
while arguments[0].startswith("--"):
    options.append(arguments.pop(0))
file, *flags = arguments
if not file.endswith(".c"):
    flags.insert(0, "-std=c++20")

# Mistakes in test code weigh less, and here all code is that; so a copy elsewhere is analysed.
with tempfile.TemporaryDirectory(prefix="belay-") as folder:
    copy = shutil.copy(file, folder)
    check = [belay, "check", "--min-level=note", "--fail-on=never", *options, pathlib.Path(copy).name]
    result = subprocess.run([*check, "--", "-pthread", *flags], cwd=folder, text=True,
                            stdout=subprocess.PIPE)
if result.returncode:
    sys.exit(f"belay's exit code is {result.returncode}")
nothing_else = r"--implicit-check-not={{(note|warning|error): .* \[belay-}}"
sys.exit(subprocess.run(["FileCheck", file, "--allow-empty", nothing_else],
                        input=result.stdout, text=True).returncode)
