"""Two locks: what serves, and the same with the tests' packages on top (ASVS 15.2.3)."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.conf import settings

from coordination.startup import bootstrap

ROOT = Path(settings.BASE_DIR)
LAYERS = ("coordination", "agreements", "activities", "incidents", "briefings", "reports")


def locked(lock: Path) -> dict[str, str]:
    """Package and version."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def imported() -> Iterator[tuple[str, str]]:
    """File and first name of everything that serving code imports from outside the project and Python itself."""
    for path in [ROOT / "manage.py", *(path for app in LAYERS for path in (ROOT / app).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from ((str(path.relative_to(ROOT)), name.split(".")[0]) for name in names if name)


SIBLINGS = {"servers", "statefolder"}  # files of coordination/startup, started by path
OWNERS = packages_distributions() | {"bootstrap": ["bootstrap-wrapper"]}  # a folder without a line of Python


def owner_of(name: str) -> set[str]:
    """The packages that bring what is imported under a name."""
    return {owner.lower().replace("_", "-") for owner in OWNERS.get(name, [])}


def test_the_lock_of_the_tests_is_that_of_the_portal_and_more() -> None:
    serving, testing = locked(bootstrap.LOCK), locked(bootstrap.TESTS_LOCK)
    assert serving.items() < testing.items()
    assert {"pytest", "pytest-django", "pytest-xdist", "playwright", "hypothesis", "time-machine", "pdfplumber"} <= set(testing) - set(serving)


def test_serving_code_imports_nothing_that_its_lock_does_not_name() -> None:
    serving = {name.lower() for name in locked(bootstrap.LOCK)}
    outside = {(path, name) for path, name in imported() if name not in {*sys.stdlib_module_names, *LAYERS, *SIBLINGS, "__future__"}}
    assert len({name for _path, name in outside}) > 15
    assert sorted((path, name) for path, name in outside if not owner_of(name) & serving) == []


def test_what_settings_name_comes_from_the_portal_or_from_its_lock() -> None:
    serving = {name.lower() for name in locked(bootstrap.LOCK)}
    named = {name.split(".")[0] for name in [*settings.INSTALLED_APPS, *settings.MIDDLEWARE, *settings.AUTHENTICATION_BACKENDS]} - set(LAYERS)
    assert [name for name in sorted(named) if not owner_of(name) & serving] == []
    assert not [name for name in settings.INSTALLED_APPS if "idp" in name]


@pytest.mark.parametrize(
    ("held", "testing", "lock"),
    [("", False, "requirements.txt"), ("", True, "requirements-tests.txt"), ("serving", False, None), ("serving", True, "requirements-tests.txt"), ("tests", False, None), ("tests", True, None), ("older", False, "requirements.txt")],
)
def test_the_demo_asks_for_what_serves_and_the_tests_for_theirs(held: str, testing: bool, lock: str | None) -> None:
    known = {"serving": bootstrap.wanted_by(bootstrap.LOCK), "tests": bootstrap.wanted_by(bootstrap.TESTS_LOCK)}
    chosen = bootstrap.lock_to_install(known.get(held, held), testing=testing)
    assert (chosen.name if chosen else None) == lock


def test_both_words_of_the_tests_get_them() -> None:
    assert bootstrap.TESTING == {"selftest", "probe_access"}
