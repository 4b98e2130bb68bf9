# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each C++ block of the runtime's pages compiles on its own, and each header does.

usage: snippets.py COMPILER
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "runtime/include"
# A template of Pistache's does not parse with clang before somebody uses it.
PISTACHE = ["-fdelayed-template-parsing", "-Wno-delayed-template-parsing-in-cxx20"]
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", HEADERS]


def blocks():
    for page in [ROOT / "runtime/README.md", *sorted((ROOT / "docs/runtime").glob("*.md"))]:
        found = re.findall(r"^```cpp\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
        if not found and (HEADERS / f"belay/{page.stem}.h").exists():
            sys.exit(f"{page.relative_to(ROOT)}: shows no code")
        for number, code in enumerate(found, 1):
            yield f"{page.relative_to(ROOT)}, block {number}", code
    for header in sorted(HEADERS.rglob("*.h")):
        name = header.relative_to(HEADERS)
        yield str(name), f'#include "{name}"\n#include "{name}"\n'


def errors_in(block):
    name, code = block
    flags = PISTACHE if "pistache" in code and "clang" in sys.argv[1] else []
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "block.cpp"
        source.write_text(code)
        done = subprocess.run([sys.argv[1], *FLAGS, *flags, source], capture_output=True, text=True)
    return f"{name} does not compile:\n{done.stderr}" if done.returncode != 0 else ""


def main():
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = list(filter(None, pool.map(errors_in, blocks())))
    print(*errors, sep="\n")
    sys.exit(bool(errors))


main()
