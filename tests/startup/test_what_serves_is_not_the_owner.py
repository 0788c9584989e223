"""The web server, the worker and the loop are not given the owner's way into the database."""

from pathlib import Path

import pytest

from coordination.startup import serving


def test_a_child_does_not_hear_of_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://portal_app@/portal")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://portal_owner@/portal")
    child = serving.Child("printing", ["printenv"], tmp_path / "log")
    child.start()
    child.process.wait(timeout=10)
    said = child.log.read_text()
    names = {line.partition("=")[0] for line in said.splitlines()}
    assert "DATABASE_URL" in names and "DATABASE_OWNER_URL" not in names
