"""Run a command beside a private PostgreSQL and Redis: the demo, the tests, or any other (standard library only).

Whoever comes first starts the kept pair and whoever leaves last stops it: each holds a shared lock, and starting or stopping
takes the gate. The kernel lets go of the locks of a killed process, so nothing has to be cleaned up by hand.
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

HERE = Path(__file__).resolve().parent
# Started by path, because importing the package imports Celery, which may not be installed yet.
sys.path.append(str(HERE))

from servers import Postgres, Redis  # noqa: E402
from statefolder import ROOT, State, fingerprint, is_older, kept_folder, make_state_base  # noqa: E402

BINARIES = ROOT / ".venv" / "bin"
PYTHON = BINARIES / "python"
THROWAWAY = Path("/tmp/coordination-portal-selftest-")
DEFAULT_PORT = 8000
PROCESSES = 2  # of a whole run of the tests
# Linux: an address of a socket holds 108 bytes with its closing zero.
LONGEST_SOCKET = 107


def say(words: str) -> None:
    """Progress goes to stderr: stdout belongs to the command."""
    print(words, file=sys.stderr, flush=True)


# The servers beside which a command runs


def pair(state: State, *, throwaway: bool = False) -> list[Postgres | Redis]:
    """The servers that the environment does not already name."""
    own: list[Postgres | Redis] = []
    if "DATABASE_URL" not in os.environ:
        own.append(Postgres(state.servers, throwaway=throwaway))
    elif "DATABASE_OWNER_URL" not in os.environ:
        sys.exit("DATABASE_URL is set: DATABASE_OWNER_URL must name the role that owns and migrates the same database.")
    if "REDIS_URL" not in os.environ:
        own.append(Redis(state.servers))
    for server in own:
        if len(os.fsencode(server.socket)) >= LONGEST_SOCKET:
            sys.exit(f"{server.socket} is too long a name for a socket; set XDG_STATE_HOME to a shorter folder.")
    return own


def environment(state: State, servers: list[Postgres | Redis], **values: str) -> dict[str, str]:
    """What settings.py asks for. What the caller has set stays, but for `values`."""
    env = {
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
        "SECRET_KEY": state.secret.read_text(),
        "FIELD_KEYS_FILE": str(state.keys),
        "TRAIL_KEY_FILE": str(state.trail_key),
        "TRAIL_FOLDER": str(state.checkpoints),
        "MEDIA_ROOT": str(state.media),
        "PORTAL_ORIGIN": state.origin.read_text() if state.origin.exists() else f"http://localhost:{DEFAULT_PORT}",
        "DEBUG": "false",
        "PYTHONUTF8": "1",
        "DEMO": "true" if "demo" in state.loaded() else "false",
    }
    for server in servers:
        env |= server.env()
    path = {"PATH": f"{BINARIES}:{os.environ.get('PATH', os.defpath)}", "VIRTUAL_ENV": str(BINARIES.parent)}
    return env | os.environ | path | values


def manage(words: str, env: dict[str, str], *command: str, hint: str = "") -> None:
    """Run one management command quietly, and say how long it took; its output, and a hint, are shown when it fails."""
    begun = time.monotonic()
    done = subprocess.run(
        [PYTHON, ROOT / "manage.py", *command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.exit(f"{done.stdout.decode(errors='replace')[-6000:]}\n{words}: failed. {hint}")
    say(f"{words} ({time.monotonic() - begun:.0f} s)")


def load_ground(state: State, env: dict[str, str]) -> None:
    """Migrate, and load the reference data, unless this very code has done so here. A broken page must not stand in the way."""
    now = fingerprint()
    if state.loaded().get("ground") != now:
        again = "If these data were made by other code, `python3 manage.py demo --fresh` starts again."
        manage("Migrated the database", env, "migrate", "--database", "owner", "--no-input", "--skip-checks", "--verbosity", "0", hint=again)
        manage("Loaded the reference data", env, "load_reference", "--skip-checks")
        state.note(ground=now)


def load_demo(state: State, env: dict[str, str]) -> None:
    """Load the demo data once. A loading that broke off is found again as an older folder."""
    if "demo" not in state.loaded():
        state.note(demo="broken off")
        manage("Loaded the demo data", env, "load_demo")
        state.note(demo=fingerprint())


def make_way(state: State, *, first: bool, fresh: bool) -> None:
    """Before the demo starts: remove the folder when asked to, and set an older one aside."""
    if not state.folder.exists() or not (fresh or is_older(state.loaded(), fingerprint())):
        return
    if not first:
        sys.exit("Another command is using the kept servers. Let it end, then start the demo again.")
    if "DATABASE_URL" in os.environ and not fresh:
        sys.exit("The database in DATABASE_URL was loaded by other code. Give an empty one and say --fresh.")
    stop(pair(state))
    if fresh:
        shutil.rmtree(state.folder)
        return
    say(f"The kept data are older than this code: moved to {state.set_aside()} and loaded anew.")


def stop(servers: list[Postgres | Redis]) -> None:
    """Stop each server that runs."""
    for server in servers:
        server.stop()


def start(servers: list[Postgres | Redis]) -> None:
    """Start each server that does not run."""
    for server in servers:
        server.start()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file for ourselves alone; wait while another does."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def nobody_else(file: IO[bytes]) -> bool:
    """Take the file for ourselves alone, unless another process holds it too."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def kept_pair(state: State, *, demo: bool = False, fresh: bool = False, **values: str) -> Iterator[dict[str, str]]:
    """Start the kept servers or share those that run, with what the command needs in them; yield the environment."""
    with state.users.open("ab") as users:
        try:
            with locked(state.gate):
                env = open_folder(state, first=nobody_else(users), demo=demo, fresh=fresh, values=values)
                fcntl.flock(users, fcntl.LOCK_SH)
            yield env
        finally:
            with locked(state.gate):
                if nobody_else(users):
                    stop(pair(state))


