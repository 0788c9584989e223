"""The clock tells no more than the page: what is hidden takes as long as what does not exist (security.md 2.4 rows 3 and 41)."""

import math
import time

import pytest
from django.db import transaction

from coordination import clocks
from coordination.models import Role
from tests.access.stage import LATER, absent_address, address
from tests.probes.standing import Standing

PAIRS = 2_000
LEAST_CHANCE = 0.01


def chance_of_no_difference(one: list[float], other: list[float]) -> float:
    """Mann-Whitney, two-sided, by the normal approximation with its correction for ties: how likely such ranks are when both are the same."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    total, ties, place = 0.0, 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += sum(1 for _value, side in ranked[place:end] if side == 0) * (place + end + 1) / 2
        ties += (end - place) ** 3 - (end - place)
        place = end
    n, m = len(one), len(other)
    middle, all_of_them = n * (n + m + 1) / 2, n + m
    spread = math.sqrt(n * m / 12 * (all_of_them + 1 - ties / (all_of_them * (all_of_them - 1))))
    return math.erfc(abs(total - middle) / spread / math.sqrt(2)) if spread else 1.0


def test_the_test_itself_sees_a_difference_and_sees_none() -> None:
    even, shifted = [float(number % 97) for number in range(2_000)], [float(number % 97) + 5 for number in range(2_000)]
    assert chance_of_no_difference(even, list(reversed(even))) == pytest.approx(1)
    assert chance_of_no_difference(even, shifted) < 0.001
    # U = 0 of two groups of five: z = 2.6112, by hand
    assert chance_of_no_difference([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(0.009023, abs=1e-5)


@pytest.mark.long
@pytest.mark.parametrize(("role", "route"), [(Role.PRINCIPAL, "incidents:detail"), (Role.COMMUNE_OFFICER, "incidents:answer"), (Role.DOET_OFFICER, "reports:detail")])
def test_hidden_takes_as_long_as_absent(stage: Standing, role: str, route: str) -> None:
    """Each address of a pair is asked once, in turns, first the one and then the other."""
    hidden, absent = [], []
    client = stage.client_of(stage.reader("own", role))
    there, nowhere = address(route, stage.far), absent_address(route)
    for number in range(2 * PAIRS):
        where, times = (there, hidden) if (number // 2 + number) % 2 else (nowhere, absent)
        with clocks.set_to(LATER), transaction.atomic():
            begun = time.perf_counter()
            answer = client.get(where)
            times.append(time.perf_counter() - begun)
            transaction.set_rollback(True)
        assert answer.status_code == 404
    assert chance_of_no_difference(hidden, absent) > LEAST_CHANCE
