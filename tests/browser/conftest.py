"""The whole portal with its sample data, and a Chromium whose every complaint fails the test."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect, sync_playwright

from coordination import demo
from tests.browser.people import DESK, Complaints, Person
from tests.live import Live, running

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENT = 20_000

Somebody = Callable[..., AbstractContextManager[Person]]


@pytest.fixture(scope="package")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Live]:
    """The running portal on a copy of the database with all sample data in it."""
    with running(f"browser_{os.getpid()}", django_db_blocker) as live:
        with live.inside(), transaction.atomic():
            demo.load_parts()
        yield live


@pytest.fixture(scope="package")
def browser(portal: Live) -> Iterator[Browser]:
    """One Chromium for all; it ends before the portal does."""
    expect.set_options(timeout=PATIENT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def somebody(portal: Live, browser: Browser) -> Iterator[Somebody]:
    """`with somebody("vhxh.ducxuan") as office:` is a person at a desk, or with a phone. Any complaint fails the test."""
    complaints = Complaints(urlsplit(portal.base_url).netloc)

    @contextmanager
    def come(username: str, screen: dict[str, Any] = DESK, **settings: Any) -> Iterator[Person]:
        context = browser.new_context(locale="vi-VN", **screen, **settings)
        context.set_default_timeout(PATIENT)
        context.on("page", complaints.listen)
        try:
            person = Person(context.new_page(), portal.base_url, portal.code)
            person.page.goto(portal.base_url)
            if username:
                person.sign_in(username)
            yield person
        finally:
            context.close()

    yield come
    assert complaints.heard == [], portal.words()
