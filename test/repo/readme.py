# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# REQUIRES: examples
# RUN: %python %s %root %belay %build
"""The finding that README.md shows is what belay prints."""

import json
import pathlib
import re
import subprocess

from repo import BELAY, BUILD, ROOT, blocks, complain, finish, text

EXAMPLE = ROOT / "examples/chat-httplib/busy"

shown = re.search(r"<!-- finding -->\n(.*?)<!-- /finding -->", text("README.md"), re.DOTALL)
database = json.loads((BUILD / "compile_commands.json").read_text())
compiled = {pathlib.Path(each["directory"], each["file"]).resolve() for each in database}
sources = sorted(file for file in compiled if file.parent == EXAMPLE)
quoted = blocks(shown[1], "") if shown else []
if len(quoted) != 1:
    complain("README.md", "has no block between the comments 'finding' and '/finding'")
elif sources:
    done = subprocess.run(
        [BELAY, "check", "-p", BUILD, *sources], capture_output=True, text=True, cwd=ROOT
    )
    if quoted[0] not in done.stdout:
        complain("README.md", "the finding is not what belay prints:\n" + done.stdout)
finish(sources)
