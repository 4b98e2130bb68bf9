# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A report in HTML is one page on its own: html-page.py PAGE [FINDINGS.json]

Its elements are closed, ids are unique and links within it lead somewhere; it loads nothing, has
no script but its own, and shows each finding of the JSON report with its whole trail.
"""

import base64
import hashlib
import html.parser
import json
import pathlib
import re
import sys

VOID = {"meta", "link", "input", "br"}
LOADING = {"src", "srcset", "action", "formaction", "poster", "data", "background", "ping"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.problems, self.ids, self.links = [], [], [], []
        self.inline = {"script": [], "style": []}
        self.findings, self.policy = {}, ""

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if len(values) != len(attributes):
            self.problems.append(f"<{tag}> has an attribute twice")
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)
        if tag == "input" and "name" not in values:
            self.problems.append("an input has no name")
        if "id" in values:
            self.ids.append(values["id"])
        self.links += [value for name, value in attributes if name == "href"]
        for name, value in attributes:
            if name in LOADING or name.startswith("on") or name == "style":
                self.problems.append(f"<{tag} {name}={value!r}>")
        if tag in ("img", "iframe", "object", "embed", "base", "use", "image"):
            self.problems.append(f"<{tag}>")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag in self.inline:
            self.inline[tag].append("")
        if tag == "details" and values.get("class") == "finding":
            self.finding = self.findings.setdefault(values["id"], {"steps": 0, **values})
        if tag == "li" and "details" in self.open and values.get("class") != "end":
            self.finding["steps"] += 1

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()} closes something else")

    def handle_data(self, data):
        if self.open and self.open[-1] in self.inline:
            self.inline[self.open[-1]][-1] += data

    def handle_comment(self, data):
        self.problems.append(f"a comment: {data!r}")


def allowed(policy, text):
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'" in policy


text = pathlib.Path(sys.argv[1]).read_text()
page = Page()
page.finding = {"steps": 0}
page.feed(text)
page.close()
problems = page.problems
if page.open:
    problems.append(f"left open: {page.open}")
if len(set(page.ids)) != len(page.ids):
    problems.append("ids are not unique")
for link in page.links:
    if link != "data:," and link.removeprefix("#") not in page.ids:
        problems.append(f"a link leads nowhere: {link}")
if re.search(r"https?:|url\(|@import", text):
    problems.append("something of the network is named")
for kind, parts in page.inline.items():
    if len(parts) != 1 or not allowed(page.policy, parts[0]):
        problems.append(f"the {kind} is not the one that the policy allows")
if "default-src 'none'" not in page.policy:
    problems.append("the policy allows too much")
found = json.loads(pathlib.Path(sys.argv[2]).read_text())["findings"] if sys.argv[2:] else []
expected = {
    "f-" + each["fingerprint"]: (each["level"], each["file"], len(each["trail"])) for each in found
}
shown = {
    name: (each["data-level"], each["data-file"], each["steps"])
    for name, each in page.findings.items()
}
if shown != expected:
    problems.append(f"shows {shown}, not {expected}")
sys.exit("\n".join(problems) or 0)
