# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root %belay %build
"""The worked example of docs/adding-a-check.md compiles, as a check of this build would."""

import json
import pathlib
import shlex
import subprocess
import tempfile

from repo import BUILD, ROOT, blocks, complain, finish, text

PAGE = "docs/adding-a-check.md"
MODEL = ROOT / "checks/Evidence.cpp"  # whose command of the build is taken


def command_of(file):
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if pathlib.Path(entry["directory"], entry["file"]).resolve() == file:
            words = entry.get("arguments") or shlex.split(entry["command"])
            output = words.index("-o")
            words[output : output + 2] = []
            return [word for word in words if word not in ("-c", "--", entry["file"])]
    return None


examples = [code for code in blocks(text(PAGE)) if "checks/Evidence.h" in code]
command = command_of(MODEL)
if len(examples) != 1:
    complain(PAGE, f"{len(examples)} worked examples; expected one")
if not command:
    complain(BUILD / "compile_commands.json", f"does not compile {MODEL.name}")
for code in examples if command else []:
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "join-in-handler.cpp"
        # The line of Checks.def declares the function.
        declared = '#include "checks/Check.h"\nnamespace belay {\n'
        declared += "void joinInHandler(const Program &, Findings &);\n}\n"
        file.write_text(declared + code)
        done = subprocess.run(
            [*command, "-fsyntax-only", file], capture_output=True, text=True, cwd=BUILD
        )
        if done.returncode != 0:
            complain(PAGE, "its example does not compile: " + done.stderr)
finish(examples)
