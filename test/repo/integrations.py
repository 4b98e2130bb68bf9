# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python -B %s %root %belay
"""What people copy into their pull requests parses, and its scripts do what they say."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import yaml

from repo import BELAY, ROOT, complain, finish, text

ACTION, JOB = "integrations/github/action.yml", "integrations/gitlab/belay.yml"
SOURCE = """#ifndef HEADER
namespace std {
struct thread {
  template <class F> explicit thread(F) {}
  ~thread();
  void detach();
};
} // namespace std
#endif
void start(int count) {
  std::thread([&count] { ++count; }).detach();
}
"""


def lint(where, script, shell):
    for command in [[shell, "-n"], ["shellcheck", f"--shell={shell}", "-"]]:
        done = subprocess.run(command, input=script, capture_output=True, text=True)
        if done.returncode != 0:
            complain(where, done.stdout + done.stderr)


def git(folder, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@b"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True,
                          text=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    return done.stdout.strip()


def make_project(folder):
    """Two commits, each with a finding; returns the first."""
    (folder / "build").mkdir()
    names = ["old.cpp", "new.cpp"]
    database = [{"file": name, "directory": str(folder), "command": f"c++ -c {name}"} for name in names]
    (folder / "build/compile_commands.json").write_text(json.dumps(database))
    (folder / ".gitignore").write_text("/build\n/.cache\n/bin\n*.sarif\n*.json\n")
    git(folder, "init", "-q")
    (folder / "old.cpp").write_text(SOURCE)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "old")
    (folder / "new.cpp").write_text(SOURCE.replace("start", "again"))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "new")
    # Where the job's script looks for it.
    (folder / "bin").mkdir()
    (folder / "bin/belay").symlink_to(pathlib.Path(BELAY).resolve())
    return git(folder, "rev-parse", "HEAD~1")


def run(where, script, folder, environment, status, shown, hidden=()):
    environment = {**os.environ, "BELAY_CACHE": str(folder / ".cache"), **environment,
                   "PATH": f"{folder}/bin:{os.environ['PATH']}"}
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"] if where == ACTION else ["sh", "-ec"]
    done = subprocess.run([*shell, script], cwd=folder, capture_output=True, text=True, env=environment)
    if done.returncode != status:
        complain(where, f"exits with {done.returncode} and not {status}: {done.stdout}{done.stderr}")
    for part in shown:
        if part not in done.stdout:
            complain(where, f"does not print '{part}': {done.stdout}{done.stderr}")
    for part in hidden:
        if part in done.stdout:
            complain(where, f"prints '{part}': {done.stdout}")


def check_action(folder, first):
    action = yaml.safe_load(text(ACTION))
    inputs = action["inputs"]
    for name in re.findall(r"inputs\.([a-z-]+)", text(ACTION)):
        if name not in inputs:
            complain(ACTION, f"'{name}' is no input")
    for key in ("name", "description", "runs"):
        if not action.get(key):
            complain(ACTION, f"has no '{key}'")
    steps = action["runs"]["steps"]
    if action["runs"]["using"] != "composite" or any(("uses" in s) == ("run" in s) for s in steps):
        complain(ACTION, "is no list of steps that either run or use something")
    [step] = [each for each in steps if "run" in each]
    if step["shell"] != "bash" or "${{" in step["run"]:
        complain(ACTION, "its script is not bash, or has values pasted into it")
    lint(ACTION, step["run"], "bash")

    def values(**given):
        """The environment that the inputs make."""
        given = {**{name: each.get("default", "") for name, each in inputs.items()}, **given}
        made = {}
        for name, value in step["env"].items():
            value = re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: given[match[1]], value)
            made[name] = value.replace("${{ runner.temp }}", str(folder))
        return made

    since = inputs["since"]["default"]
    if since != "${{ github.event.pull_request.base.sha }}":
        complain(ACTION, f"compares with '{since}'")
    run(ACTION, step["run"], folder, values(since=first, sarif="true"), 1,
        ["::error file=new.cpp,line=11,"], ["file=old.cpp"])
    log = json.loads((folder / "belay.sarif").read_text())
    if len(log["runs"][0]["results"]) != 2:
        complain(ACTION, "its report for code scanning lacks findings")
    run(ACTION, step["run"], folder, values(since=""), 1, ["file=new.cpp", "file=old.cpp"])
    run(ACTION, step["run"], folder, values(since="", **{"fail-on": "never"}), 0, ["file=new.cpp"])
    run(ACTION, step["run"], folder, values(since="HEAD"), 0, [], ["::"])
    (folder / "belay.sarif").unlink()
    run(ACTION, step["run"], folder, values(since="", build="nowhere", sarif="true"), 2, [])
    if (folder / "belay.sarif").exists():
        complain(ACTION, "leaves an empty report behind")
    run(ACTION, step["run"], folder, values(belay="nowhere"), 2, ["::error title=belay::there is no 'nowhere'"])


def check_job(folder, first):
    job = yaml.safe_load(text(JOB))["belay"]
    [script] = job["script"]
    lint(JOB, script, "sh")
    variables = {"BELAY_BUILD": job["variables"]["BELAY_BUILD"]}
    report = folder / job["artifacts"]["reports"]["codequality"]
    since = {**variables, "CI_MERGE_REQUEST_DIFF_BASE_SHA": first}
    run(JOB, script, folder, since, 1, ["new.cpp:11:"], ["old.cpp:11:"])
    if len(json.loads(report.read_text())) != 2:
        complain(JOB, "its report lacks findings")
    run(JOB, script, folder, variables, 1, ["new.cpp:11:", "old.cpp:11:"])
    run(JOB, script, folder, {**since, "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD"}, 0, [], ["cpp"])


with tempfile.TemporaryDirectory() as name:
    project = pathlib.Path(name).resolve()
    revision = make_project(project)
    check_action(project, revision)
    check_job(project, revision)
finish((ROOT / ACTION).exists() and (ROOT / JOB).exists())
