"""A bare machine is told exactly what it lacks, and a furnished one nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from coordination.startup import bootstrap
from coordination.startup.bootstrap import Machine, missing_packages, pinned

FURNISHED = Machine(
    ensurepip=True, postgres=True, redis=True, libraries="libpangoft2-1.0.so.0 libharfbuzz-subset.so.0", document_face=True, browser=True
)
BARE = Machine(ensurepip=False, postgres=False, redis=False, libraries="libc.so.6", document_face=False, browser=False)
FOR_PAPER = ["libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-croscore"]


def test_a_furnished_machine_needs_nothing() -> None:
    assert missing_packages(FURNISHED, {}, testing=True) == []


def test_a_bare_machine_needs_servers_libraries_and_the_document_face() -> None:
    assert missing_packages(BARE, {}, testing=False) == ["python3-venv", "postgresql", "redis-server", *FOR_PAPER]


def test_only_the_tests_ask_for_a_browser() -> None:
    bare_of_browser = replace(FURNISHED, browser=False)
    assert missing_packages(bare_of_browser, {}, testing=False) == []
    assert missing_packages(bare_of_browser, {}, testing=True) == ["chromium", "fonts-noto-core"]


@pytest.mark.parametrize(("given", "server"), [("DATABASE_URL", "postgresql"), ("REDIS_URL", "redis-server")])
def test_a_server_that_is_given_is_not_installed(given: str, server: str) -> None:
    assert server in missing_packages(BARE, {}, testing=False)
    assert server not in missing_packages(BARE, {given: "elsewhere"}, testing=False)


def test_who_is_not_root_is_told_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "getuid", lambda: 1000)
    with pytest.raises(SystemExit, match="apt-get install -y --no-install-recommends redis-server fonts-croscore"):
        bootstrap.install_packages(["redis-server", "fonts-croscore"])


def test_uv_is_taken_from_the_lock_with_its_hashes() -> None:
    block = pinned("uv", bootstrap.LOCK.read_text())
    first, *rest = block.strip().splitlines()
    assert first.startswith("uv==")
    assert rest and all(line.strip().startswith("--hash=sha256:") for line in rest)


def test_a_lock_without_the_package_is_refused() -> None:
    with pytest.raises(LookupError):
        pinned("uv", "uvicorn==1.0 \\\n    --hash=sha256:00\n")


@pytest.mark.parametrize("lock", [bootstrap.LOCK, bootstrap.TESTS_LOCK], ids=lambda lock: lock.name)
def test_every_package_of_the_lock_has_a_hash_and_no_address(lock: Path) -> None:
    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    names = [number for number, line in enumerate(lines) if not line.startswith(" ")]
    assert all("==" in lines[number] and lines[number + 1].strip().startswith("--hash=") for number in names)
    assert not [line for line in lines if "://" in line or line.startswith("-")]
