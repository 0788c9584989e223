"""Every number of the printed quarter is counted again from the rows; a province is the sum of its communes; midnight parts two quarters."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from coordination.models import SYSTEM, Unit
from coordination.scope import reading_as
from reports import areas, figures, files
from reports.models import Report
from tests.reports import recount
from tests.reports.province import Commune, a_quarter_of_cases, communes
from tests.reports.quarter import Q3, Q4, ordered, rendered
from tests.world import NOW, World

PEOPLE = recount.PEOPLE
UNKNOWN = "…"  # the portal held nothing a year before
HANDLING = {"at_school": "Nhà trường đã giải quyết", "counselling": "Tư vấn, hỗ trợ học sinh", "with_police": "Phối hợp Công an giải quyết", "ongoing": "Đang giải quyết"}
OUTCOMES = {"no_violation": "Không có dấu hiệu vi phạm", "reminded": "Đã nhắc nhở, giao gia đình và nhà trường giáo dục", "sanctioned": "Đã xử phạt hành chính", "": "Đang giải quyết, chưa có kết quả"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for the whole file; what a test prints stays until its end, nothing stays afterwards."""
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("papers")
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = before


@pytest.fixture(scope="module")
def places(world: World) -> list[Commune]:
    found = communes(world)
    a_quarter_of_cases(world, found, random.Random(26))
    return found


def district(name: str) -> Unit:
    return Unit.objects.on(areas.LAST_DAY_OF_DISTRICTS).get(level="district", full_name=name)


def printed(world: World, who: str, audience: str, area: Unit | None = None) -> tuple[Report, list[list[list[str]]], str]:
    """A printed report, its tables and its words."""
    report = rendered(ordered(world, who, audience=audience, area=area))
    content = files.read(report.pdf_hash)
    return report, recount.appendices(content), recount.text_of(content)


def compare(cell: str, value: int, *, protected: bool) -> bool:
    """A cell as printed against the rows; whether it was printed at all. What is hidden must be in a family that may be."""
    if cell == "–":
        assert protected, value
        return False
    assert recount.as_number(cell) == value
    assert not protected or not 0 < abs(value) < 5 or value < 0, "a small number stands open"
    return True


def check_kinds(table: list[list[str]], again: recount.Recount, *, police: bool, open_cases: bool) -> int:
    """Appendix I, cell by cell; how many cells stood open."""
    expected, seen, opened = again.by_kind(police=police), set(), 0
    for _mark, label, *cells in table:
        numbers = again.totals() if label == "Tổng cộng" else expected.get(label)
        if numbers is None:
            continue  # a group; the sum of its rows is checked by the auditor
        seen.add(label)
        for column, cell in zip(recount.COLUMNS, cells, strict=True):
            if cell == UNKNOWN:
                assert column in ("last_year", "change") and not again.before
                continue
            opened += compare(cell, numbers[column], protected=column in PEOPLE or not open_cases)
    assert seen == {*expected, "Tổng cộng"}
    return opened


def check_list(table: list[list[str]], expected: dict[str, int], *, protected: bool) -> int:
    """A list of results."""
    found = {label: cell for _mark, label, cell, *_more in table}
    return sum(compare(found[label], value, protected=protected) for label, value in expected.items())


def test_the_education_paper_of_a_province(world: World, places: list[Commune]) -> None:
    province = places[0].unit.parent
    again = recount.Recount(provinces=areas.absorbed({province.pk}), now=Q3.ends)
    _report, (kinds, handling, timely), words = printed(world, "doet", "education")
    assert check_kinds(kinds, again, police=False, open_cases=True) > 60
    handled = {label: sum(case["handling"] == code for case in again.cases) for code, label in HANDLING.items()}
    check_list(handling, handled | {"Chưa có báo cáo đầy đủ": sum(not case["told"] for case in again.cases)}, protected=False)
    check_list(handling, {label: sum(row["outcome"] == code for row in again.referrals) for code, label in OUTCOMES.items()}, protected=False)
    check_timeliness(timely, again)
    total = again.totals()
    assert f"Trong kỳ ghi nhận {total['cases']} vụ việc liên quan đến {total['pupils']} học sinh; cùng kỳ năm trước {total['last_year']} vụ việc" in words
    lines = again.lines().values()
    handed, expected = sum(line["on_time"] + line["late"] for line in lines), sum(line["expected"] for line in lines)
    assert f"Đã có {handed}/{expected} đơn vị nộp số liệu kỳ" in words
    assert f"báo nhanh {total['cases']} vụ việc; chuyển Công an {len(again.referrals)} vụ việc" in words


def check_timeliness(table: list[list[str]], again: recount.Recount) -> None:
    """Appendix III, cell by cell."""
    lines = again.lines()
    for _mark, name, *cells in table:
        if name == "Tổng cộng":
            expected = [sum(line[key] for line in lines.values()) for key in ("expected", "on_time", "late", "missing")]
            assert [recount.as_number(cell) for cell in cells[:4]] == expected
            continue
        line = lines.pop(name) if name != "Tổng cộng" else {}
        assert [recount.as_number(cell) for cell in cells[:4]] == [line[key] for key in ("expected", "on_time", "late", "missing")], name
        compare(cells[4], line["found"], protected=line["found"] > 0)
        compare(cells[5], line["nil"], protected=True) if cells[5] == "–" else compare(cells[5], line["nil"], protected=False)
        assert cells[6:] == [line["told"], line["received"]], name
        lines[name] = line


