# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A project that has Belay's hooks, and the commits and pushes of a week in it.

    pre-commit.py ROOT BELAY FOLDER
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

root, belay, folder = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
project = folder / "project"
env = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "CI"))}
env |= {"HOME": str(folder), "PRE_COMMIT_HOME": str(folder / "cache"), "BELAY": str(belay),
        "PRE_COMMIT_COLOR": "never", "GIT_CONFIG_NOSYSTEM": "1",
        "BELAY_CACHE": str(folder / "facts"),
        # No network: what wanted one would fail.
        "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
(folder / ".gitconfig").write_text(
    "[user]\n  name = A\n  email = a@example.com\n[init]\n  defaultBranch = main\n"
    "[protocol \"file\"]\n  allow = always\n")

MISTAKE = "void serve(int request) { std::thread([&request] { ++request; }).detach(); }\n"


def run(*command, cwd=project, code=0, **more):
    """The output of a command that has to end with the code."""
    done = subprocess.run(command, cwd=cwd, env=env | more, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != code:
        line = " ".join(map(str, command))
        sys.exit(f"{line}: exit {done.returncode}, not {code}:\n{done.stdout}")
    return done.stdout


def write(name, text):
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text)


def commit(code=0, **more):
    run("git", "add", "-A")
    return run("git", "commit", "-m", "change", code=code, **more)


def commit_unseen():
    run("git", "add", "-A")
    run("git", "commit", "--no-verify", "-m", "change")


def expect(text, *parts, absent=()):
    for part in parts:
        if part not in text:
            sys.exit(f"there is no '{part}' in:\n{text}")
    for part in absent:
        if part in text:
            sys.exit(f"there is '{part}' in:\n{text}")


def configure(*sources, directory=".."):
    entries = [{"directory": str(directory), "file": file, "command": f"c++ -std=c++20 -c {file}"}
               for file in sources]
    write("build/compile_commands.json", json.dumps(entries))


def begin():
    hooks = folder / "hooks"
    shutil.copytree(root / "integrations/pre-commit", hooks / "integrations/pre-commit")
    shutil.copy(root / ".pre-commit-hooks.yaml", hooks)
    run("git", "init", "-q", cwd=hooks)
    run("git", "add", "-A", cwd=hooks)
    run("git", "commit", "-qm", "hooks", cwd=hooks)
    revision = run("git", "rev-parse", "HEAD", cwd=hooks).strip()
    run("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml", cwd=hooks)
    write(".gitignore", "/build/\n")
    write(".pre-commit-config.yaml",
          f"repos:\n  - repo: {hooks}\n    rev: {revision}\n    hooks:\n"
          "      - id: belay\n        stages: [commit, push]\n      - id: belay-project\n")
    run("git", "init", "-q")
    run("git", "init", "-q", "--bare", str(folder / "origin"), cwd=folder)
    run("git", "remote", "add", "origin", str(folder / "origin"))
    write("README", "no C++ yet\n")
    write("src/main.cpp", "#include \"pool/log.h\"\n#include <thread>\nint main() {}\n")
    write("src/pool/log.h", "#pragma once\n#include \"detail.h\"\n")
    write("src/pool/detail.h", "#pragma once\n")
    write("src/pool/log.cpp", "#include \"log.h\"\n#include <thread>\nvoid old() {\n"
          "  std::thread t([] {});\n}\n")
    run("git", "add", "-A")
    run("git", "commit", "-qm", "begin")
    run("git", "push", "-q", "origin", "HEAD")
    run("pre-commit", "install", "--hook-type=pre-commit", "--hook-type=pre-push")


def without_program():
    write("src/main.cpp", (project / "src/main.cpp").read_text() + "\n")
    text = commit(1, BELAY="", PATH="/usr/bin:/bin")
    expect(text, "belay: the program is not installed", "make build", "SKIP=belay")
    expect(commit(1, BELAY="/nowhere/belay"), "there is no program /nowhere/belay")
    expect(commit(BELAY="/nowhere/belay", SKIP="belay"), "Skipped")


def without_database():
    write("src/main.cpp", (project / "src/main.cpp").read_text() + "\n")
    text = commit(1, CI="true")
    expect(text, "there is no compile_commands.json", "in CI that is a failure")
    text = commit()
    expect(text, "there is no compile_commands.json", "[-p, BUILD]", "; skipped")


def changed_source():
    configure("src/main.cpp", "src/pool/log.cpp")
    clean = (project / "src/main.cpp").read_text()
    write("src/main.cpp", clean + MISTAKE)
    text = commit(1)
    expect(text, "belay....", "Failed", "src/main.cpp:6:66: error: detached thread refers to",
           "[belay-detached-thread]", "note: the thread starts here", absent=["log.cpp"])
    # The same by another way to the folder.
    (folder / "link").symlink_to(project)
    configure("src/main.cpp", "src/pool/log.cpp", directory=folder / "link")
    expect(commit(1), "src/main.cpp:6:66: error: detached thread refers to")
    configure("src/main.cpp", "src/pool/log.cpp")
    expect(commit(SKIP="belay"), "Skipped")
    write("src/main.cpp", clean)
    expect(commit(), "Passed", "no findings in 1 unit")
    write("README", "changed\n")
    expect(commit(), "(no files to check)Skipped")


def changed_header():
    write("src/pool/detail.h", "#pragma once\n#include <thread>\ninline " + MISTAKE)
    expect(commit(1), "src/pool/detail.h:3:73: error: detached thread", "[belay-detached-thread]")
    write("src/pool/detail.h", "#pragma once\n")
    # By the source of the same name, where something was wrong before.
    header = (project / "src/pool/log.h").read_text()
    write("src/pool/log.h", header + "#include <thread>\ninline " + MISTAKE)
    expect(commit(1), "src/pool/log.h:4:73: error: detached thread", "; 1 older than 'HEAD' not shown",
           absent=["belay-unjoined-thread"])
    write("src/pool/log.h", header + "\n")
    expect(commit(), "Passed", "no findings in 1 unit; 1 older than 'HEAD' not shown")
    write("src/alone.h", "inline " + MISTAKE)
    expect(commit(), "no unit of 'build/compile_commands.json' includes 'src/alone.h'", "Passed")
    write("src/new.cpp", "#include <thread>\n" + MISTAKE)
    expect(commit(1, CI="true"), "src/new.cpp not in 'build/compile_commands.json'", "Failed")
    expect(commit(), "src/new.cpp not in 'build/compile_commands.json'", "; skipped")
    configure("src/main.cpp", "src/pool/log.cpp", "src/new.cpp")


def old_and_new():
    # What was wrong before is not of this commit, on a line that it moves or in a file it leaves alone.
    old = (project / "src/pool/log.cpp").read_text()
    write("src/pool/log.cpp", "\n" + old)
    expect(commit(), "Passed", "; 1 older than 'HEAD' not shown")
    # A join that is gone shows where nothing has changed.
    write("src/pool/log.cpp", "\n" + old.replace("\n}", "\n  t.join();\n}"))
    expect(commit(), "Passed", "no findings in 1 unit\n")
    write("src/pool/log.cpp", "\n" + old)
    text = commit(1)
    expect(text, "src/pool/log.cpp:5:15: error: ", "[belay-unjoined-thread]")
    commit_unseen()
    # Whoever asks for files that have not changed gets all that is in them.
    expect(run("pre-commit", "run", "belay", "--all-files", code=1),
           "src/pool/log.cpp:5:15: error: ", "[belay-unjoined-thread]", absent=["older than"])
    # What is not staged is put aside.
    write("src/main.cpp", (project / "src/main.cpp").read_text() + "\n")
    run("git", "add", "src/main.cpp")
    write("src/pool/log.h", (project / "src/pool/log.h").read_text() + "#include <thread>\ninline " + MISTAKE)
    expect(run("git", "commit", "-m", "staged"), "Passed", "no findings in 1 unit\n")
    run("git", "checkout", "src/pool/log.h")


def confirmed():
    """What is found in the changed files alone counts only if the whole project knows no better."""
    names = ["src/main.cpp", "src/new.cpp"]
    before = {name: (project / name).read_text() for name in names}
    write("src/count.h", """#pragma once
#include <mutex>
struct Count {
  void begin(int from);
  void add();
  void take();
private:
  std::mutex guard_;
  int many_ = 0;
};
inline Count count;
""")
    write("src/main.cpp", """#include "count.h"
#include <thread>
void tell(int) {}
int main() {
  count.begin(3);
  std::thread one([] { count.add(); });
  std::thread other([] { count.take(); });
  one.join();
  other.join();
}
""")
    write("src/new.cpp", "void work();\n")
    commit_unseen()
    configure("src/main.cpp", "src/pool/log.cpp", "src/new.cpp", "src/count.cpp")
    source = """#include "count.h"
void tell(int);
void Count::begin(int from) { tell(from); many_ = from; }
void Count::add() { std::lock_guard lock(guard_); ++many_; }
void Count::take() { std::lock_guard lock(guard_); --many_; }
"""
    write("src/count.cpp", source)
    alone = run(belay, "check", "--no-cache", "src/count.cpp", code=1)
    expect(alone, "src/count.cpp:3:43: warning: 'many_' is written without 'guard_'")
    expect(commit(), "Passed", "no findings in 4 units")
    # Where another file does not parse, nothing is known of the whole.
    write("src/new.cpp", "int wrong(\n")
    commit_unseen()
    write("src/count.cpp", source.replace("many_ = from", "many_ = from + 1"))
    expect(commit(1), "src/count.cpp:3:43: warning: 'many_' is written", absent=["did not parse"])
    for name in names:
        write(name, before[name])
    (project / "src/count.h").unlink()
    (project / "src/count.cpp").unlink()
    configure("src/main.cpp", "src/pool/log.cpp", "src/new.cpp")
    commit_unseen()


def pushed():
    # What the commits brought past the hooks, in all of the project.
    text = run("git", "push", "origin", "HEAD", code=1)
    expect(text, "src/new.cpp:2:66: error: detached thread", "belay, the whole project", "; 1 older than '",
           absent=["belay-unjoined-thread"])
    text = run("pre-commit", "run", "belay-project", "--hook-stage=manual", "--all-files", code=1)
    expect(text, "src/new.cpp:2:66: error: detached thread", "[belay-unjoined-thread]", absent=["older than"])
    write("src/new.cpp", "void work();\n")
    commit()
    expect(run("git", "push", "origin", "HEAD"), "no findings in 3 units; 1 older than '")
    write("src/pool/log.cpp",
          "#include \"log.h\"\n#include <thread>\nvoid old() { std::jthread t([] {}); }\n")
    commit()
    changed = run("pre-commit", "run", "belay", "--from-ref=HEAD~2", "--to-ref=HEAD")
    expect(changed, "Passed", "no findings in 2 units")
    expect(run("pre-commit", "run", "belay-project", "--hook-stage=manual", "--all-files"),
           "no findings in 3 units")


def first_commit():
    """There is nothing to compare with."""
    write("../first/src/main.cpp", "#include <thread>\n" + MISTAKE)
    first = folder / "first"
    shutil.copytree(project / "build", first / "build")
    (first / "build/compile_commands.json").write_text(json.dumps(
        [{"directory": str(first), "file": "src/main.cpp", "command": "c++ -std=c++20 -c src/main.cpp"}]))
    shutil.copy(project / ".pre-commit-config.yaml", first)
    shutil.copy(project / ".gitignore", first)
    run("git", "init", "-q", cwd=first)
    run("git", "add", "-A", cwd=first)
    run("pre-commit", "install", cwd=first)
    expect(run("git", "commit", "-m", "first", cwd=first, code=1), "src/main.cpp:2:66: error: detached thread")


def with_arguments():
    """The hooks' options are those of `belay check`."""
    config = (project / ".pre-commit-config.yaml").read_text()
    write(".pre-commit-config.yaml", config.replace(
        "[commit, push]\n", "[commit, push]\n        args: [-p, out, --fail-on=never]\n"))
    (project / "build").rename(project / "out")
    write(".gitignore", "/out/\n")
    write("src/new.cpp", "#include <thread>\n" + MISTAKE)
    expect(commit(), "src/new.cpp:2:66: error: detached thread", "Passed")
    config = (project / ".pre-commit-config.yaml").read_text()
    write(".pre-commit-config.yaml", config.replace("[-p, out,", "[-p, out, --all,"))
    write("src/new.cpp", "\n#include <thread>\n" + MISTAKE)
    expect(commit(), "src/new.cpp:3:66: error: detached thread", "Passed", absent=["older than"])


begin()
without_program()
without_database()
changed_source()
changed_header()
old_and_new()
confirmed()
pushed()
first_commit()
with_arguments()
