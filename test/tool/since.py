# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `belay check --since` shows is what a change brings, wherever it is found.

usage: since.py BELAY FOLDER
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

BELAY, FOLDER = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
PROJECT, CACHE = FOLDER / "my project", FOLDER / "cache"
# Not the configuration of whoever runs this, but one that would disturb.
ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": str(FOLDER / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
CONFIG = """[user]
  name = A
  email = a@b
[diff]
  noprefix = true
  external = false
  renames = false
[color]
  ui = always
"""

THREAD = """#ifndef THREAD_H
#define THREAD_H
namespace std {
struct thread {
  thread();
  template <class F> explicit thread(F) {}
  thread(thread &&);
  thread &operator=(thread &&);
  ~thread();
  void detach();
  void join();
};
} // namespace std
#endif
"""
# Two units and a header. The detached thread in old.cpp is there from the start.
OLD = """#include "thread.h"
void old(int count) {
  std::thread([&count] { ++count; }).detach();
}
"""
HELPER_JOINS = """#ifndef HELPER_H
#define HELPER_H
#include "thread.h"
inline void finish(std::thread &t) { t.join(); }
#endif
"""
HELPER_DETACHES = HELPER_JOINS.replace("t.join()", "t.detach()")
USER = """#include "helper.h"
void use(int count) {
  std::thread t([&count] { ++count; });
  finish(t);
}
"""
MAIN = """void old(int);
void use(int);
int main() {
  old(1);
  use(1);
}
"""


def git(*arguments):
    subprocess.run(["git", "-C", PROJECT, *arguments], check=True, capture_output=True, env=ENVIRONMENT)


def write(name, text):
    file = PROJECT / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def write_database(*units):
    database = [{"file": name, "directory": str(PROJECT), "command": f"c++ -std=c++20 -c '{name}'"}
                for name in units]
    write("build/compile_commands.json", json.dumps(database))


def make_repository():
    shutil.rmtree(FOLDER, ignore_errors=True)
    PROJECT.mkdir(parents=True)
    (FOLDER / "gitconfig").write_text(CONFIG)
    for name, text in [("thread.h", THREAD), ("helper.h", HELPER_JOINS), ("old.cpp", OLD),
                       ("user.cpp", USER), ("main.cpp", MAIN), (".gitignore", "/build\n")]:
        write(name, text)
    write_database("main.cpp", "old.cpp", "user.cpp")
    git("init", "-q", "-b", "main")
    commit("first")
    git("tag", "start")


def commit(message):
    git("add", "-A")
    git("commit", "-q", "-m", message)


