# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""Links between the pages lead somewhere, and docs/index.md lists every page."""

import re

from repo import ROOT, complain, files, finish

pages = files("*.md")
linked = set()
for page in pages:
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if "://" in target:
            continue
        goal = (page.parent / target).resolve()
        if not goal.exists():
            complain(page, f"links to '{target}', which is not there")
        if page == ROOT / "docs/index.md":
            linked.add(goal)
for page in pages:
    if page.is_relative_to(ROOT / "docs") and page != ROOT / "docs/index.md":
        if page not in linked:
            complain("docs/index.md", f"does not list {page.relative_to(ROOT)}")
finish(pages)
