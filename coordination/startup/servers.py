"""A private PostgreSQL and a private Redis on sockets in one closed folder, never on the network (standard library only)."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SERVER_USERS = ("postgres", "redis", "nobody")

# One role owns and migrates, one serves, one may read police notes; the superuser is for the cluster alone.
ROLES = (
    "CREATE ROLE portal_owner LOGIN CREATEDB",
    "CREATE ROLE portal_app LOGIN NOINHERIT",
    "CREATE ROLE portal_police NOLOGIN",
    "GRANT portal_police TO portal_app",
    "CREATE DATABASE portal OWNER portal_owner",
    "REVOKE ALL ON DATABASE portal FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE portal TO portal_app",
)
# A failing statement must not leave its values, a child's name among them, in the server's log.
QUIET_LOG = ["log_min_error_statement=panic", "log_error_verbosity=terse"]
# Nor does it clean up behind itself: a cleaner in a database that a test drops is a process of another role, and the drop would fail.
LOSE_ON_CRASH = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]


def server_user() -> pwd.struct_passwd | None:
    """Whom the servers run as: PostgreSQL refuses root, so root hands them to an account of the system."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in SERVER_USERS if name in known)


def as_server_user(command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run one of the servers' own programs, as their user and without the caller's PG… variables."""
    user = server_user()
    drop = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(command, cwd="/", env=env, text=True, stdin=subprocess.DEVNULL, capture_output=True, **drop)


def must(done: subprocess.CompletedProcess[str], words: str, log: Path | None = None) -> None:
    """Stop with the program's own words, and the end of its log, when it failed."""
    if done.returncode:
        tail = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
        sys.exit(f"{done.stdout or ''}{done.stderr or ''}{tail}\n{words} failed.")


class Postgres:
    """A private cluster with the portal's three roles and its database."""

    def __init__(self, folder: Path, *, throwaway: bool) -> None:
        self.folder, self.data, self.throwaway = folder, folder / "postgres", throwaway
        self.socket, self.log = folder / ".s.PGSQL.5432", folder / "postgres.log"
        found = sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin"), reverse=True)
        made_by = self.data / "PG_VERSION"
        version = made_by.read_text().strip() if made_by.exists() else None
        self.bin = next((path for path in found if version in (None, path.parent.name)), None)

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, of the version that made the data."""
        if self.bin is None:
            sys.exit(f"The data in {self.data} need the PostgreSQL that made them; `python3 manage.py demo --fresh` starts again.")
        return self.bin / name

    def env(self) -> dict[str, str]:
        """The addresses of the serving role and of the owner."""
        return {
            "DATABASE_URL": f"postgres://portal_app@/portal?host={self.folder}",
            "DATABASE_OWNER_URL": f"postgres://portal_owner@/portal?host={self.folder}",
        }

    def running(self) -> bool:
        """True while the cluster is up."""
        return self.bin is not None and self.data.exists() and as_server_user([self.program("pg_ctl"), "-D", self.data, "status"]).returncode == 0

    def start(self) -> None:
        """Make the cluster when there is none, and start it."""
        if not (self.folder / "roles-made").exists():
            self.make()
        if not self.running():
            self.start_cluster()

    def make(self) -> None:
        """Create the cluster, its roles and the empty database. What a broken first attempt left is removed."""
        shutil.rmtree(self.data, ignore_errors=True)
        settings = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        must(as_server_user([self.program("initdb"), "-D", self.data, *settings]), "Creating the database cluster")
        self.start_cluster()
        psql = [self.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres", "-d", "postgres"]
        statements = [word for statement in ROLES for word in ("-c", statement)]
        must(as_server_user([*psql, *statements]), "Creating the database roles")
        (self.folder / "roles-made").touch()

    def start_cluster(self) -> None:
        """Start on a socket in the closed folder, with no port."""
        wanted = ["listen_addresses=", f"unix_socket_directories={self.folder}", "unix_socket_permissions=0700", *QUIET_LOG]
        options = " ".join(f"-c {setting}" for setting in wanted + LOSE_ON_CRASH * self.throwaway)
        must(as_server_user([self.program("pg_ctl"), "-D", self.data, "-w", "-l", self.log, "-o", options, "start"]), "Starting PostgreSQL", self.log)

    def stop(self) -> None:
        """Stop the cluster; a throw-away one need not save anything."""
        if self.running():
            mode = "immediate" if self.throwaway else "fast"
            must(as_server_user([self.program("pg_ctl"), "-D", self.data, "-w", "-m", mode, "stop"]), "Stopping PostgreSQL", self.log)


class Redis:
    """A private broker that keeps nothing: what must not be lost is a row in the database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket, self.log = folder, folder / "redis.sock", folder / "redis.log"

    def env(self) -> dict[str, str]:
        """The address in the form Celery asks for."""
        return {"REDIS_URL": f"redis+socket://{self.socket}?virtual_host=0"}

    def ask(self, command: bytes) -> bytes:
        """Send one command and read until the answer, or until the server hangs up."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            line.connect(str(self.socket))
            line.sendall(command + b"\r\n")
            return line.recv(100)

    def running(self) -> bool:
        """True while the broker answers."""
        try:
            return self.ask(b"PING") == b"+PONG\r\n"
        except OSError:
            return False

    def start(self) -> None:
        """Start on a socket in the closed folder, with no port."""
        if self.running():
            return
        place = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", self.folder, "--logfile", self.log]
        server = shutil.which("redis-server") or "redis-server"
        must(as_server_user([server, *place, "--save", "", "--appendonly", "no", "--daemonize", "yes"]), "Starting Redis", self.log)
        wait_until(self.running, "Redis did not start.")

    def stop(self) -> None:
        """Stop the broker."""
        if self.running():
            self.ask(b"SHUTDOWN NOSAVE")
            wait_until(lambda: not self.running(), "Redis did not stop.")


def wait_until(true: Callable[[], bool], words: str, seconds: float = 15) -> None:
    """Wait until `true()` is, or stop with `words`."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            sys.exit(words)
        time.sleep(0.02)
