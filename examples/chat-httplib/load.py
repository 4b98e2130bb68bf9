#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures what the fixed chat service answers to as many connections as it serves at a time, then
sends it twice as many as it admits: it says 429 or 503 to what is too much, keeps what it has
accepted, and stops at once.

usage: load.py BINARY
"""

import collections
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from smoke import Client, Failure, check, free_port, wait_until_up

WORKERS = 8  # as in fixed/main.cpp
ADMITTED = WORKERS + 64
SECONDS = 4
STOP_SECONDS = 1
ROOM = "load"
ACCEPTED = {"200", "201", "202"}
REFUSED = {"429", "503"}
# One listener; pools for connections and for refusing them, for deliveries and for exports.
THREADS = {"listener": 1, "bounded_pool": WORKERS + 1 + 2 + 1}


def press(port, connections):
    """What load.lua says became of the requests of so many connections."""
    url = f"http://127.0.0.1:{port}"
    script = pathlib.Path(__file__).with_name("load.lua")
    command = ["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "--timeout=30s", "-s", script]
    command += [url, "--", ROOM]
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"wrk: {done.stdout}{done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    rate = sum(told["statuses"].get(each, 0) for each in ACCEPTED) / SECONDS
    print(f"load: {connections} connections: {told['statuses']}, {rate:.0f} accepted a second")
    return told


def judge(told):
    unknown = set(told["statuses"]) - ACCEPTED - REFUSED
    check(not unknown, f"answered {unknown}")
    check(not any(told["errors"].values()), f"socket errors: {told['errors']}")
    check(told["hasty"] == 0, f"{told['hasty']} refusals without Retry-After")
    check(len(set(told["posted"])) == told["statuses"].get("201"), "message ids repeat")


def names_of_threads(process):
    tasks = pathlib.Path(f"/proc/{process.pid}/task").iterdir()
    return collections.Counter((task / "comm").read_text().strip() for task in tasks)


def stop(process):
    before = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        raise Failure(f"still running {STOP_SECONDS} s after SIGTERM") from None
    check(code == 0, f"exit code {code} after SIGTERM")
    print(f"load: stopped within {1000 * (time.monotonic() - before):.0f} ms")


def check_files(data, rounds):
    lines = (data / "outbox.jsonl").read_text().splitlines()
    delivered = [json.loads(line)["message"]["id"] for line in lines]
    check(len(delivered) == len(set(delivered)), "messages were delivered twice")
    lost = {id for told in rounds for id in told["posted"]} - set(delivered)
    check(not lost, f"{len(lost)} accepted messages are not in the outbox")
    accepted = sum(told["statuses"].get("202", 0) for told in rounds)
    written = len(list((data / "exports").glob("*.txt")))
    check(accepted <= written, f"{written} exports written, {accepted} accepted")


def run(binary, data):
    port = free_port()
    log = data / "stderr.log"
    with log.open("w") as errors:
        process = subprocess.Popen([binary, str(port), data], cwd=data, stderr=errors)
    try:
        client = Client(port)
        wait_until_up(process, client)
        client.ask("POST", f"/rooms/{ROOM}/messages?author=ann", "first", expect=201)
        rounds = [press(port, connections) for connections in (WORKERS, 2 * ADMITTED)]
        names = names_of_threads(process)
        stop(process)
        for told in rounds:
            judge(told)
        missing = {"201", *REFUSED} - set(rounds[-1]["statuses"])
        check(not missing, f"with too many connections nobody was answered {missing}")
        missing = ACCEPTED - set(rounds[0]["statuses"])
        check(not missing, f"nobody was answered {missing}")
        for name, count in THREADS.items():
            check(names[name] == count, f"the threads were {names}, not {THREADS}")
        check_files(data, rounds)
    except (Failure, OSError) as error:
        raise Failure(f"{error}\n{log.read_text()}".rstrip()) from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    if not shutil.which("wrk"):
        sys.exit("wrk is missing (Debian: wrk)")
    with tempfile.TemporaryDirectory(prefix="chat-load-") as directory:
        try:
            run(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(directory))
        except Failure as failure:
            sys.exit(f"load: FAILED: {failure}")
    print(f"load: {sys.argv[1]}: ok")


if __name__ == "__main__":
    main()
