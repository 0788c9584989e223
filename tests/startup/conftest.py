"""A stand-in checkout: the portal's own start-up files around the smallest project they could start."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coordination.startup import stack

STAND_IN = {
    "coordination/startup/bootstrap.py": "",
    "coordination/__init__.py": "from celery import Celery\napp = Celery(broker=__import__('os').environ.get('REDIS_URL'))\n",
    "coordination/wsgi.py": "def application(env, start):\n    start('200 OK', [('Content-Length', '2')])\n    return [b'ok']\n",
    "coordination/migrations/0001_initial.py": "",
    "manage.py": """
import pathlib, sys, time
here = pathlib.Path(__file__).parent
with open(here / "calls.txt", "a") as calls:
    print(*sys.argv[1:], file=calls)
if sys.argv[1] == "accounts":
    print("hieutruong\\tHiệu trưởng\\tTrường mẫu\\tmật khẩu")
if sys.argv[1] == "load_demo" and (here / "broken").exists():
    sys.exit("no such school")
while sys.argv[1] == "loop":
    time.sleep(1)
""",
}


class Checkout:
    """The stand-in, with the words one can say to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = stack.State(stack.kept_folder(root, ""))
        self.started: list[subprocess.Popen[str]] = []
        for name, text in STAND_IN.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name in ("startup/stack.py", "startup/statefolder.py", "startup/servers.py", "startup/serving.py", "startup/webserver.py", "logs.py"):
            shutil.copy(stack.HERE.parent / name, root / "coordination" / name)
        (root / ".venv").symlink_to(sys.prefix)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Say the words, and go on; the environment is that of someone who has set nothing."""
        plain = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_STATE_HOME") if name in os.environ}
        command = [sys.executable, "-P", str(self.root / "coordination" / "startup" / "stack.py"), *words]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, env=plain, text=True, encoding="utf-8", start_new_session=True, **pipes)
        self.started.append(process)
        return process

    def say(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Say the words, and wait for the end."""
        process = self.start(*words)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def calls(self) -> list[str]:
        """The first word of each management command so far."""
        return [line.split()[0] for line in (self.root / "calls.txt").read_text().splitlines()]

    def alive(self) -> dict[int, str]:
        """Every process that belongs to this checkout or its servers."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.root) in command or str(self.state.folder) in command:
                found[int(folder.name)] = command
        return found

    def remove(self) -> None:
        """Leave nothing behind, whatever the test did."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        stack.stop([stack.Postgres(self.state.servers, throwaway=True), stack.Redis(self.state.servers)])
        for path in self.state.folder.parent.glob(f"{self.state.folder.name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout that nobody has used yet."""
    stand_in = Checkout(tmp_path / "portal")
    yield stand_in
    stand_in.remove()


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for something to become true, and fail when it does not."""

    def wait(true: Callable[[], object], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.05)

    return wait
