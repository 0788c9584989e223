"""All the probes, and the clock: minutes long, so they run when asked for (`python3 manage.py probe_access`)."""

import pytest

from tests.probes.conftest import LINES
from tests.probes.probing import Prober, probes
from tests.probes.standing import Standing


@pytest.mark.long
def test_no_probe_brings_anything_back(stage: Standing) -> None:
    tally = Prober(stage).run(list(probes()))
    LINES.extend([*tally.leaks[:50], *tally.differences[:50], str(tally)])
    assert not tally.leaks
    assert not tally.differences
