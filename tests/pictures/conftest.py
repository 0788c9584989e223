"""The portal with the whole sample data, and the Chromium of the browser tests."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from coordination import demo
from tests.browser.conftest import browser, somebody
from tests.coordination.localities import settle_all
from tests.live import Live, running

__all__ = ["browser", "somebody"]


@pytest.fixture(scope="package")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Live]:
    """The running portal on a copy of the database with all five localities in it."""
    with running(f"pictures_{os.getpid()}", django_db_blocker, fill=load) as live:
        yield live


def load() -> None:
    """All five localities, and what every app tells of them."""
    settle_all()
    demo.load_parts()
