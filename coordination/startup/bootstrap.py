"""Make a bare Debian machine able to run the portal: system packages, the locked Python packages, message catalogues."""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.txt"
# The same versions, and what the tests need on top: asked for by the tests alone (ASVS 15.2.3).
TESTS_LOCK = ROOT / "requirements-tests.txt"
TESTING = {"selftest", "probe_access"}
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
# The document face: full Vietnamese letters, the metrics of Times New Roman.
DOCUMENT_FACE = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")
CLUSTER_RULES = Path("/etc/postgresql-common/createcluster.conf")


@dataclass(frozen=True)
class Machine:
    """What this machine already has; everything else is decided from it."""

    ensurepip: bool
    postgres: bool
    redis: bool
    libraries: str
    document_face: bool
    browser: bool


def look() -> Machine:
    """Look at the machine once, changing nothing."""
    ldconfig = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return Machine(
        ensurepip=importlib.util.find_spec("ensurepip") is not None,
        postgres=any(DEBIAN_POSTGRES.glob("1[5-9]/bin/initdb")),
        redis=shutil.which("redis-server") is not None,
        libraries=subprocess.run([ldconfig, "-p"], capture_output=True, text=True).stdout if ldconfig else "",
        document_face=DOCUMENT_FACE.exists(),
        browser=shutil.which("chromium") is not None,
    )


def missing_packages(machine: Machine, env: Mapping[str, str], *, testing: bool) -> list[str]:
    """The Debian packages to install: servers only where none is given, a browser only for the tests."""
    wanted = [
        ("python3-venv", not machine.ensurepip),
        ("postgresql", "DATABASE_URL" not in env and not machine.postgres),
        ("redis-server", "REDIS_URL" not in env and not machine.redis),
        ("libpangoft2-1.0-0", "libpangoft2-1.0" not in machine.libraries),
        ("libharfbuzz-subset0", "libharfbuzz-subset" not in machine.libraries),
        ("fonts-croscore", not machine.document_face),
        ("chromium", testing and not machine.browser),
        ("fonts-noto-core", testing and not machine.browser),
    ]
    return [package for package, needed in wanted if needed]


def step(words: str, *command: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Run one step quietly and say how long it took; show its output only when it fails."""
    begun = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=env, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f"{done.stdout[-4000:]}\n{words}: failed.")
    print(f"{words} ({time.monotonic() - begun:.0f} s)", file=sys.stderr, flush=True)


def install_packages(packages: list[str]) -> None:
    """Install Debian packages as root; anyone else is told the one command to run. No server is started by it."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.getuid() != 0:
        sys.exit("Run once as root, then again as yourself:  apt-get update && " + " ".join(command))
    if "postgresql" in packages and not CLUSTER_RULES.exists():
        CLUSTER_RULES.parent.mkdir(exist_ok=True)
        CLUSTER_RULES.write_text("# No cluster on port 5432 comes with the package; the portal makes its own.\ncreate_main_cluster = false\n")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    patient = ["-q", "-o", "DPkg::Lock::Timeout=300"]
    step("Package lists read", "apt-get", "update", *patient, env=env)
    step("Installed " + " ".join(packages), *command, *patient, "-o", "Dpkg::Options::=--force-confold", env=env)


def pinned(name: str, lock: str) -> str:
    """The lines of one package in the lock, hashes included."""
    found = re.search(rf"^{name}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"{name} is not in {LOCK.name}")
    return found.group()


def wanted_by(lock: Path) -> str:
    """What stands in .venv when it holds exactly a lock, for this Python."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def lock_to_install(held: str, *, testing: bool) -> Path | None:
    """The lock to bring .venv to, or None when it holds what is needed: the packages of the tests disturb nobody who tries the demo."""
    enough = [TESTS_LOCK] if testing else [LOCK, TESTS_LOCK]
    return None if held in map(wanted_by, enough) else enough[0]


def install_requirements(*, testing: bool) -> None:
    """Bring .venv to exactly what the lock names; nothing happens when it is there already."""
    done = ENVIRONMENT / "installed.sha256"
    lock = lock_to_install(done.read_text() if PYTHON.exists() and done.exists() else "", testing=testing)
    if lock is None:
        return
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    if not (ENVIRONMENT / "bin" / "uv").exists():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as uv:
            uv.write(pinned("uv", lock.read_text()))
            uv.flush()
            step("Installed uv", PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", uv.name)
    step("Installed the Python packages", ENVIRONMENT / "bin" / "uv", "pip", "sync", "--require-hashes", "--python", PYTHON, lock)
    done.write_text(wanted_by(lock))


def compile_catalogues() -> None:
    """Compile each message catalogue that is newer than its compiled form, so Debian's gettext is not needed."""
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            language = source.parent.parent.name
            step(f"Compiled the messages in {language}", ENVIRONMENT / "bin" / "pybabel", "compile", "-i", source, "-o", compiled, "-l", language)


def main(mode: str) -> None:
    """Install what `mode` needs; a second run beside this one waits for it."""
    with LOCK.open() as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        packages = missing_packages(look(), os.environ, testing=mode == "selftest")
        if packages:
            install_packages(packages)
        install_requirements(testing=mode in TESTING)
        compile_catalogues()


if __name__ == "__main__":
    main(sys.argv[1])
