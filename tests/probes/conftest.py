"""One stage for the probes of a file."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests.probes.standing import Standing


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing]:
    """The stage, undone at the end."""
    settings.DEMO = True
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # thousands of refusals are wanted here
    with django_db_blocker.unblock(), transaction.atomic():
        yield Standing()
        transaction.set_rollback(True)
    settings.DEMO = False
    logging.getLogger("django.request").setLevel(logging.NOTSET)
