"""Each checkout keeps its own closed folder, and an older one is told from one of today."""

from pathlib import Path

import pytest

from coordination.startup import stack
from coordination.startup.stack import State, fingerprint, is_older, kept_folder
from coordination.startup.statefolder import SOURCES


def test_two_checkouts_never_share_a_folder() -> None:
    assert kept_folder(Path("/a"), "") != kept_folder(Path("/b"), "")


def test_a_database_from_outside_has_a_folder_of_its_own() -> None:
    assert kept_folder(Path("/a"), "") != kept_folder(Path("/a"), "postgres://elsewhere")


def test_root_keeps_it_where_the_servers_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack.os, "getuid", lambda: 0)
    assert kept_folder(Path("/root/portal"), "").is_relative_to("/var/lib")


def test_anyone_else_keeps_it_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack.os, "getuid", lambda: 1000)
    monkeypatch.setenv("XDG_STATE_HOME", "/home/lan/.local/state")
    assert kept_folder(Path("/a"), "").is_relative_to("/home/lan/.local/state")


def test_a_name_too_long_for_a_socket_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    fits = Path("/" + "x" * (stack.LONGEST_SOCKET - len("//servers/.s.PGSQL.5432") - 1))
    assert stack.pair(State(fits))
    with pytest.raises(SystemExit, match="XDG_STATE_HOME"):
        stack.pair(State(fits.with_name(fits.name + "x")))


def test_a_database_from_outside_must_name_its_owner_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://portal_app@db/portal")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with pytest.raises(SystemExit, match="DATABASE_OWNER_URL"):
        stack.pair(State(Path("/s")))


@pytest.mark.parametrize(
    ("loaded", "older"),
    [
        ({}, False),
        ({"ground": "now"}, False),
        ({"ground": "now", "demo": "now"}, False),
        ({"ground": "before"}, True),
        ({"ground": "now", "demo": "before"}, True),
        ({"ground": "now", "demo": "broken off"}, True),
    ],
)
def test_age_is_read_from_what_was_loaded(loaded: dict[str, str], older: bool) -> None:
    assert is_older(loaded, "now") is older


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_migration_makes_kept_data_older_and_a_view_does_not(tmp_path: Path) -> None:
    write(tmp_path / "incidents" / "migrations" / "0001_initial.py", "one")
    before = fingerprint(tmp_path)
    write(tmp_path / "incidents" / "views.py", "a page")
    assert fingerprint(tmp_path) == before
    write(tmp_path / "incidents" / "migrations" / "0002_more.py", "two")
    assert fingerprint(tmp_path) != before


@pytest.mark.parametrize("source", ["coordination/demo.py", "coordination/reference.py", "coordination/data/demo/schools.tsv"])
def test_what_the_data_come_from_makes_them_older(tmp_path: Path, source: str) -> None:
    before = fingerprint(tmp_path)
    write(tmp_path / source, "a school")
    assert fingerprint(tmp_path) != before


@pytest.mark.parametrize("pattern", SOURCES)
def test_each_source_is_there(pattern: str) -> None:
    assert any(stack.ROOT.glob(pattern))


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    state = State(tmp_path / "kept")
    state.make()
    first = state.secret.read_text(), state.keys.read_text()
    state.make()
    assert (state.secret.read_text(), state.keys.read_text()) == first
    assert {path.stat().st_mode & 0o777 for path in (state.secret, state.keys)} == {0o600}
    assert not any(folder.stat().st_mode & 0o007 for folder in (state.folder, state.servers, state.media, state.logs))


def test_only_the_latest_older_folder_is_kept(tmp_path: Path) -> None:
    for text in ("first", "second"):
        state = State(tmp_path / "kept")
        state.folder.mkdir()
        state.origin.write_text(text)
        aside = state.set_aside()
    assert (aside / "origin").read_text() == "second"
    assert not state.folder.exists()
