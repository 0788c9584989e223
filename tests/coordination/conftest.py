"""A database of its own for what must be committed: seals chain only what has ended."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live import copied_database, speaking_to


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Both connections lead to a fresh copy of the test database, and what is done there stays done. Not with `db` or `world`."""
    with copied_database("committed_copy", django_db_blocker) as name, speaking_to(name, django_db_blocker):
        yield name