def open_folder(state: State, *, first: bool, demo: bool, fresh: bool, values: dict[str, str]) -> dict[str, str]:
    """Bring folder, servers and data to where the command can begin. Beside a running demo, nothing is migrated."""
    if demo:
        make_way(state, first=first, fresh=fresh)
    state.make()
    servers = pair(state)
    start(servers)
    env = environment(state, servers, **values)
    if first or demo:
        load_ground(state, env)
    if demo:
        load_demo(state, env)
    return env


@contextlib.contextmanager
def throwaway_pair() -> Iterator[dict[str, str]]:
    """A pair for one run of the tests: quick, because it may lose everything, and removed afterwards."""
    sweep()
    state = State(Path(tempfile.mkdtemp(prefix=f"{THROWAWAY.name}{os.getpid()}-", dir=THROWAWAY.parent)))
    servers = pair(state, throwaway=True)
    try:
        state.make()
        start(servers)
        yield environment(state, servers)
    finally:
        stop(servers)
        shutil.rmtree(state.folder)


def sweep() -> None:
    """Remove what a killed run of the tests left: the folder of a process that is no more."""
    for folder in THROWAWAY.parent.glob(THROWAWAY.name + "*"):
        owner = folder.name.removeprefix(THROWAWAY.name).split("-")[0]
        if Path("/proc", owner).exists():
            continue
        # Another run may be sweeping the same folder.
        with contextlib.suppress(FileNotFoundError, SystemExit):
            if folder.stat().st_uid == os.getuid():
                stop([Postgres(folder / "servers", throwaway=True), Redis(folder / "servers")])
                shutil.rmtree(folder)


# The three words


def listen(port: int | None) -> socket.socket:
    """Take the port that was asked for, or the first free one; held from here on, so that nobody takes it while data load."""
    for candidate in [port] if port else range(DEFAULT_PORT, DEFAULT_PORT + 100):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.listen()
        except OSError as refusal:
            listener.close()
            reason = refusal.strerror
        else:
            return listener
    sys.exit(f"Port {candidate}: {reason}.")


def run(command: list[str | Path], env: dict[str, str], *, end_with: signal.Signals = signal.SIGTERM, fds: tuple[int, ...] = ()) -> int:
    """Run the command and give its exit code. It ends when we end, even when we are killed."""
    with_us = ["setpriv", "--pdeathsig", end_with.name.removeprefix("SIG"), "--"]
    child = subprocess.Popen([*with_us, *command], env=env, pass_fds=fds)
    try:
        code = child.wait()
    finally:
        if child.poll() is None:
            child.send_signal(end_with)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=30)
            child.kill()
    return code if code >= 0 else 128 - code


