"""The whole portal for a test: gunicorn, worker and loop, on a copy of the test database, with a broker of their own.

Real processes commit, and the trail cannot be emptied afterwards (ground.md 29), so they get a copy: CREATE DATABASE … TEMPLATE.
A folder of tests takes the fixture by saying, in its conftest.py:  from tests.live import live
"""

import base64
import hmac
import http.client
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import OperationalError, connections, transaction
from django.utils import timezone

from coordination import jobs
from coordination.demo import DEMO_PASSWORD
from coordination.models import SYSTEM, FactorSecret, Job
from coordination.scope import reading_as
from coordination.startup import serving, stack

LOOK_EVERY = 0.05


class Broker:
    """A Redis that can be taken away, and can fall silent without hanging up. It ends when the tests are killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder, folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait for its first answer."""
        place = ["--port", "0", "--unixsocket", self.socket, "--dir", self.folder, "--logfile", self.folder / "redis.log", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", "redis-server", *place], stdin=subprocess.DEVNULL)
        wait_until(stack.Redis(self.folder).running, 15)

    def stop(self) -> None:
        """Take it away, with everything it held."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)

    def signal(self, number: signal.Signals) -> None:
        """Tell the process itself, and nobody else."""
        assert self.process is not None, "the broker does not run"
        self.process.send_signal(number)


class Live:
    """The running portal, and ways to break it."""

    def __init__(self, folder: Path, database: str, listener: Any, blocker: Any) -> None:
        self.database, self.listener, self.blocker = database, listener, blocker
        self.base_url = f"http://localhost:{listener.getsockname()[1]}"
        self.logs = folder
        self.broker = Broker(folder)
        self.env = environment(folder, database, self.base_url)
        words = ["env", *(f"{name}={value}" for name, value in self.env.items() if name not in serving.NOT_FOR_CHILDREN)]
        self.parts = [
            serving.Child(part.name, [*words, *part.command], part.log, part.fds) for part in serving.children(listener.fileno(), folder)
        ]
        self.web, self.worker, self.loop = self.parts

    @property
    def database_url(self) -> str:
        """The copy, as portal_app reaches it."""
        return self.env["DATABASE_URL"]

    # The processes

    def start(self) -> None:
        """Start the broker when there is none, then what is not running, and wait for the first answer."""
        if self.broker.process is None:
            self.broker.start()
        for part in self.parts:
            if part.process is None:
                part.start()
        self.until(lambda: serving.answers(self.base_url), 120)

    def end(self) -> None:
        """End web server, worker and loop; the broker stays."""
        serving.end(self.parts)
        for part in self.parts:
            part.process, part.restart_at = None, 0.0

    def restart(self) -> None:
        """End everything and start it again, with an empty broker."""
        self.end()
        self.broker.stop()
        self.start()

    def stop_redis(self) -> None:
        """Take the broker away; `start()` brings an empty one."""
        self.broker.stop()

    def hang_redis(self) -> None:
        """The broker accepts and says nothing."""
        self.broker.signal(signal.SIGSTOP)

    def resume_redis(self) -> None:
        """The broker goes on where it was, or starts empty when it was taken away."""
        if self.broker.process is None:
            self.broker.start()
        self.broker.signal(signal.SIGCONT)

    def children_of(self, part: serving.Child) -> list[int]:
        """The processes of the web server or of the worker that do the work; none while it is down."""
        try:
            pid = part.process.pid if part.process else 0
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def kill_worker(self, *, child: bool = False) -> None:
        """SIGKILL: the worker's two working processes, or the worker above them alone; then wait until it is whole again."""
        old = self.children_of(self.worker)
        for pid in old if child else [self.worker.process.pid]:
            os.kill(pid, signal.SIGKILL)
        self.until(lambda: self.worker_is_whole() and not set(old) & set(self.children_of(self.worker)), 60)

    def worker_is_whole(self) -> bool:
        """The worker runs with both of its working processes."""
        return len(self.children_of(self.worker)) == 2

    def end_worker(self) -> None:
        """End the worker alone; `start()` brings it back."""
        serving.end([self.worker])
        self.worker.process, self.worker.restart_at = None, 0.0

    def messages(self) -> int:
        """How many messages the broker holds or a worker has not finished with; those of a killed worker stay for a while."""
        return sum(int(stack.Redis(self.logs).ask(command).strip(b":\r\n")) for command in (b"LLEN celery", b"LLEN mail", b"HLEN unacked"))

    def at_work(self, kind: str) -> bool:
        """A worker holds a job of the kind."""
        with self.inside():
            return Job.objects.filter(pk__in=jobs.held(), kind=kind).exists()

    def now(self) -> datetime:
        """The hour of the database server's machine."""
        return timezone.now()

    def until(self, true: Callable[[], Any], seconds: float = 30) -> Any:
        """Wait for something, looking after the processes as the demo's supervisor does; its first true answer is returned."""
        return wait_until(true, seconds, meanwhile=self.look_after, words=self.words)

    def look_after(self) -> None:
        """Start again what has died."""
        for part in self.parts:
            if part.process or part.restart_at:
                part.watch(time.monotonic())

    def words(self) -> str:
        """The ends of the logs, for a test that waited in vain."""
        return "\n".join(f"--- {part.log.name}\n{part.log.read_text(errors='replace')[-3000:]}" for part in self.parts)

    # What it holds

    @contextmanager
    def inside(self, actor: Any = None) -> Iterator[None]:
        """The models, and the actions, of this very process speak to the copy, and what they do is committed. Not with `db` or `world`."""
        with speaking_to(self.database, self.blocker), reading_as(actor or SYSTEM):
            yield

    def visitor(self, username: str = "") -> "Visitor":
        """A plain web client, signed in when an account is given."""
        visitor = Visitor(self.base_url, self.code)
        if username:
            answer = visitor.sign_in(username)
            assert answer.status == 302, f"{username} could not sign in: {answer.status}\n{self.words()}"
        return visitor


    def apart(self, work: Callable[[], Any]) -> Any:
        """The same in a thread of its own, for tests in whose thread a browser's loop of events runs."""

        def do() -> Any:
            with self.inside():
                return work()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(do).result()

    def code(self, username: str) -> str:
        """The six digits on somebody's telephone, computed from the secret he was enrolled with; several sign-ins may follow each other at once."""
        return self.apart(lambda: code_of(username))


def code_of(username: str) -> str:
    """The present code of an account, as if none had been used yet."""
    app = Authenticator.objects.get(user__username=username, type=Authenticator.Type.TOTP)
    Authenticator.objects.filter(pk=app.pk).update(data=app.data | {"last_step": 0})
    return six_digits(FactorSecret.objects.get(uid=app.data["secret"]).secret)


def six_digits(secret: str, ahead: int = 0) -> str:
    """RFC 6238 by hand: what any app shows now, or so many steps ahead."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + ahead), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Answer:
    """One answer of the portal, read to its end."""

    def __init__(self, response: http.client.HTTPResponse, seconds: float) -> None:
        self.status, self.headers, self.seconds = response.status, response.headers, seconds
        self.text = response.read().decode(errors="replace")


class Visitor:
    """A browser without a screen: keeps cookies, sends the token back, follows nothing by itself."""

    def __init__(self, base_url: str, code: Callable[[str], str]) -> None:
        self.base_url, self.code, self.cookies = base_url, code, SimpleCookie()

    def ask(self, method: str, path: str, body: str | None = None) -> Answer:
        """One request on a connection of its own, with the time it took."""
        connection = http.client.HTTPConnection(self.base_url.removeprefix("http://"), timeout=60)
        headers = {"Cookie": self.cookie_line(), "Origin": self.base_url}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response, time.monotonic() - begun)
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(line)
        return answer

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self.ask("GET", path)

    def post(self, path: str, fields: dict[str, str], *, page: str = "") -> Answer:
        """Send a form as it stands on `page` (by default on the same address)."""
        return self.ask("POST", path, urlencode(fields | {"csrfmiddlewaretoken": self.token(page or path)}))

    def token(self, page: str) -> str:
        """The token of a form on a page."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def form(self, page: str) -> dict[str, str]:
        """The answers of a page's own form as they stand: its hidden fields, and what is selected."""
        text = next(form for form in self.get(page).text.split("<form")[1:] if 'name="__end"' in form)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
        selects = re.findall(r'<select name="([^"]+)".*?value="([^"]*)" selected', text, re.DOTALL)
        return hidden | dict(selects)

    def cookie_line(self) -> str:
        """The cookies as a request carries them."""
        return "; ".join(f"{name}={value.value}" for name, value in self.cookies.items())

    def sign_in(self, username: str, password: str = DEMO_PASSWORD) -> Answer:
        """The sign-in page and its second step, as a person uses them."""
        first = self.post("/tai-khoan/login/", {"login": username, "password": password})
        if first.status != 302:
            return first
        return self.post("/tai-khoan/login/buoc-hai/", {"code": self.code(username)})


def wait_until(true: Callable[[], Any], seconds: float, *, meanwhile: Callable[[], None] | None = None, words: Callable[[], str] | None = None) -> Any:
    """The first true answer, or a failed test that shows the logs."""
    until = time.monotonic() + seconds
    while True:
        if answer := true():
            return answer
        if meanwhile:
            meanwhile()
        assert time.monotonic() < until, "waited in vain\n" + (words() if words else "")
        time.sleep(LOOK_EVERY)


def environment(folder: Path, database: str, origin: str) -> dict[str, str]:
    """The environment of the tests, turned towards the copy; nothing else changes, so both read the same sealed values."""
    own = {name: re.sub(r"(@[^/]*/)[^?]+", rf"\g<1>{database}", os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    broker = stack.Redis(folder).env()
    return own | broker | {"MEDIA_ROOT": str(folder / "media"), "TRAIL_FOLDER": str(folder / "checkpoints"), "PORTAL_ORIGIN": origin, "DEMO": "true", "DEBUG": "false", "PAGES_PER_MINUTE": "1000000", "PAPERS_PER_DAY": "1000000"}


@contextmanager
def speaking_to(database: str, blocker: Any) -> Iterator[None]:
    """Both connections of this process, the server's and the owner's, lead to another database for a while, and commit there."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    with blocker.unblock():
        try:
            for alias in before:
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = database
            yield
        finally:
            for alias, name in before.items():
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = name


def drop(cursor: Any, name: str) -> None:
    """Gone, once the last of its server processes has left: the owner may not end one of another role."""
    until = time.monotonic() + 30
    while True:
        try:
            return cursor.execute(f'drop database if exists "{name}"')
        except (OperationalError, psycopg2.OperationalError):
            if time.monotonic() > until:
                raise
            time.sleep(LOOK_EVERY)


@contextmanager
def copied_database(name: str, blocker: Any) -> Iterator[str]:
    """A copy of the test database, made by its owner."""
    template = connections["default"].settings_dict["NAME"]
    with blocker.unblock():
        connections.close_all()
        with connections["owner"].creation._nodb_cursor() as cursor:
            drop(cursor, name)
            cursor.execute(f'create database "{name}" template "{template}"')
        try:
            yield name
        finally:
            connections.close_all()
            with connections["owner"].creation._nodb_cursor() as cursor:
                drop(cursor, name)


def give_real_hashes(database: str, blocker: Any) -> None:
    """One Argon2 hash for every demo account: the tests' own settings keep cheap ones."""
    hashed = Argon2PasswordHasher().encode(DEMO_PASSWORD, "mot-hat-muoi-cho-kiem-thu")
    with speaking_to(database, blocker), connections["owner"].cursor() as cursor:
        cursor.execute("update coordination_user set password = %s", [hashed])
        assert cursor.rowcount > 0


@contextmanager
def running(name: str, blocker: Any, fill: Callable[[], None] | None = None) -> Iterator[Live]:
    """The portal on a copy of the test database, filled before anything runs; whatever happens, its processes, database and folder are gone afterwards."""
    # A killed run leaves its folder to stack.sweep(), which knows it by this name; its processes end by themselves.
    folder = Path(tempfile.mkdtemp(prefix=f"{stack.THROWAWAY.name}{os.getpid()}-", dir=stack.THROWAWAY.parent))
    (folder / "media").mkdir()
    try:
        with copied_database(name, blocker), stack.listen(None) as listener:
            if fill:
                with speaking_to(name, blocker), reading_as(SYSTEM), transaction.atomic():
                    fill()
            give_real_hashes(name, blocker)
            live = Live(folder, name, listener, blocker)
            try:
                live.start()
                yield live
            finally:
                live.end()
                live.broker.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="package")
def live(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[Live]:
    """One portal for a folder of tests."""
    place = re.sub(r"\W", "_", request.node.name + str(os.environ.get("PYTEST_XDIST_WORKER", ""))) or "tests"
    with running(f"live_{place}_{os.getpid()}", django_db_blocker) as portal:
        yield portal
