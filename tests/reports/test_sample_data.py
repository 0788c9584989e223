"""The sample quarter: ten of twelve schools have handed in, one of them late; the school of the walk has not."""

import pytest

from coordination import clocks
from coordination.models import SYSTEM
from coordination.scope import reading_as
from incidents import demo as incidents
from reports import demo as sample
from reports.models import Return
from tests.reports.quarter import Q3, Q4, return_of
from tests.world import NOW, World


@pytest.fixture
def loaded(world: World) -> World:
    with clocks.set_to(NOW), reading_as(SYSTEM):
        incidents.load()
        sample.load()
    return world


def test_ten_of_twelve_have_handed_in(loaded: World) -> None:
    with reading_as(SYSTEM):
        tally = Return.objects.visible_to(SYSTEM).of_period(Q3).tally()
        assert tally == {"expected": 12, "nil": 8, "on_time": 9, "late": 1, "missing": 2, "left_out": 0}
        assert Return.objects.visible_to(SYSTEM).of_period(Q4).tally()["missing"] == 12
    silent = return_of(loaded)
    assert (silent.status, silent.asked_at is not None) == ("open", True)
