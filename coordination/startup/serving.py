"""Keep the demo serving: web server, worker and loop, started again when one dies (standard library only).

Started by stack.py with a listening socket, so the port is ours from the first second and through every restart.
"""

import http.client
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# A child that stood this long has recovered: its next pause is the first one again.
STEADY_AFTER = 60.0
READY_WITHIN = 60.0
END_WITHIN = 12.0


# What only commands need: the owner of the tables is no name a page or a worker can use (security.md 2.3, wall 4).
NOT_FOR_CHILDREN = {"DATABASE_OWNER_URL"}


class Child:
    """One process of the portal, with its own log and its own process group."""

    def __init__(self, name: str, command: list[str], log: Path, fds: tuple[int, ...] = ()) -> None:
        self.name, self.command, self.log, self.fds = name, command, log, fds
        self.pause, self.begun, self.restart_at = FIRST_PAUSE, 0.0, 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it is told to end should this process be killed."""
        with self.log.open("ab") as log:
            command = ["setpriv", "--pdeathsig", "TERM", "--", *self.command]
            env = {name: value for name, value in os.environ.items() if name not in NOT_FOR_CHILDREN}
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=self.fds, start_new_session=True
            )
        self.begun = time.monotonic()

    def watch(self, now: float) -> None:
        """Notice a death, and start again after a pause that grows while the deaths go on."""
        if self.process and self.process.poll() is not None:
            self.pause = FIRST_PAUSE if now - self.begun > STEADY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            say(f"{self.name} ended with {self.process.returncode}; starting it again in {self.pause:.0f} s. Its log: {self.log}")
            self.kill_group()
            self.process, self.restart_at = None, now + self.pause
        if self.process is None and now >= self.restart_at:
            self.start()

    def ask_to_end(self) -> None:
        """Ask for an orderly end."""
        if self.process:
            self.process.terminate()

    def wait_for_end(self, until: float) -> None:
        """Wait for the end, and make one when it does not come."""
        if self.process:
            try:
                self.process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not end by itself.")
            self.kill_group()
            self.process.wait()

    def kill_group(self) -> None:
        """End what is left of it and of its own children."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


def say(words: str) -> None:
    """Progress goes to stderr; stdout is for the address and the accounts."""
    print(words, file=sys.stderr, flush=True)


def children(fd: int, logs: Path) -> list[Child]:
    """The three processes of the portal."""
    web = ["-m", "gunicorn", "--config", "python:coordination.startup.webserver", "--bind", f"fd://{fd}", "coordination.wsgi"]
    worker = ["-m", "celery", "-A", "coordination", "--quiet", "worker", "--concurrency", "2"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return [
        Child("The web server", [sys.executable, *web], logs / "web.log", (fd,)),
        Child("The worker", [sys.executable, *worker, *alone], logs / "worker.log"),
        Child("The loop", [sys.executable, "manage.py", "loop"], logs / "loop.log"),
    ]


def answers(origin: str) -> bool:
    """True when /healthz says that the portal is ready."""
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_ready(origin: str, parts: list[Child], within: float = READY_WITHIN) -> None:
    """Wait for the first answer; stop with the end of the web server's log when none comes."""
    until = time.monotonic() + within
    while not answers(origin):
        if time.monotonic() > until:
            sys.exit(f"{parts[0].log.read_text(errors='replace')[-4000:]}\nThe portal did not answer at {origin}/healthz.")
        watch(parts)


def watch(parts: list[Child]) -> None:
    """Look after every process once, then rest a little."""
    for part in parts:
        part.watch(time.monotonic())
    time.sleep(LOOK_EVERY)


def end(parts: list[Child]) -> None:
    """End all processes together."""
    for part in parts:
        part.ask_to_end()
    until = time.monotonic() + END_WITHIN
    for part in parts:
        part.wait_for_end(until)


def width(text: str) -> int:
    """Columns on a terminal: a combining mark takes none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def table(rows: list[list[str]]) -> str:
    """Rows as aligned columns."""
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    padded = ([cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def accounts() -> str:
    """Who may sign in to the demo, one account of each role."""
    listed = subprocess.run([sys.executable, "manage.py", "accounts", "demo", "--first"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if listed.returncode:
        sys.exit(listed.stderr)
    return table([line.split("\t") for line in listed.stdout.splitlines()])


def serve(fd: int, logs: Path) -> NoReturn:
    """Start everything, say where it is, and keep it running until told to end."""
    origin, parts = os.environ["PORTAL_ORIGIN"], children(fd, logs)
    for part in parts:
        part.log.write_bytes(b"")
    try:
        watch(parts)
        wait_until_ready(origin, parts)
        print(f"\n{accounts()}\n\nAll accounts: python3 manage.py stack -- python manage.py accounts demo\nThe second step asks for six digits: python3 manage.py stack -- python manage.py accounts code USERNAME\n\n{origin}\n\nLogs: {logs}\nCtrl-C ends the demo; its data are kept.", flush=True)
        while True:
            watch(parts)
    finally:
        end(parts)


def leave(signum: int, _: FrameType | None) -> NoReturn:
    """Turn a signal into an orderly end that a second signal does not disturb."""
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, lambda *_: None)
    raise SystemExit(0)


if __name__ == "__main__":
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, leave)
    serve(int(sys.argv[1]), Path(sys.argv[2]))
