"""The same for the offices; a file of its own, so that two processes share the work."""

from collections.abc import Callable

from tests.probes.probing import ROLES, Prober, some_of_them
from tests.probes.standing import Standing
from tests.probes.test_probes import SIDES


def test_every_route_for_the_offices_and_an_eighth_of_the_rest(stage: Standing, record_property: Callable[[str, object], None]) -> None:
    tally = Prober(stage).run(some_of_them([role for role in ROLES if role not in SIDES]))
    record_property("last_line", str(tally))
    assert (tally.leaks, tally.differences) == ([], [])
