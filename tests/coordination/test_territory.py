"""Units in the database: loaded once, dated, exported, and found by the names of the past."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from coordination import clocks
from coordination.models.territory import Unit, UnitSuccession
from coordination.territory import Found, find_units, load_territory

TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(scope="module", autouse=True)
def territory(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole map, loaded once for the module as the owner of the tables."""
    with django_db_blocker.unblock():
        load_territory("owner")
    yield


def export(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("territory", "export", *arguments, stdout=out)
    return out.getvalue().splitlines()


def names(found: list[Found]) -> list[str]:
    return [one.unit.full_name for one in found]


def test_loading_again_changes_nothing() -> None:
    before = set(Unit.objects.values_list("pk", "code", "valid_to")), set(UnitSuccession.objects.values_list("pk", "old", "new"))
    counts = load_territory("owner")
    assert counts == {"units": Unit.objects.count(), "successions": UnitSuccession.objects.count()}
    assert before == (set(Unit.objects.values_list("pk", "code", "valid_to")), set(UnitSuccession.objects.values_list("pk", "old", "new")))


def test_a_row_that_was_changed_takes_the_value_of_the_file_again() -> None:
    unit = Unit.objects.on(TODAY).get(code="11383")
    Unit.objects.using("owner").filter(pk=unit.pk).update(name="Sai")
    load_territory("owner")
    unit.refresh_from_db()
    assert unit.name == "Lê Chân"


def test_a_code_answers_with_the_unit_of_the_day() -> None:
    on = [date(2024, 6, 1), date(2025, 6, 30), date(2025, 7, 1)]
    assert [Unit.objects.on(day).get(code="11383").name for day in on] == ["Hồ Nam", "Trần Nguyên Hãn", "Lê Chân"]


def test_the_database_refuses_one_code_twice_on_a_day() -> None:
    unit = Unit.objects.on(TODAY).get(code="11383")
    unit.pk, unit.valid_from = None, date(2026, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic(using="owner"):
        unit.save(using="owner")
        with transaction.get_connection("owner").cursor() as cursor:
            cursor.execute("set constraints all immediate")


def test_the_export_writes_provinces_then_communes_by_code() -> None:
    written = [line.split("\t") for line in export("--on", "2026-11-22")]
    assert len(written) == 34 + 3321
    assert [line[1] for line in written] == sorted((line[1] for line in written), key=lambda code: (len(code), code))
    assert ["commune", "26740", "Phường Sài Gòn", "79"] in written
    assert ["province", "75", "Thành phố Đồng Nai", ""] in written


def test_the_export_of_a_past_day_has_districts() -> None:
    written = export("--on", "2025-06-30")
    assert "commune\t26740\tPhường Bến Nghé\t760" in written
    assert "district\t058\tThành phố Bắc Kạn\t06" in written


def test_the_export_takes_today_in_viet_nam(monkeypatch: pytest.MonkeyPatch) -> None:
    # 17:30 UTC on 29/04/2026 is already 30/04/2026 in Việt Nam, the day Đồng Nai became a city.
    monkeypatch.setattr(clocks, "now", lambda: datetime(2026, 4, 29, 17, 30, tzinfo=UTC))
    assert "province\t75\tThành phố Đồng Nai\t" in export()


@pytest.mark.parametrize("wrong", ["2026-02-31", "0000-01-01", "31/02/2026", "20261122", "2026-11-22 ", "hôm nay", ""])
def test_a_day_that_is_no_day_is_refused_in_one_line(wrong: str) -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("territory", "export", f"--on={wrong}", stderr=err)
    assert stopped.value.code == 2
    assert err.getvalue().count("\n") == 1
    assert wrong in err.getvalue()


def test_du_hang_is_found_in_the_ward_that_holds_its_streets() -> None:
    found = find_units("du hang", on=TODAY)
    assert names(found) == ["Phường Lê Chân", "Phường An Biên"]
    assert found[0].path == "phường Dư Hàng (đến 31/12/2024) → phường Trần Nguyên Hãn → phường Lê Chân"
    assert [one.sure for one in found] == [True, False]


def test_a_split_ward_is_found_in_both_its_parts() -> None:
    assert names(find_units("da kao", on=TODAY)) == ["Phường Sài Gòn", "Phường Tân Định"]


def test_a_district_is_found_in_the_wards_that_hold_its_land() -> None:
    found = find_units("Quận 1", on=TODAY, limit=4)
    assert sorted(names(found)) == ["Phường Bến Thành", "Phường Cầu Ông Lãnh", "Phường Sài Gòn", "Phường Tân Định"]
    assert found[0].path.startswith("Quận 1 (đến 30/06/2025) → ")


def test_a_name_of_today_stands_before_names_of_the_past() -> None:
    found = find_units("bac kan", on=TODAY)
    assert names(found)[0] == "Phường Bắc Kạn"
    assert found[0].path == ""
    assert "tỉnh Bắc Kạn (đến 30/06/2025) → tỉnh Thái Nguyên" in [one.path for one in found]


def test_a_unit_that_only_changed_its_parent_is_found_once_without_a_past() -> None:
    found = find_units("phường trấn biên", on=TODAY)
    assert [(one.unit.full_name, one.path) for one in found] == [("Phường Trấn Biên", "")]


def test_a_past_day_knows_nothing_of_the_future() -> None:
    assert names(find_units("du hang", on=date(2020, 12, 3)))[0] == "Phường Dư Hàng"
    assert find_units("Phường Sài Gòn", on=date(2020, 12, 3)) == []


def test_both_placements_of_a_tone_find_the_same_units() -> None:
    assert names(find_units("Hiệp Hoà", on=TODAY)) == names(find_units("hiệp hòa", on=TODAY)) != []


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "\\", "không đâu có"])
def test_a_query_that_names_nothing_finds_nothing(query: str) -> None:
    assert find_units(query, on=TODAY) == []


@pytest.mark.parametrize("query", ["du hang", "an", "quan 1", "thanh pho"])
def test_finding_takes_three_queries_whatever_it_finds(query: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3, connection=connection):
        found = find_units(query, on=TODAY, limit=20)
        assert all(one.unit.parent is None or one.unit.parent.full_name for one in found)
    assert 0 < len(found) <= 20
