# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Microsoft's validator finds no fault with the SARIF report, and takes moved findings for the same.

usage: validate.py BELAY FOLDER

The validator is installed into the folder by npm, in the version of package-lock.json.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

BELAY, FOLDER = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
HERE = pathlib.Path(__file__).resolve().parent
TOOL = FOLDER / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"

# What it recommends and this report does without, and why.
ACCEPTED = {
    "SARIF2002": "messages are text, and no ids with arguments: code scanning shows texts only",
    "SARIF2003": "which commit it was is known to whoever uploads the report",
    "SARIF2005": "there is no home page to name",
    "SARIF2006": "the schema's address need not be reachable from here",
    "SARIF2009": "ids are words, which people can read, and no numbers",
    "SARIF2011": "the line itself is enough of a snippet",
    "SARIF2012": "the help is in the report, and not at an address",
}

THREAD = """#pragma once
namespace std {
struct thread {
  template <class F> explicit thread(F) {}
  ~thread();
  void detach();
};
struct mutex {
  void lock();
  void unlock();
};
} // namespace std
"""
SOURCE = """#include "thread.h"
void start(int count) {
  std::thread([&count] { ++count; }).detach(); // [\xc3\xa9] \xf0\x9f\x98\x80
}
void again(int count) {
  std::thread([&count] { --count; }).detach();
  std::thread([&count] { --count; }).detach();
}
[[clang::annotate("belay::handler")]] void handle() { start(1); }
std::mutex mutex;
int rooms;
void change(int by) {
  mutex.lock();
  rooms += by;
  mutex.unlock();
}
[[clang::annotate("belay::handler")]] void add() { change(1); }
[[clang::annotate("belay::handler")]] void remove() { change(-1); }
[[clang::annotate("belay::handler")]] int count() { return rooms + 1 > 3 ? rooms : 0; }
int main() {}
""".encode("latin-1").decode()
MOVED = SOURCE.replace("void start", "\n\n// Moved.\nvoid start").replace("  std", "      std")
MENDED = MOVED.replace("  std::thread([&count] { ++count; }).detach();", "  ++count;")


def expect(holds, what):
    if not holds:
        sys.exit(f"validate.py: {what}")


def install():
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text()
    installed = FOLDER / "package-lock.json"
    if TOOL.exists() and installed.exists() and installed.read_text() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], cwd=FOLDER)
    expect(done.returncode == 0 and TOOL.exists(), "npm did not install the validator, so nothing is tested")
    TOOL.chmod(0o755)


def report(name, source):
    """The report of Belay for the source."""
    project = FOLDER / "my project"
    project.mkdir(exist_ok=True)
    (project / "thread.h").write_text(THREAD)
    (project / "main.cpp").write_text(source)
    subprocess.run([BELAY, "check", "main.cpp", "--no-cache", "--min-level=note", "--format=sarif",
                    "-o", FOLDER / name, "--", "-std=c++20"], cwd=project, stderr=subprocess.DEVNULL)
    return json.loads((FOLDER / name).read_text())


def multitool(*arguments, output):
    """What the tool writes. It exits with 0 whatever it finds, so that is no answer."""
    (FOLDER / output).unlink(missing_ok=True)
    done = subprocess.run([TOOL, *arguments], cwd=FOLDER, capture_output=True, text=True)
    expect((FOLDER / output).exists(), f"{arguments[0]}: {done.stdout}{done.stderr}")
    return json.loads((FOLDER / output).read_text())


def complaints(name):
    """The rules that a report breaks, and what is said of it."""
    log = multitool("validate", name, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note",
                    "-o", "validated", output="validated")
    run = log["runs"][0]
    expect(all(each["executionSuccessful"] for each in run["invocations"]), "it did not come to an end")
    return {each["ruleId"]: each for each in run.get("results", [])}


def valid():
    log = report("before.sarif", SOURCE)
    results = log["runs"][0]["results"]
    flows = [flow["threadFlows"] for each in results for flow in each.get("codeFlows", ())]
    expect(len(results) >= 5 and {len(threads) for threads in flows} == {1, 2}, f"{len(results)} results: {flows}")
    found = complaints("before.sarif")
    expect(found, "the validator says nothing, not even what it recommends")
    for rule, each in found.items():
        expect(rule in ACCEPTED, f"{rule} ({each.get('level', 'warning')}): {each['message']}")
    # It does see what is wrong.
    results[0]["ruleIndex"] = 99
    results[1]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    (FOLDER / "wrong.sarif").write_text(json.dumps(log))
    wrong = set(complaints("wrong.sarif")) - set(ACCEPTED)
    expect(wrong, "the validator takes a wrong report")
    print("valid: ok")


def states(current):
    log = multitool("match-results-forward", current, "-r", "before.sarif", "-o", "matched",
                    "--log", "ForceOverwrite", output="matched")
    return sorted(each["baselineState"] for each in log["runs"][0]["results"])


def stable():
    count = len(report("before.sarif", SOURCE)["runs"][0]["results"])
    report("moved.sarif", MOVED)
    found = states("moved.sarif")
    expect(len(found) == count and not {"new", "absent"} & set(found), f"moved lines: {found}")
    after = len(report("mended.sarif", MENDED)["runs"][0]["results"])
    found = states("mended.sarif")
    expect(after < count and found.count("absent") == count - after and "new" not in found, f"mended: {found}")
    print("stable: ok")


install()
valid()
stable()
