# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""Each folder uses only what is to its left: facts, checks, tool, and tool the runtime. Checks never
meet clang."""

import re

from repo import ROOT, complain, files, finish

MAY_INCLUDE = {
    "facts": {"facts", "clang", "llvm"},
    "checks": {"facts", "checks", "llvm"},
    "tool": {"facts", "checks", "tool", "belay", "clang", "clang-tidy", "llvm"},
}


def includes(file):
    """The first folders and paths of what a file includes, other than the standard library's."""
    for line in file.read_text().splitlines():
        if match := re.match(r'\s*#\s*include\s*["<]([^">]+)/([^">]+)[">]', line):
            yield match[1].split("/")[0], f"{match[1]}/{match[2]}"


def reaches_clang(path, seen):
    """The way from a header of ours to one of clang's, or nothing."""
    for folder, target in includes(ROOT / path):
        if folder.startswith("clang"):
            return [path, target]
        if folder in MAY_INCLUDE and target not in seen and (ROOT / target).is_file():
            seen.add(target)
            if way := reaches_clang(target, seen):
                return [path, *way]
    return []


sources = [file for folder in MAY_INCLUDE for file in files(f"{folder}/*.cpp", f"{folder}/*.h")]
sources = [file for file in sources if file.parent.parent == ROOT]
for file in sources:
    for folder, target in includes(file):
        if folder not in MAY_INCLUDE[file.parent.name] | {"sys"}:
            complain(file, f"includes {target}; {file.parent.name}/ may not use {folder}/")
    if file.parent.name == "checks":
        if way := reaches_clang(str(file.relative_to(ROOT)), set()):
            complain(file, "meets clang: " + " -> ".join(way))
for file in (ROOT / "models").rglob("*"):
    if file.is_file() and file.suffix != ".yaml":
        complain(file, "models/ holds data in YAML and nothing else")
finish(sources)