@pytest.mark.parametrize("who", ["doet", "province_police"])
def test_the_police_paper_of_a_province(world: World, places: list[Commune], who: str) -> None:
    again = recount.Recount(provinces=areas.absorbed({places[0].unit.parent_id}), now=Q3.ends)
    _report, tables, _words = printed(world, who, "police")
    check_police(tables, again, open_cases=True)


@pytest.mark.parametrize(("who", "audience"), [("culture", "education"), ("culture", "police"), ("chief", "police")])
def test_the_papers_of_a_commune(world: World, places: list[Commune], who: str, audience: str) -> None:
    again = recount.Recount(communes=areas.absorbed({places[0].unit.pk}), now=Q3.ends)
    _report, tables, _words = printed(world, who, audience)
    if audience == "police":
        check_police(tables, again, open_cases=False)
    else:
        check_kinds(tables[0], again, police=False, open_cases=False)
        check_timeliness(tables[2], again)


@pytest.mark.parametrize("who", ["doet", "province_police"])
def test_the_police_paper_of_a_former_district(world: World, places: list[Commune], who: str) -> None:
    area = district("Thành phố Bắc Kạn")
    again = recount.Recount(communes={place.unit.pk for place in places if place.unit.code in {"01840", "01843", "01849"}}, now=Q3.ends)
    _report, tables, words = printed(world, who, "police", area)
    check_police(tables, again, open_cases=False)
    assert "trên địa bàn thành phố Bắc Kạn (trước ngày 01/7/2025)" in words
    assert "Số liệu tính theo 3 đơn vị hành chính cấp xã hiện nay thuộc địa bàn thành phố Bắc Kạn trước ngày 01/7/2025: phường Bắc Kạn, phường Đức Xuân, xã Phong Quang." in words
    assert "Có một phần diện tích từ địa bàn khác, được tính trọn vào đây: xã Phong Quang." in words


def check_police(tables: list[list[list[str]]], again: recount.Recount, *, open_cases: bool) -> None:
    """The three appendices of the police version."""
    offences, results, both_sides = tables
    assert check_kinds(offences, again, police=True, open_cases=open_cases) > (60 if open_cases else 3)
    check_list(results, {label: sum(row["outcome"] == code for row in again.referrals) for code, label in OUTCOMES.items()}, protected=not open_cases)
    check_both_sides(both_sides, again, open_cases=open_cases)


def check_both_sides(table: list[list[str]], again: recount.Recount, *, open_cases: bool) -> None:
    """Appendix III of the police version: clocks kept and missed, medians of hours."""
    school = again.clocks_kept("full_report", "incidents.incident", {case["id"] for case in again.cases})
    police = again.clocks_kept("acknowledge", "incidents.referral", {row["id"] for row in again.referrals})
    told = recount.hours([float(case["told_after"]) for case in again.cases])
    received = recount.hours([float(row["received_after"]) for row in again.referrals if row["received_after"] is not None])
    answered = recount.hours([float(row["answered_after"]) for row in again.referrals if row["answered_after"] is not None])
    assert [row[4] for row in table] == [told, "", received, answered]
    for row, pair in ((table[1], school), (table[2], police)):
        for cell, value in zip(row[2:4], pair, strict=True):
            compare(cell, value, protected=not open_cases) if cell == "–" else compare(cell, value, protected=False)


# The sum of the parts


def totals_of(area: Unit, period: object = Q3) -> dict[str, int]:
    """The totals of an area's snapshot."""
    return figures.snapshot(Report(area=area, audience="police", scheme=period.scheme, period_key=period.key, first=period.first, last=period.last))["totals"]


def test_a_province_is_the_sum_of_its_communes_and_of_its_former_districts(world: World, places: list[Commune]) -> None:
    province = places[0].unit.parent
    with reading_as(SYSTEM):
        for period in (Q3, Q4):
            whole = totals_of(province, period)
            parts = [totals_of(unit, period) for unit in areas.communes_of(province) if unit.pk in {place.unit.pk for place in places}]
            clusters = [totals_of(unit, period) for unit in areas.districts_of(province)]
            assert whole == {name: sum(part[name] for part in parts) for name in whole} == {name: sum(part[name] for part in clusters) for name in whole}
            assert whole["cases"] > 4


def test_a_province_is_the_sum_of_its_schools(world: World, places: list[Commune]) -> None:
    """Communal schools and those of the Sở, each counted by itself as in its return."""
    with reading_as(SYSTEM):
        whole = totals_of(places[0].unit.parent)
        heads = [world.actor(who).post.organisation for place in places for who in place.schools]
        parts = [figures.of_school(head, Q3)["totals"] for head in heads]
        assert whole == {name: sum(part[name] for part in parts) for name in whole}


def test_the_last_and_the_first_minutes_of_a_quarter(world: World, places: list[Commune]) -> None:
    """14/09 23:50 is of quarter III, 15/09 00:10 of quarter IV; every case of the dice is in one of the two."""
    with reading_as(SYSTEM):
        third, fourth = (totals_of(places[0].unit.parent, period)["cases"] for period in (Q3, Q4))
    minutes = recount.rows("select (occurred_at at time zone 'Asia/Ho_Chi_Minh')::time as hour from incidents_incident where occurred_at >= '2026-06-15 00:00+07'")
    late, early = (sum(f"{row['hour']:%H:%M}" == hour for row in minutes) for hour in ("23:50", "00:10"))
    assert (third, fourth) == (14 * len(places) + late, early)
    assert late >= len(places) <= early
    assert NOW > Q3.ends
