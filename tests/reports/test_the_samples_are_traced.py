"""The sample data's third quarter: every printed number of four provinces counted again from the rows, and what was agreed at the briefings."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from briefings.models import Briefing, Conclusion
from coordination import clocks, demo
from coordination.models import SYSTEM, Unit
from coordination.scope import reading_as
from reports import areas
from tests.coordination.localities import settle_all
from tests.reports import recount
from tests.reports.quarter import Q3
from tests.reports.test_printed_figures import HANDLING, OUTCOMES, check_both_sides, check_kinds, check_list, check_timeliness, printed
from tests.world import NOW, World

PROVINCES = {"bk": "19", "hp": "31", "ct": "92", "q1": "79"}
ALL_OUTCOMES = OUTCOMES | {"transferred": "Đã chuyển cơ quan có thẩm quyền", "proceedings": "Đang giải quyết theo tố tụng, chưa cung cấp thông tin"}


@pytest.fixture(scope="module")
def samples(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All five localities as they stand on a day of November; undone at the end of this file."""
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("papers")
    with django_db_blocker.unblock(), transaction.atomic():
        with clocks.set_to(NOW), reading_as(SYSTEM):
            settle_all()
            demo.load_parts()
        yield World()
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = before


def again(code: str) -> recount.Recount:
    """One province counted once more."""
    province = Unit.objects.on(Q3.last).get(level="province", code=code)
    return recount.Recount(provinces=areas.absorbed({province.pk}), now=Q3.ends)


@pytest.mark.parametrize("place", PROVINCES)
def test_the_education_papers_of_the_samples(samples: World, place: str) -> None:
    counted = again(PROVINCES[place])
    _report, (kinds, handling, timely), words = printed(samples, f"chuyenvien.so.{place}", "education")
    check_kinds(kinds, counted, police=False, open_cases=True)
    check_list(handling, {label: sum(case["handling"] == code for case in counted.cases) for code, label in HANDLING.items()}, protected=False)
    check_list(handling, {label: sum(row["outcome"] == code for row in counted.referrals) for code, label in ALL_OUTCOMES.items()}, protected=False)
    check_timeliness(timely, counted)
    lines = counted.lines().values()
    assert f"Đã có {sum(line['on_time'] + line['late'] for line in lines)}/{sum(line['expected'] for line in lines)} đơn vị nộp số liệu kỳ" in words
    assert counted.cases or place == "q1"


@pytest.mark.parametrize("place", PROVINCES)
def test_the_police_papers_of_the_samples(samples: World, place: str) -> None:
    counted = again(PROVINCES[place])
    _report, (offences, results, both_sides), _words = printed(samples, f"chuyenvien.so.{place}", "police")
    check_kinds(offences, counted, police=True, open_cases=True)
    check_list(results, {label: sum(row["outcome"] == code for row in counted.referrals) for code, label in ALL_OUTCOMES.items()}, protected=False)
    check_both_sides(both_sides, counted, open_cases=True)


def test_twenty_seven_of_twenty_nine_have_handed_in(samples: World) -> None:
    lines = again(PROVINCES["bk"]).lines().values()
    assert (sum(line["on_time"] + line["late"] for line in lines), sum(line["expected"] for line in lines)) == (27, 29)


def test_the_briefings_of_the_quarter(samples: World) -> None:
    with reading_as(SYSTEM):
        met = Briefing.objects.visible_to(SYSTEM).filter(meets_at__lt=NOW)
        assert Counter(met.values_list("status", flat=True)) == {"closed": 6, "planned": 1}
        conclusions = Conclusion.objects.visible_to(SYSTEM)
        assert conclusions.count() == 18
        assert conclusions.filter(status__in=("carried_out", "confirmed")).count() == 11
        assert conclusions.filter(status="agreed", due_on__lt=NOW.date()).count() == 3
