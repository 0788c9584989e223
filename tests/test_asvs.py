"""The verification sheet is whole, names only what exists, and counts right; and what it asks that had no test of its own."""

import ast
import logging
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from coordination import middleware
from coordination.demo import DEMO_PASSWORD
from tests.world import World

ROOT = Path(settings.BASE_DIR)
SHEET = (ROOT / "docs" / "asvs.md").read_text()
LEVELS = dict(line.split("\t") for line in (ROOT / "docs" / "asvs-rows.tsv").read_text().splitlines())
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in SHEET.splitlines() if re.match(r"\| V\d", line)]
THREE_TOO = ("V8.", "V14.", "V16.")  # where level 3 is the target as well
KINDS = ("does not apply", "not met")


def kind_of(how: str) -> str:
    """Met, or one of the two ways not to be."""
    return next((kind for kind in KINDS if how.startswith(f"{kind}: ")), "met")


@cache
def named_in(path: str) -> set[str]:
    """The tests of a file."""
    return {node.name for node in ast.parse((ROOT / path).read_text()).body if isinstance(node, ast.FunctionDef)}


def test_the_list_is_that_of_version_5() -> None:
    assert Counter(LEVELS.values()) == {"1": 70, "2": 183, "3": 92}


def test_every_row_of_the_target_stands_once_under_its_level() -> None:
    listed = [row[0] for row in ROWS]
    wanted = {name for name, level in LEVELS.items() if level in "12" or name.startswith(THREE_TOO)}
    assert len(listed) == len(set(listed))
    assert wanted - set(listed) == set()
    assert {row[0]: row[1] for row in ROWS} == {name: LEVELS[name] for name in listed}
    assert listed == [name for name in LEVELS if name in listed], "in the order of the standard"
    assert [row[0] for row in ROWS if row[0] not in wanted and kind_of(row[3]) != "met"] == [], "level 3 elsewhere is listed when it is met"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_what_exists_or_says_why_not(row: list[str]) -> None:
    _name, _level, asks, how, where = row
    assert 1 <= len(asks.split()) <= 10 and len(how) > 0
    named = re.findall(r"`([^`]+)`", where)
    assert named or kind_of(how) != "met", "what is met is met somewhere"
    assert ", ".join(f"`{each}`" for each in named) == where or where == "–"
    for path, _colons, test in (each.partition("::") for each in named):
        assert (ROOT / path).is_file(), path
        assert not test or test in named_in(path), test


def test_the_count_at_the_end_is_right() -> None:
    counted = Counter(kind_of(row[3]) for row in ROWS)
    assert SHEET.rstrip().endswith(f"\nCount: {counted['met']} met, {counted['does not apply']} does not apply, {counted['not met']} not met.")


# What had no test of its own

LONG = "  một câu dài có dấu cách ở hai đầu, " + "x" * 100 + "  "
CHANGE = "/tai-khoan/password/change/"


def test_a_password_is_changed_with_the_old_one_kept_as_typed_and_ends_the_other_sessions(world: World) -> None:
    user = world.actor("principal").user
    user.set_password(DEMO_PASSWORD)
    user.save()
    here, elsewhere = world.client("principal"), world.client("principal")
    page = here.get(CHANGE).content.decode()
    assert page.count('type="password"') == 3 and 'autocomplete="current-password"' in page and page.count('autocomplete="new-password"') == 2
    assert here.post(CHANGE, {"oldpassword": "not the old one", "password1": LONG, "password2": LONG}).status_code == 200
    assert here.post(CHANGE, {"oldpassword": DEMO_PASSWORD, "password1": LONG, "password2": LONG}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(LONG) and not user.check_password(LONG.strip())
    assert (here.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)


@pytest.mark.django_db
def test_no_folder_is_listed_and_nothing_is_traced() -> None:
    browser = Client()
    assert [browser.get(folder).status_code for folder in ("/static/", "/static/js/")] == [404, 404]
    assert [browser.trace(path).status_code for path in ("/healthz", "/tai-khoan/login/")] == [405, 405]


def test_no_script_stores_anything_in_the_browser() -> None:
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.")
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    assert scripts and [path.name for path in scripts if stores.search(path.read_text())] == []


def test_a_fault_is_logged_and_tells_the_reader_nothing(world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("select secret from somewhere")

    monkeypatch.setattr(middleware, "held_by", broken)
    browser = world.client("principal")
    browser.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = browser.get("/")
    told = answer.content.decode()
    assert answer.status_code == 500
    assert not re.search(r"RuntimeError|Traceback|secret|\.py|Django", told)
    assert any(record.exc_info and "select secret" in str(record.exc_info[1]) for record in caplog.records)
