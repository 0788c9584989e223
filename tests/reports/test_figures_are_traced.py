"""Every figure is the sum of its rows: counted again in plain Python, one case at a time."""

from collections import Counter
from datetime import timedelta
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination import openwork
from coordination.models import SYSTEM
from coordination.scope import reading_as
from incidents import figures as incidents
from incidents.models import FullReport, Incident, Referral
from reports import figures
from tests.reports.quarter import IN_Q3, Q3, Q4, body_of, expect, hand_in, happened, ordered
from tests.world import NOW, World


def a_quarter(world: World) -> None:
    """Cases of three schools, restricted and not, with and without full report, one of them withdrawn from the window."""
    happened(world, full={"pupils": 3, "pupils_female": 1})
    happened(world, "other_principal", kind="theft", severity="s2", place_kind="gate", full={"handling": "with_police"})
    happened(world, "thpt_principal", kind="drug_use", place_kind="online", full={"injured": 2})
    happened(world, kind="child_sexual_abuse", severity="s4", place_kind="route")
    happened(world, kind="theft", severity="s2", place_kind="elsewhere", at=IN_Q3 + timedelta(days=60))
    world.answered(at=IN_Q3 + timedelta(hours=4), occurred_at=IN_Q3)


def test_lines_equal_a_recount(world: World) -> None:
    a_quarter(world)
    ward = body_of(world, "culture").unit
    with reading_as(SYSTEM):
        lines = {line.key: line.numbers for line in incidents.lines(incidents.cases_in(ward), Q3.begins, Q3.ends)}
        told = {report.incident_id: report for report in FullReport.objects.visible_to(SYSTEM)}
        cases = [case for case in Incident.objects.visible_to(SYSTEM).select_related("kind") if Q3.contains(case.occurred_at)]
    again: dict[str, Counter[str]] = {}
    for case in cases:
        row = again.setdefault("restricted" if case.restricted else case.kind.code, Counter())
        row["cases"] += 1
        row[next(name for name, kinds in incidents.PLACES.items() if case.place_kind in kinds)] += 1
        row["missing"] += case.pk not in told
        for name in incidents.PERSONS:
            row[name] += getattr(told[case.pk], name) if case.pk in told else 0
    assert {key: {name: value for name, value in numbers.items() if value} for key, numbers in lines.items()} == {key: {name: value for name, value in row.items() if value} for key, row in again.items()}
    assert lines["restricted"]["cases"] == 2


def test_a_province_is_the_sum_of_its_communes(world: World) -> None:
    a_quarter(world)
    ward = body_of(world, "culture").unit
    with reading_as(SYSTEM):
        sums = [incidents.totals(incidents.lines(incidents.cases_in(unit), Q3.begins, Q3.ends)) for unit in (ward, ward.parent)]
    assert sums[0] == sums[1]
    assert sums[0]["cases"] == 5


def test_response_times_equal_a_recount(world: World) -> None:
    a_quarter(world)
    ward = body_of(world, "culture").unit
    with reading_as(SYSTEM):
        cases = incidents.cases_in(ward).filter(incidents.within(Q3.begins, Q3.ends))
        times, lines = incidents.responses(cases, NOW), incidents.responses_by_line(cases)
        rows, sent = list(cases), list(Referral.objects.visible_to(SYSTEM).filter(incident__in=cases))
    assert times["first_word"] == median(round((case.filed_at - case.occurred_at).total_seconds() / 60) for case in rows)
    received = [(referral.received_at - referral.sent_at).total_seconds() / 60 for referral in sent if referral.received_at]
    assert times["to_receive"] == median(received) == 10
    assert (times["sent"], times["received"], times["answered"]) == (len(sent), 1, 1)
    assert times["police"] == {"on_time": 1, "late": len(sent) - 1}
    assert lines[ward.pk]["cases"] + lines[incidents.DIRECT]["cases"] == len(rows)
    assert lines[incidents.DIRECT]["cases"] == 1


def test_handling_and_outcomes_add_up_to_the_cases(world: World) -> None:
    a_quarter(world)
    ward = body_of(world, "culture").unit
    with reading_as(SYSTEM):
        cases = incidents.cases_in(ward).filter(incidents.within(Q3.begins, Q3.ends))
        missing = incidents.totals(incidents.lines(incidents.cases_in(ward), Q3.begins, Q3.ends))["missing"]
        assert sum(incidents.handling(cases).values()) + missing == 5
        assert incidents.outcomes(cases)["reminded"] == 1


def test_a_commune_counts_only_what_it_sees(world: World) -> None:
    a_quarter(world)
    with world.acting("culture") as reader:
        lines = incidents.lines(incidents.cases_of(body_of(world, "culture")), Q3.begins, Q3.ends)
        seen = Incident.objects.visible_to(reader).happened_between(Q3.begins, Q3.ends).count()
    assert incidents.totals(lines)["cases"] == seen == 4


def test_a_briefing_gets_cases_by_kind(world: World) -> None:
    a_quarter(world)
    with world.acting("culture"):
        rows = openwork.figures_for(body_of(world, "culture"), Q3.begins, Q3.ends)["incidents"]
    assert {"cases"} == set(rows[0].numbers), "the portal knows nothing of the year before"
    assert rows[-1].label == "Vụ việc thuộc diện hạn chế"


def test_counting_asks_the_same_number_of_questions_for_any_number_of_cases(world: World) -> None:
    expect()
    report = ordered(world)

    def asked() -> int:
        with reading_as(SYSTEM), CaptureQueriesContext(connection) as queries:
            figures.snapshot(report)
        return len(queries)

    happened(world, full={})
    few = asked()
    for _more in range(3):
        happened(world, full={})
    happened(world, "thpt_principal", kind="theft", severity="s2")
    assert asked() == few


def test_a_snapshot_counts_units_by_line(world: World) -> None:
    expect()
    for who in ("principal", "thpt_principal"):
        hand_in(world, who)
    with reading_as(SYSTEM):
        counted = figures.snapshot(ordered(world))
    assert figures.units_reported(counted) == "2/12"
    assert counted["units"] == {"expected": 12, "nil": 2, "on_time": 2, "late": 0, "missing": 10, "left_out": 0}
    assert [(line["line"] == incidents.DIRECT, line["expected"], line["on_time"]) for line in counted["returns"]] == [(False, 9, 1), (True, 3, 1)]
    assert sum(row["learners"] for row in counted["register"]) == 5960
    assert Q4.key not in counted.values()
