# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What belay-clangd tells an editor, by the protocol that editors speak.

    run.py BELAY-CLANGD FOLDER
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

PROGRAM, FOLDER = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
PROJECT = FOLDER / "my project"
SECONDS = 60  # until an answer is late

START = """#include "work.h"
#include <thread>
void start(int count) {
  std::thread([&count] { work(count); }).detach();
}
"""
JOINED = START.replace("std::thread([&count] { work(count); }).detach();",
                       "std::thread worker([&count] { work(count); });\n  worker.join();")
# What the header holds is not the editor's: nobody is looking at it.
HEADER = """#pragma once
#include <thread>
inline void work(int count) {
  std::thread([&count] { ++count; }).detach();
}
"""


class Editor:
    def __init__(self):
        self.log = open(FOLDER / "log", "w")
        self.server = subprocess.Popen([PROGRAM, "--log=error", "--background-index=false"], cwd=FOLDER,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)
        self.ids = 0
        self.limit = threading.Timer(3 * SECONDS, self.server.kill)
        self.limit.daemon = True
        self.limit.start()

    def send(self, **message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.server.stdin.flush()

    def read(self):
        length = 0
        while (line := self.server.stdout.readline()) != b"\r\n":
            if not line:
                sys.exit(f"run.py: it has ended: {(FOLDER / 'log').read_text()}")
            if line.startswith(b"Content-Length:"):
                length = int(line.split(b":")[1])
        return json.loads(self.server.stdout.read(length))

    def ask(self, method, params):
        self.ids += 1
        self.send(id=self.ids, method=method, params=params)
        while (answer := self.read()).get("id") != self.ids:
            pass
        return answer["result"]

    def tell(self, method, **params):
        self.send(method=method, params=params)

    def findings(self, uri, version):
        """What is published for the text, as soon as it is."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            message = self.read()
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri \
                    and params.get("version") == version:
                return params["diagnostics"]
        sys.exit("run.py: nothing is published")


def expect(holds, what):
    if not holds:
        sys.exit(f"run.py: {what}")


def write(name, text):
    (PROJECT / name).parent.mkdir(parents=True, exist_ok=True)
    (PROJECT / name).write_text(text)


shutil.rmtree(FOLDER, ignore_errors=True)
PROJECT.mkdir(parents=True)
page = (pathlib.Path(__file__).resolve().parents[2] / "docs/clangd.md").read_text()
write(".clangd", re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1])
write("start.cpp", START)
write("work.h", HEADER)
write("compile_commands.json", json.dumps([{"directory": str(PROJECT), "file": "start.cpp",
                                            "command": "c++ -std=c++20 -c start.cpp"}]))
uri = (PROJECT / "start.cpp").as_uri()
editor = Editor()
about = editor.ask("initialize", {"processId": None, "rootUri": PROJECT.as_uri(), "capabilities": {
    "textDocument": {"publishDiagnostics": {"relatedInformation": True}}}})
expect("clangd" in about["serverInfo"]["name"], f"{about}")
editor.tell("initialized")
editor.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "cpp", "version": 1, "text": START})
found = editor.findings(uri, 1)
expect(len(found) == 1, f"{found}")
only = found[0]
expect(only["code"] == "belay-detached-thread" and only["source"] == "clang-tidy", f"{only}")
expect(only["range"]["start"] == {"line": 3, "character": 41}, f"{only}")
expect("Detached thread refers to" in only["message"], f"{only}")
steps = [each["location"] for each in only["relatedInformation"]]
expect(steps and all(each["uri"] == uri for each in steps), f"{only}")

# On the screen, but not saved.
editor.tell("textDocument/didChange", textDocument={"uri": uri, "version": 2},
            contentChanges=[{"text": "// Moved.\n" + START}])
found = editor.findings(uri, 2)
expect([each["range"]["start"]["line"] for each in found] == [4], f"{found}")
editor.tell("textDocument/didChange", textDocument={"uri": uri, "version": 3}, contentChanges=[{"text": JOINED}])
expect(editor.findings(uri, 3) == [], "what is mended is still shown")
editor.tell("textDocument/didChange", textDocument={"uri": uri, "version": 4},
            contentChanges=[{"text": START.replace("detach();", "detach(); // NOLINT(belay-*): short")}])
expect(editor.findings(uri, 4) == [], "what is suppressed is still shown")
editor.ask("shutdown", None)
editor.tell("exit")
expect(editor.server.wait(SECONDS) == 0, f"it ends with {editor.server.returncode}")
print("run.py: ok")
