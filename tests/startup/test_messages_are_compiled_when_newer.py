"""The start-up compiles catalogues itself: nobody has to install gettext or remember a command."""

import gettext
import os
from pathlib import Path

import pytest

from coordination.startup import bootstrap

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Gửi báo nhanh"
msgstr "{}"
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    path = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE.format("Send the report"))
    return path


def said(source: Path) -> str:
    with source.with_suffix(".mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled).gettext("Gửi báo nhanh")


def test_a_new_catalogue_is_compiled(source: Path) -> None:
    bootstrap.compile_catalogues()
    assert said(source) == "Send the report"


def test_a_changed_catalogue_is_compiled_again_and_an_old_one_is_left(source: Path) -> None:
    bootstrap.compile_catalogues()
    written = source.with_suffix(".mo").stat().st_mtime_ns
    bootstrap.compile_catalogues()
    assert source.with_suffix(".mo").stat().st_mtime_ns == written
    source.write_text(CATALOGUE.format("Send it"))
    os.utime(source, ns=(written + 10**9, written + 10**9))
    bootstrap.compile_catalogues()
    assert said(source) == "Send it"


def test_no_catalogues_are_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    bootstrap.compile_catalogues()
    assert not list(tmp_path.iterdir())
