"""All the probes, and the clock: minutes long, so they run when asked for (`python3 manage.py probe_access`)."""

from collections.abc import Callable

import pytest

from tests.probes.probing import Prober, probes
from tests.probes.standing import Standing


@pytest.mark.long
def test_no_probe_brings_anything_back(stage: Standing, record_property: Callable[[str, object], None]) -> None:
    tally = Prober(stage).run(list(probes()))
    for line in (*tally.leaks[:50], *tally.differences[:50], tally):
        record_property("last_line", line)
    assert not tally.leaks
    assert not tally.differences