def demo(*, port: int | None, fresh: bool) -> int:
    """Serve the portal with the demo data, until told to stop."""
    state = State(kept_folder(ROOT, os.environ.get("DATABASE_URL", "")))
    with state.demo.open("ab") as only_one:
        if not nobody_else(only_one):
            sys.exit(f"The demo of this checkout is running already: {state.origin.read_text() if state.origin.exists() else 'it is starting'}")
        with listen(port) as listener:
            origin = f"http://localhost:{listener.getsockname()[1]}"
            with kept_pair(state, demo=True, fresh=fresh, PORTAL_ORIGIN=origin, DEMO="true", DEBUG="false") as env:
                state.origin.write_text(origin)
                fd = listener.fileno()
                try:
                    return run([PYTHON, "-P", HERE / "serving.py", str(fd), state.logs], env, fds=(fd,))
                finally:
                    state.origin.unlink()


def selftest(arguments: list[str]) -> int:
    """Run the tests beside a throw-away pair. The whole run goes on in two processes, each beside a pair of its own.

    Of their own, because a long transaction of one would hold up the seals of the other: they wait for every transaction of the cluster.
    """
    whole = set(arguments) <= {"-q", "-v", "-x"}
    with contextlib.ExitStack() as pairs:
        envs = [pairs.enter_context(throwaway_pair()) for _ in range(PROCESSES if whole else 1)]
        shared = ["-p", "tests.own_servers", "-n", str(PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder"] if whole else []
        leave_interrupts_to_the_command()
        return run([PYTHON, "-m", "pytest", *shared, *arguments], envs[0] | {"PORTAL_PAIRS": json.dumps(envs)}, end_with=signal.SIGINT)


PROBES = ["tests/probes/test_whole.py", "-q", "-m", "long", "-p", "no:logging"]
# What an environment around us may say about servers and keys: the probes read none of it, so that they never touch kept data.
NAMED_BY_OTHERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "FIELD_KEYS_FILE", "TRAIL_KEY_FILE", "TRAIL_FOLDER", "MEDIA_ROOT", "SECRET_KEY", "PORTAL_ORIGIN", "DEBUG", "DEMO")


def probe_access(arguments: list[str]) -> int:
    """Ask every address as every role in every relation, beside a throw-away pair of its own; the last line says what was found."""
    for name in NAMED_BY_OTHERS:
        os.environ.pop(name, None)
    return selftest([*PROBES, *arguments])


def stack(command: list[str]) -> int:
    """Run any command beside the kept pair."""
    with kept_pair(State(kept_folder(ROOT, os.environ.get("DATABASE_URL", "")))) as env:
        leave_interrupts_to_the_command()
        return run(command, env)


def leave_interrupts_to_the_command() -> None:
    """Ctrl-C reaches the command by itself; we wait for it to end and clean up."""
    signal.signal(signal.SIGINT, lambda *_: None)


def end_on_signals(*, code: int | None = None) -> None:
    """Turn a signal into an orderly end: every `finally` runs, and a second signal does not disturb it."""
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def leave(signum: int, _: object) -> NoReturn:
        for each in wanted:
            signal.signal(each, lambda *_: None)
        raise SystemExit(128 + signum if code is None else code)

    for each in wanted:
        signal.signal(each, leave)


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The word and what stands behind it."""
    parser = argparse.ArgumentParser(prog="manage.py")
    words = parser.add_subparsers(dest="word", required=True)
    showing = words.add_parser("demo", help="serve the portal with demo data")
    showing.add_argument("--port", type=int, help=f"the port; by default the first free one from {DEFAULT_PORT}")
    showing.add_argument("--fresh", action="store_true", help="remove the kept data first")
    words.add_parser("selftest", help="run the tests; what follows goes to pytest", add_help=False)
    words.add_parser("stack", help="run a command beside the kept servers:  stack -- COMMAND")
    words.add_parser("probe_access", help="ask every address as every role in every relation; what follows goes to pytest", add_help=False)
    if arguments[:1] in (["selftest"], ["probe_access"]):
        return argparse.Namespace(word=arguments[0], rest=arguments[1:])
    if arguments[:2] == ["stack", "--"] and arguments[2:]:
        return argparse.Namespace(word="stack", rest=arguments[2:])
    if arguments[:1] == ["stack"]:
        parser.error("say  python3 manage.py stack -- COMMAND")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Install what is missing, then do what the word says."""
    asked = parsed(arguments)
    end_on_signals(code=0 if asked.word == "demo" else None)
    if subprocess.run([sys.executable, "-P", HERE / "bootstrap.py", asked.word], stdout=sys.stderr).returncode:
        return 1
    make_state_base()
    if asked.word == "demo":
        return demo(port=asked.port, fresh=asked.fresh)
    return {"selftest": selftest, "stack": stack, "probe_access": probe_access}[asked.word](asked.rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
