# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What bad-rows.test and bad-files.test run: every file of models/ as one of --models, every file of
config/ as the .belay.yaml above a source. belay has to refuse it in one line, and to exit with 2.
A comment `# refused: MESSAGE` names the mistake of its line; one that is alone on its line, that of
the next one. A message may end in `...`.

usage: refused.py BELAY FOLDER
"""

import pathlib
import re
import shutil
import subprocess
import sys

belay, root = sys.argv[1], pathlib.Path(sys.argv[2])
(root / "a.cpp").write_text("int a;\n")
cases = sorted(root.glob("models/*")), sorted(root.glob("config/*"))
problems = [] if any(cases) else ["there are no cases"]


def expected(text):
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.search(r"# refused: (.*)", line):
            return number + line.startswith("#"), found[1]
    raise SystemExit("no message is expected")


def refuse(file, shown, case, *options):
    line, message = expected(case.read_text())
    message = f"belay: {shown}:{line}: {message}"
    command = [belay, "check", *options, file, "--", "-std=c++20"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    said = done.stderr.removesuffix("\n")
    if message.endswith("..."):
        said = said[: len(message) - 3] + "..." if "\n" not in said else said
    if (done.returncode, done.stdout, said) != (2, "", message):
        problems.append(f"{case.name}: {done.returncode}\n  {done.stderr}  not\n  {message}")


for case in cases[0]:
    shutil.rmtree(root / "folder", ignore_errors=True)
    (root / "folder").mkdir()
    shutil.copy(case, root / "folder" / case.name)
    refuse("a.cpp", f"folder/{case.name}", case, "--models=folder")
for case in cases[1]:
    (root / "project").mkdir(exist_ok=True)
    shutil.copy(root / "a.cpp", root / "project")
    shutil.copy(case, root / "project" / ".belay.yaml")
    refuse("project/a.cpp", root / "project" / ".belay.yaml", case)
sys.exit("\n".join(problems) or 0)
