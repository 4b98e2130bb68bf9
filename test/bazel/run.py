# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rules in integrations/bazel, with Debian's Bazel, over their example (make test-bazel).

What a change does again, what fails a test, that a cache carries every result to another folder
byte for byte, and that a worker, which is given nothing but the declared inputs, makes the same
bytes. The cache is nginx with WebDAV, the worker Bazel's own; both at ports of this machine. No
network.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1]).resolve()
RULES = pathlib.Path("/usr/share/bazel")
# Bazel's reference worker, of which Debian has the source; all it uses is in the server's archive.
SERVER = RULES / "A-server.jar"
WORKER = pathlib.Path("/usr/src/bazel-bootstrap/src/tools/remote/src/main/java")
WORKER_CLASS = "com.google.devtools.build.remote.worker.RemoteWorker"
REPOSITORIES = {  # what Bazel would load from the network
    "platforms": RULES / "platforms",
    "remote_coverage_tools": ROOT / "test/bazel/remote_coverage_tools",
    "rules_cc": ROOT / "test/bazel/rules_cc",
    "rules_java": RULES / "rules/java",
    "rules_proto": RULES / "rules/proto",
}

NGINX = """
daemon off;
pid nginx.pid;
error_log stderr;
{user}
events {{}}
http {{
  access_log off; log_not_found off;
  client_body_temp_path body; proxy_temp_path other; fastcgi_temp_path other;
  uwsgi_temp_path other; scgi_temp_path other;
  server {{
    listen 127.0.0.1:{port};
    root files;
    client_max_body_size 1g;
    location / {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""

SPAWN = "  std::thread([job] { (void)job; }).detach();\n"


class Workspace:
    """A copy of the example, with outputs of its own."""

    def __init__(self, folder, program):
        shutil.copytree(ROOT / "integrations/bazel", folder / "bazel")
        self.path = folder / "bazel/example"
        self.log = folder / "log.json"
        self.startup = ["bazel", f"--output_user_root={folder / 'out'}"]
        self.options = ["--nosandbox_debug", "--symlink_prefix=/", f"--repo_env=BELAY={program}"]
        for name, place in REPOSITORIES.items():
            self.options.append(f"--override_repository={name}={place}")

    def command(self, *words):
        return subprocess.run(
            [*self.startup, *words], cwd=self.path, text=True, capture_output=True
        )

    def bazel(self, verb, *words, code=0):
        """Runs Bazel; gives what it said, and how many actions of Belay ran or were cached."""
        self.log.unlink(missing_ok=True)
        words = [*self.options, f"--execution_log_json_file={self.log}", *words]
        done = self.command(verb, *words)
        if done.returncode != code:
            sys.exit(f"bazel {verb}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr, self.actions()

    def actions(self):
        counts = {}
        text = self.log.read_text() if self.log.exists() else ""
        decoder, at = json.JSONDecoder(), 0
        while at < len(text.rstrip()):
            spawn, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
            if spawn["mnemonic"].startswith("Belay"):
                what = spawn["mnemonic"].removeprefix("Belay").lower()
                what += " cached" if spawn.get("remoteCacheHit") else ""
                what += " remotely" if spawn["runner"] == "remote" else ""
                counts[what] = counts.get(what, 0) + 1
        return counts

    def results(self):
        outputs = pathlib.Path(self.command("info", "bazel-bin").stdout.strip())
        files = [*outputs.rglob("*.facts"), *outputs.rglob("*.txt")]
        return {
            str(file.relative_to(outputs)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in files
            if "runfiles" not in str(file)
        }

    def edit(self, name, old, new):
        file = self.path / name
        text = file.read_text()
        assert old in text, (name, old)
        file.write_text(text.replace(old, new))

    def append(self, name, text):
        with open(self.path / name, "a") as file:
            file.write(text)


def expect(what, found, wanted):
    print(f"  {'ok' if found == wanted else 'not ok'}: {what}: {found}", flush=True)
    if found != wanted:
        sys.exit(f"expected {wanted}")


def finding_in(text):
    return re.findall(r"^(\S+?):\d+:\d+: \w+: .* \[(belay-[a-z-]+)\]", text, re.M)


def test_changes(work, program):
    test = ["test", "//:belay", "--test_output=errors"]
    expect("a first run", work.bazel(*test)[1], {"extract": 2, "link": 1})
    expect("nothing changed", work.bazel(*test)[1], {})
    work.append("server/main.cc", "// later\n")
    expect("a source", work.bazel(*test)[1], {"extract": 1, "link": 1})
    work.append("work/work.h", "// later\n")
    expect("a header of both", work.bazel(*test)[1], {"extract": 2, "link": 1})
    work.append(".belay.yaml", "  - other::handle*\n")
    expect("models, the same facts", work.bazel(*test)[1], {"extract": 2})

    # The way from the handler leads through another target.
    work.edit("work/work.cc", "Worker::submit(int job) {\n", "Worker::submit(int job) {\n" + SPAWN)
    said, _ = work.bazel(*test, code=3)
    found = [("work/work.cc", "belay-unbounded-spawn"), ("work/work.cc", "belay-detached-thread")]
    expect("a mistake", finding_in(said), found)
    expect("its way", "\nserver/main.cc:9:6: note: 'server::handleJob' runs for each" in said, True)
    work.edit("work/work.cc", SPAWN, "  // NOLINTNEXTLINE(belay-*): a test\n" + SPAWN)
    expect("a comment about it", finding_in(work.bazel(*test)[0]), [])

    # Another program, as by an upgrade.
    shutil.copy(PROGRAM, program)
    with open(program, "ab") as file:
        file.write(b"\n")
    expect("another program", work.bazel(*test)[1], {"extract": 2, "link": 1})

    aspect = ["--aspects=@belay_rules//:belay.bzl%belay_aspect", "--output_groups=belay"]
    expect("the aspect", work.bazel("build", "//...", *aspect)[1], {"link": 2})
    work.append("server/main.cc", "wrong\n")
    said, _ = work.bazel("build", "//server", *aspect, code=1)
    expect("what does not parse", "belay: server/main.cc did not parse: " in said, True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(command, port, log):
    """The server that the command starts, once it listens at the port."""
    with open(log, "w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{command[0]} does not listen:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def nginx(folder, port):
    (folder / "files").mkdir(parents=True)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(port=port, user=user))
    command = ["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
    return server(command, port, folder / "log")


def worker(folder, port):
    for part in ("classes", "work", "blobs"):
        (folder / part).mkdir(parents=True)
    compiled = ["javac", "-nowarn", "-proc:none", "-cp", SERVER, "-d", folder / "classes"]
    subprocess.run([*compiled, *WORKER.rglob("*.java")], check=True, capture_output=True)
    command = ["java", "-cp", f"{folder / 'classes'}:{SERVER}", WORKER_CLASS]
    command += [f"--work_path={folder / 'work'}", f"--cas_path={folder / 'blobs'}"]
    return server([*command, f"--listen_port={port}"], port, folder / "log")


def test_cache(folder, one, another):
    port = free_port()
    with nginx(folder / "nginx", port):
        build = ["build", "//:belay", f"--remote_cache=http://127.0.0.1:{port}"]
        cached = {"extract cached": 2, "link cached": 1}
        expect("filling the cache", one.bazel(*build)[1], {"extract": 2, "link": 1})
        results = one.results()
        expect("its results", len(results), 3)
        one.command("clean")
        expect("after bazel clean", one.bazel(*build)[1], cached)
        expect("the same bytes", one.results() == results, True)
        expect("in another folder", another.bazel(*build)[1], cached)
        expect("the same bytes", another.results() == results, True)
        another.command("clean")
        expect("made there", another.bazel(*build[:2])[1], {"extract": 2, "link": 1})
        expect("the same bytes", another.results() == results, True)
    return results


def test_worker(folder, one, another, results):
    """Every action of Belay, and every other one of the build, runs where only its inputs are."""
    port = free_port()
    with worker(folder / "worker", port):
        remote = ["test", "//:belay", f"--remote_executor=grpc://127.0.0.1:{port}"]
        remote += ["--spawn_strategy=remote", "--noremote_local_fallback"]
        one.command("clean")
        expect("on a worker", one.bazel(*remote)[1], {"extract remotely": 2, "link remotely": 1})
        expect("the same bytes", one.results() == results, True)
        another.command("clean")
        cached = {"extract cached": 2, "link cached": 1}
        expect("what it made, in another folder", another.bazel(*remote)[1], cached)
        expect("the same bytes", another.results() == results, True)
        another.append("server/main.cc", "// later\n")
        changed = {"extract remotely": 1, "link remotely": 1}
        expect("a source, on a worker", another.bazel(*remote)[1], changed)


started = time.monotonic()
with tempfile.TemporaryDirectory(prefix="belay-bazel-") as name:
    folder = pathlib.Path(name)
    program = folder / "belay"
    shutil.copy(PROGRAM, program)
    work, one, another = (
        Workspace(folder / "changes", program),
        Workspace(folder / "one", PROGRAM),
        Workspace(folder / "another" / "place", PROGRAM),
    )
    try:
        test_changes(work, program)
        results = test_cache(folder, one, another)
        test_worker(folder, one, another, results)
    finally:
        for workspace in (work, one, another):
            workspace.command("shutdown")
            subprocess.run(["chmod", "-R", "u+w", workspace.path.parents[1]], check=True)
print(f"belay: the rules for Bazel hold ({time.monotonic() - started:.0f} s)")