def check(*options, folder=PROJECT):
    done = subprocess.run([BELAY, "check", "-p", "build", "--format=json", "--min-level=note", *options],
                          cwd=folder, capture_output=True, text=True, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr


def expect(holds, what):
    if not holds:
        sys.exit(f"since.py: {what}")


def expect_found(*places, since="start", hidden=None):
    """The findings are these, with and without the cache, and so many are hidden."""
    time.sleep(0.1)  # lets the files grow old enough to be kept
    check(f"--cache-dir={CACHE}")  # keeps the facts
    runs = [check(f"--since={since}", "--no-cache")]
    runs += [check(f"--since={since}", f"--cache-dir={CACHE}") for _ in range(2)]
    expect(runs[0] == runs[1] == runs[2], f"the cache shows: {runs}")
    code, out, err = runs[0]
    expect(code in (0, 1), err)
    found = [f"{each['file']}:{each['line']}" for each in json.loads(out)["findings"]]
    expect(found == list(places), f"{found} are found, and not {list(places)}: {err}")
    if hidden is not None:
        text = f"; {hidden} older than '{since}' not shown\n"
        expect(text in err if hidden else "older" not in err, f"{hidden} hidden? {err}")


def nothing_changed():
    make_repository()
    expect(check()[0] == 1, "there is nothing to hide")
    expect_found(hidden=1)
    expect_found(since="HEAD", hidden=1)


def an_old_finding_in_a_changed_file():
    make_repository()
    write("old.cpp", "// A line above.\n" + OLD + "void more() {}\n")
    expect_found(hidden=1)
    write("old.cpp", OLD.replace("++count", "--count"))
    expect_found("old.cpp:3", hidden=0)


def only_a_header():
    make_repository()
    write("helper.h", HELPER_DETACHES)
    expect_found("helper.h:4", hidden=1)
    commit("detach")
    expect_found("helper.h:4", hidden=1)
    expect_found(since="HEAD", hidden=2)


def an_effect_in_a_file_that_did_not_change():
    make_repository()
    write("work.cpp", '#include "thread.h"\nvoid work() {\n  std::thread([] {}).detach();\n}\n')
    write("main.cpp", MAIN.replace("int main", """void work();
[[clang::annotate("belay::handler")]] void handle() {
}
int main"""))
    write_database("main.cpp", "old.cpp", "user.cpp", "work.cpp")
    commit("work")
    git("tag", "-f", "start")
    checks = "--checks=unbounded-spawn"
    expect(not json.loads(check(checks)[1])["findings"], "every request starts a thread")
    write("main.cpp", (PROJECT / "main.cpp").read_text().replace("handle() {\n", "handle() {\n  work();\n"))
    found = json.loads(check(checks)[1])["findings"]
    expect([each["file"] for each in found] == ["work.cpp"], f"{found}")
    expect("main.cpp" in [step["file"] for step in found[0]["trail"]], f"{found}")
    # The detached thread there is worse than before, too.
    expect_found("work.cpp:3", "work.cpp:3", hidden=1)


def a_line_that_is_gone():
    # Nothing is added: a join has been removed, and the finding is on an old line.
    make_repository()
    write("user.cpp", USER.replace("  finish(t);\n", ""))
    expect_found("user.cpp:3", hidden=1)


def an_absence_that_another_file_brings():
    # The only join is removed; the finding, all of whose places are old, is where the thread is started.
    make_repository()
    write("worker.h", """#include "thread.h"
class Worker {
public:
  void start();
  void stop();
private:
  std::thread thread_;
};
""")
    write("start.cpp", '#include "worker.h"\nvoid Worker::start() {\n  thread_ = std::thread([] {});\n}\n')
    write("stop.cpp", '#include "worker.h"\nvoid Worker::stop() {\n  thread_.join();\n}\n')
    write("main.cpp", '#include "worker.h"\n' + MAIN.replace("  use", "  Worker w;\n  w.start();\n  w.stop();\n  use"))
    write_database("main.cpp", "old.cpp", "user.cpp", "start.cpp", "stop.cpp")
    commit("worker")
    git("tag", "-f", "start")
    expect_found(hidden=1)
    write("stop.cpp", '#include "worker.h"\nvoid Worker::stop() {\n}\n')
    plain = json.loads(check("--checks=unjoined-thread")[1])["findings"]
    expect(len(plain) == 1 and plain[0]["file"] != "stop.cpp", f"nothing is lost: {plain}")
    expect(all(step["file"] != "stop.cpp" for step in plain[0]["trail"]), f"{plain}")
    expect_found(f"{plain[0]['file']}:{plain[0]['line']}", hidden=1)


def renamed():
    make_repository()
    git("mv", "old.cpp", "renamed file.cpp")
    write_database("main.cpp", "renamed file.cpp", "user.cpp")
    expect_found(hidden=1)
    write("renamed file.cpp", "\n" + OLD + "\nvoid more(int n) {\n  std::thread([&n] { --n; }).detach();\n}\n")
    expect_found("renamed file.cpp:8", hidden=1)
    # A header whose findings are in it.
    make_repository()
    write("in.h", OLD)
    write("user.cpp", '#include "in.h"\n' + USER)
    write_database("main.cpp", "user.cpp")
    commit("header")
    git("tag", "-f", "start")
    git("mv", "in.h", "out.h")
    write("user.cpp", '#include "out.h"\n' + USER)
    expect_found(hidden=1)


def a_header_that_hid_another():
    # Once a header of that name was found first, and joined; the one further on was there as well.
    make_repository()
    write("far/helper.h", HELPER_DETACHES)
    write("near/helper.h", HELPER_JOINS)
    (PROJECT / "helper.h").unlink()
    write("user.cpp", USER.replace('"helper.h"', "<helper.h>"))
    database = [{"file": name, "directory": str(PROJECT), "command": f"c++ -I near -I far -I . -c {name}"}
                for name in ("main.cpp", "old.cpp", "user.cpp")]
    write("build/compile_commands.json", json.dumps(database))
    commit("two headers")
    git("tag", "-f", "start")
    expect_found(hidden=1)
    (PROJECT / "near/helper.h").unlink()
    expect_found("far/helper.h:4", hidden=1)


def untracked():
    make_repository()
    write("new.cpp", OLD.replace("old", "fresh"))
    write_database("main.cpp", "old.cpp", "user.cpp", "new.cpp")
    expect_found("new.cpp:3", hidden=1)


def a_suppression_that_is_gone():
    make_repository()
    write("old.cpp", OLD.replace("  std::thread", "  // NOLINTNEXTLINE(belay-*)\n  std::thread"))
    commit("suppressed")
    git("tag", "-f", "start")
    expect_found(hidden=0)
    write("old.cpp", OLD)
    expect_found("old.cpp:3", hidden=0)


def odd_names_and_texts():
    make_repository()
    write("\u00f6 x.h", HELPER_JOINS)
    write("user.cpp", USER.replace("helper.h", "\u00f6 x.h"))
    write("tab\tname.cpp", OLD.replace("old", "tab"))
    write_database("main.cpp", "old.cpp", "user.cpp", "tab\tname.cpp")
    commit("odd")
    git("tag", "-f", "start")
    # What is added looks like the head of a patch for another file, and ends without a newline.
    write("main.cpp", "/*\n++ b/old.cpp\n@@ -1 +1,9 @@\n*/\n" + MAIN + "// end")
    (PROJECT / "old.cpp").chmod(0o755)
    expect_found(hidden=2)
    write("\u00f6 x.h", HELPER_DETACHES)
    write("tab\tname.cpp", "\n" + OLD.replace("old", "tab") + OLD.replace("old", "more").split("\n", 1)[1])
    expect_found("tab\tname.cpp:7", "\u00f6 x.h:4", hidden=2)


def a_database_that_git_does_not_have():
    # As bear leaves it at the top; git has nothing to compare it with, as when it is ignored.
    make_repository()
    write(".gitignore", "")
    git("commit", "-q", "-a", "-m", "no longer ignored")
    git("tag", "-f", "start")
    expect_found(hidden=1)
    # One that git has may have had other flags.
    commit("database")
    git("tag", "-f", "start")
    write_database("old.cpp", "main.cpp", "user.cpp")
    code, out, err = check("--since=start")
    expect("compile_commands.json' has changed since 'start', so every finding is shown" in err, err)
    expect("old.cpp" in out and code == 1, out)


def models():
    make_repository()
    write(".belay.yaml", "handlers:\n  - old\n")
    code, out, err = check("--since=start")
    expect("'.belay.yaml' has changed since 'start', so every finding is shown" in err, err)
    expect("old.cpp" in out and code == 1, out)


def what_cannot_be():
    make_repository()

    def refuses(text, **how):
        code, out, err = check(*how.pop("options", ["--since=nowhere"]), **how)
        expect(code == 2 and not out and err.count("\n") == 1 and text in err, f"{code} {out} {err}")

    refuses("git knows no revision 'nowhere'; fetch it, or name another")
    refuses("git knows no revision '--output=x'", options=["--since=--output=x"])
    write("second.cpp", "")
    commit("second")
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{PROJECT}", FOLDER / "shallow"],
                   check=True, env=ENVIRONMENT)
    refuses("this is a shallow clone without 'HEAD~1'; fetch it with", folder=FOLDER / "shallow",
            options=["--since=HEAD~1"])
    shutil.rmtree(PROJECT / ".git")
    ENVIRONMENT["GIT_CEILING_DIRECTORIES"] = str(FOLDER)
    refuses("git finds no repository in")
    path = ENVIRONMENT["PATH"]
    ENVIRONMENT["PATH"] = str(FOLDER)
    refuses("there is no git in $PATH")
    ENVIRONMENT["PATH"] = path


for test in [nothing_changed, an_old_finding_in_a_changed_file, only_a_header,
             an_effect_in_a_file_that_did_not_change, a_line_that_is_gone,
             an_absence_that_another_file_brings, renamed, a_header_that_hid_another,
             untracked, a_suppression_that_is_gone, odd_names_and_texts,
             a_database_that_git_does_not_have, models, what_cannot_be]:
    test()
    print(f"{test.__name__}: ok")
shutil.rmtree(FOLDER)
