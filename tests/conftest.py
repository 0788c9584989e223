"""The database of the tests: made and migrated by portal_owner, used by portal_app, with the map and the sample ward in it."""

import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

if "DATABASE_URL" not in os.environ:
    sys.exit("The tests need PostgreSQL and Redis: run  python3 manage.py selftest")

from django.conf import settings
from django.db import connections

from tests.access.stage import Stage, set_up
from tests.world import World


def pytest_configure() -> None:
    """Cheap password hashes: the tests are not about Argon2, and one test of sign-in says so itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PAGES_PER_MINUTE = settings.PAPERS_PER_DAY = 1_000_000  # the tests read as machines do
    settings.EMAIL_BACKEND = "coordination.door.mailbox.SampleMailbox"


LONGEST = ("tests/probes/", "tests/browser/", "tests/faults/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes come first, so that neither of two processes waits for them at the end (stack.py keeps this order)."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


LAST_LINES: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What a test records as its last line stands at the end of the whole run, from whichever process it comes."""
    LAST_LINES.extend(str(value) for name, value in report.user_properties if name == "last_line" and report.when == "call")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last lines, once."""
    for line in LAST_LINES if not hasattr(config, "workerinput") else []:
        print(line, flush=True)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """One database for the session; every test's own changes are rolled back."""
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        owner.settings_dict["TEST"]["NAME"] = f"test_portal{worker}"
        before = owner.settings_dict["NAME"]
        with warnings.catch_warnings():
            # Django falls back to our own database when "postgres" does not answer at once, and warns.
            warnings.simplefilter("ignore", RuntimeWarning)
            name = owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        app.close()
        app.settings_dict["NAME"] = name
        fill()
    yield
    with django_db_blocker.unblock():
        app.close()
        owner.creation.destroy_test_db(before, verbosity=0)


def fill() -> None:
    """Reference data and the sample ward, committed once."""
    from coordination import demo, reference
    from coordination.models import SYSTEM
    from coordination.scope import reading_as

    reference.load_all("owner")
    with reading_as(SYSTEM):
        demo.load_ward()


@pytest.fixture
def world(db: None) -> World:
    """The sample ward and short ways to act in it."""
    return World()


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """One stage for the whole file; every question is undone after its answer, and the stage itself at the end."""
    with django_db_blocker.unblock(), set_up() as stage:
        yield stage
