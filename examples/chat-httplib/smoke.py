#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Starts a chat service, talks to it like a client would and stops it with SIGTERM.

usage: smoke.py BINARY
"""

import concurrent.futures
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

START_SECONDS = 15
ANSWER_SECONDS = 15
STOP_SECONDS = 5
POSTS = 40


class Failure(Exception):
    pass


def check(holds, message):
    if not holds:
        raise Failure(message)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(what, seconds, attempt):
    """Repeats attempt() until it gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = attempt()
        if result:
            return result
        check(time.monotonic() < deadline, f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Client:
    def __init__(self, port):
        self.port = port

    def send(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body, {"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def ask(self, method, path, body=None, expect=200):
        """Sends a request, again for as long as the answer is a 429 or 503 with Retry-After."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            status, headers, text = self.send(method, path, body)
            if status not in (429, 503) or time.monotonic() > deadline:
                break
            check("Retry-After" in headers, f"{method} {path}: {status} without Retry-After")
            time.sleep(float(headers["Retry-After"]))
        check(status == expect, f"{method} {path}: status {status}, not {expect}: {text}")
        return text

    def json(self, method, path, body=None, expect=200):
        text = self.ask(method, path, body, expect)
        try:
            return json.loads(text)
        except ValueError:
            raise Failure(f"{method} {path}: not JSON: {text!r}") from None


def wait_until_up(process, client):
    def attempt():
        check(process.poll() is None, f"the service ended at once, code {process.returncode}")
        try:
            return client.send("GET", "/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    eventually("GET /healthz", START_SECONDS, attempt)


def talk(process, client, log):
    check(client.json("GET", "/healthz") == {"status": "ok", "rooms": 0, "delivered": 0}, "bad /healthz")
    client.ask("GET", "/rooms/lobby/messages", expect=404)
    client.ask("POST", "/rooms/lobby/export", expect=404)
    client.ask("POST", "/rooms/lobby/messages", "nobody wrote this", expect=400)
    client.ask("POST", "/rooms/lobby/messages?author=ann", "", expect=400)

    texts = [f'message {n} of "{POSTS}"\tin \\ lobby' for n in range(POSTS)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(
            lambda text: client.json("POST", "/rooms/lobby/messages?author=ann", text, 201),
            texts))
    for text, message in zip(texts, posted):
        wanted = {"id": message["id"], "room": "lobby", "author": "ann", "text": text}
        check(message == wanted, f"posted {wanted}, answered {message}")
    posted.sort(key=lambda message: message["id"])
    check(len({message["id"] for message in posted}) == POSTS, "message ids repeat")
    check(client.json("GET", "/rooms/lobby/messages") == posted, "read back other messages")

    presence = client.json("GET", "/presence")
    check(presence.get("ann", 0) > 0 and presence.get("bob") == 0, f"bad presence: {presence}")

    file = client.json("POST", "/rooms/lobby/export", expect=202)["file"]
    eventually(f"GET /exports/{file}", ANSWER_SECONDS,
               lambda: client.send("GET", f"/exports/{file}")[0] == 200)
    wanted = "".join(f"#{m['id']} {m['author']}: {m['text']}\n" for m in posted)
    check(client.ask("GET", f"/exports/{file}") == wanted, f"bad transcript {file}")
    client.ask("GET", "/exports/absent-1.txt", expect=404)

    process.send_signal(signal.SIGHUP)
    eventually("access log after SIGHUP", ANSWER_SECONDS,
               lambda: client.ask("GET", "/healthz") and "GET /healthz 200" in log.read_text())

    eventually("delivery of all announcements", ANSWER_SECONDS,
               lambda: client.json("GET", "/healthz")["delivered"] == POSTS)
    return posted


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        raise Failure(f"still running {STOP_SECONDS} s after SIGTERM") from None
    check(code == 0, f"exit code {code} after SIGTERM")


def check_files(data, posted):
    lines = (data / "outbox.jsonl").read_text().splitlines()
    events = sorted((json.loads(line)["message"] for line in lines), key=lambda m: m["id"])
    check(events == posted, "the outbox has other messages")
    users = [line.split()[0] for line in (data / "last-seen").read_text().splitlines()]
    check(users == ["ann", "bob"], f"bad last-seen file: {users}")


def run(binary, data):
    (data / "roster").write_text("ann\nbob\n")
    log = data / "stderr.log"
    client = Client(free_port())
    with log.open("w") as errors:
        process = subprocess.Popen([binary, str(client.port), data], cwd=data, stderr=errors)
    try:
        wait_until_up(process, client)
        posted = talk(process, client, log)
        stop(process)
        check_files(data, posted)
    except (Failure, OSError, http.client.HTTPException) as error:
        raise Failure(f"{error}\n{log.read_text()}".rstrip()) from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    with tempfile.TemporaryDirectory(prefix="chat-smoke-") as directory:
        try:
            run(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(directory))
        except Failure as failure:
            sys.exit(f"smoke: FAILED: {failure}")
    print(f"smoke: {sys.argv[1]}: ok")


if __name__ == "__main__":
    main()
