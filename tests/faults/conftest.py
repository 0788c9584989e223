"""The faults need the whole portal, running: real processes, real broker, real commits."""

from collections.abc import Iterator

import pytest

from coordination.startup import serving
from tests.live import Live, Visitor, live

__all__ = ["live"]


@pytest.fixture(autouse=True)
def healed(live: Live) -> Iterator[None]:
    """Whatever a test took away is given back, so that the next one begins with a whole portal."""
    yield
    live.resume_redis()
    for part in live.parts:
        part.pause = serving.FIRST_PAUSE
    live.until(live.worker_is_whole)


@pytest.fixture(scope="package")
def principal(live: Live) -> Visitor:
    """The principal of THCS Ánh Dương, signed in once."""
    return live.visitor("hieutruong.bk-cs-01")


@pytest.fixture(scope="package")
def office(live: Live) -> Visitor:
    """The officer of the Sở who orders reports, signed in once."""
    return live.visitor("chuyenvien.so.bk")
