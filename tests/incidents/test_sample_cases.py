"""The sample cases of the five localities: the mix, the cut of the quarter, and every state that a page can show."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import transaction

from coordination import clocks, periods
from coordination.models import SYSTEM, Duty
from coordination.scope import reading_as
from incidents import demo as sample
from incidents import demo_names
from incidents.models import BreakGlass, IdentityRequest, Incident, Origin, Referral
from incidents.workflow import EndedHow, IncidentStatus, ReferralStatus
from tests.coordination.localities import settle_all
from tests.world import NOW

MIX = {
    "bk": {
        "theft": 3, "snatching": 1, "school_violence_fight": 3, "firecracker_use": 2, "tobacco": 1, "ecigarette": 2, "underage_riding": 3, "illegal_racing": 1,
    },
    "dh": {"drug_possession_trade": 1, "weapon_possession": 2, "school_violence_fight": 2, "gate_congestion": 3},
    "ct": {
        "outsider_luring": 1, "black_credit": 1, "school_violence_group": 1, "cyberbullying": 1, "online_fraud": 1, "new_psychoactive_lure": 1, "child_abuse_risk": 1, "traffic_accident": 1,
    },
    "q1": {"outsider_intrusion": 1, "public_disorder": 1, "theft": 1},
    "hp": {"drowning": 1, "food_poisoning": 1, "weapon_possession": 1, "extortion_robbery": 1},
}  # fmt: skip


def told_on(now: datetime) -> list[Incident]:
    """All five localities with their cases, as if loaded at an hour."""
    with clocks.set_to(now), reading_as(SYSTEM):
        settle_all()
        sample.load()
        return list(Incident.objects.visible_to(SYSTEM).select_related("kind", "school", "author__user"))


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Incident]]:
    """The cases of a November day, told once for this file and undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with reading_as(SYSTEM):
            yield told_on(NOW)
        transaction.set_rollback(True)


def test_the_mix_is_the_one_that_was_asked_for(db: None) -> None:
    with clocks.set_to(NOW):
        rows = list(sample.samples(periods.period_at("nd09_quarter", NOW)))
    found = {place: Counter(row.kind for row in rows if row.school.startswith(f"{place}-")) for place in MIX}
    assert found == MIX
    assert len(rows) == 39


def test_every_state_can_be_seen(told: list[Incident]) -> None:
    assert len(told) == 39
    assert {case.status for case in told} == set(IncidentStatus)
    assert EndedHow.SILENCE in {case.closed_how for case in told}
    assert set(Referral.objects.visible_to(SYSTEM).values_list("status", flat=True)) == set(ReferralStatus)
    assert Counter(case.origin for case in told) == {Origin.SCHOOL: 35, Origin.POLICE: 3, Origin.CALL: 1}
    assert [case.kind.code for case in told if case.kept_out] == ["child_abuse_risk"]


def test_nothing_was_done_in_the_future_and_somebody_is_late(told: list[Incident]) -> None:
    names = ("occurred_at", "filed_at", "closed_at", "sent_at", "answered_at")
    moments = [getattr(row, name, None) for row in (*told, *Referral.objects.visible_to(SYSTEM)) for name in names]
    assert max(moment for moment in moments if moment) <= NOW
    assert Duty.objects.visible_to(SYSTEM).filter(kind="acknowledge", status="open", due_at__lt=NOW).exists()


def test_two_cases_stand_on_either_side_of_the_cut(told: list[Incident]) -> None:
    around = {f"{clocks.local(case.occurred_at):%d/%m %H:%M}": case for case in told if case.occurred_at}
    cut = [around["14/09 23:50"], around["15/09 00:10"]]
    assert [case.kind.code for case in cut] == ["illegal_racing", "underage_riding"]
    assert [periods.period_at("nd09_quarter", case.occurred_at).key for case in cut] == ["2026-Q3", "2026-Q4"]


def test_it_can_be_loaded_on_the_first_day_of_a_quarter(db: None) -> None:
    assert len(told_on(clocks.at(date(2026, 12, 15), time(9)))) == 39


def test_one_request_and_one_broken_glass_wait_in_the_samples(told: list[Incident]) -> None:
    """Told last: it adds people to one case."""
    with clocks.set_to(NOW), reading_as(SYSTEM), transaction.atomic():
        demo_names.load()
        asked = IdentityRequest.objects.visible_to(SYSTEM).get()
        glass = BreakGlass.objects.visible_to(SYSTEM).get()
        assert (asked.status, glass.status) == ("waiting", "waiting")
        assert asked.incident == glass.incident and asked.approver.role == "child_protection_officer" and glass.reviewer.role == "province_police_head"
        transaction.set_rollback(True)
