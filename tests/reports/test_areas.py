"""Areas of former districts: the communes of a province are divided among them without a gap and without an overlap."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse

from coordination import clocks
from coordination.models import SYSTEM, Unit, UnitSuccession
from coordination.scope import reading_as
from incidents.models import Incident
from reports import areas, figures, files, printing
from reports.models import Report
from tests.reports.quarter import Q3, expect, happened, ordered, rendered
from tests.reports.recount import appendices, text_of
from tests.world import NOW, World


def province(code: str) -> Unit:
    return Unit.objects.on(NOW.date()).get(level="province", code=code)


def district(code: str) -> Unit:
    return Unit.objects.on(areas.LAST_DAY_OF_DISTRICTS).get(level="district", code=code)


def names(units: object) -> list[str]:
    return [unit.full_name for unit in units]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["01", "19", "22", "31", "79"])
def test_the_communes_of_a_province_are_divided_among_its_former_districts(code: str) -> None:
    """Also where the province was renewed in 2026 and its communes with it."""
    with clocks.set_to(NOW):
        found = [unit.pk for former in areas.districts_of(province(code)) for unit in areas.cluster_of(former).communes]
        assert sorted(found) == sorted(unit.pk for unit in areas.communes_of(province(code)))


@pytest.mark.django_db
def test_no_unit_is_counted_in_two_areas() -> None:
    with clocks.set_to(NOW):
        inside = [areas.units_within(former) for former in areas.districts_of(province("19"))]
        assert sum(len(units) for units in inside) == len(set().union(*inside))
        of_the_province = Unit.objects.filter(level="commune", parent__in=[former.pk for former in areas.districts_of(province("19"))])
        assert set(of_the_province.values_list("pk", flat=True)) <= set().union(*inside)


@pytest.mark.django_db
def test_the_edges_of_an_area_are_named() -> None:
    with clocks.set_to(NOW):
        town = areas.cluster_of(district("058"))
        assert names(town.communes) == ["Phường Bắc Kạn", "Phường Đức Xuân", "Xã Phong Quang"]
        assert names(town.partly_inside) == ["Xã Phong Quang"]
        assert "Phường Lê Chân" in names(areas.cluster_of(district("305")).communes)
        hoan_kiem = areas.cluster_of(district("002"))
        assert set(hoan_kiem.partly_inside) <= set(hoan_kiem.communes)
        assert not set(hoan_kiem.counted_elsewhere) & set(hoan_kiem.communes)
        assert "Phường Ba Đình" in names(hoan_kiem.counted_elsewhere)


@pytest.mark.django_db
def test_the_province_of_a_former_district_is_that_of_today() -> None:
    with clocks.set_to(NOW):
        assert areas.province_of(district("058")) == province("19")
        assert areas.province_of(province("19")) == province("19")
        assert UnitSuccession.objects.filter(old=district("058").parent, new=province("19"), on=date(2025, 7, 1)).exists()


def test_a_case_of_before_the_merger_is_counted_once_with_the_commune_of_its_day(world: World) -> None:
    """An old commune and its old province: found again in the area, in the commune and in the province of today, once in each."""
    area, old = district("058"), Unit.objects.on(areas.LAST_DAY_OF_DISTRICTS).get(level="commune", full_name="Phường Nguyễn Thị Minh Khai")
    case = happened(world, at=datetime(2025, 6, 20, 9, 0, tzinfo=clocks.ZONE))
    with reading_as(SYSTEM):
        Incident.objects.visible_to(SYSTEM).filter(pk=case.pk).update(commune=old, province=old.parent.parent)
        for unit in (area, province("19"), world.actor("culture").organisation.unit):
            report = Report(area=unit, audience="police", scheme=Q3.scheme, period_key=Q3.key, first=Q3.first, last=Q3.last)
            with clocks.set_to(NOW):
                assert figures.snapshot(report)["totals"]["last_year"] == 1, unit


# Who may order what


def choices(world: World, who: str) -> str:
    with clocks.set_to(NOW):
        return world.client(who).get(reverse("reports:list")).content.decode()


@pytest.mark.parametrize("who", ["doet", "province_police"])
def test_a_province_may_choose_its_own_areas(world: World, who: str) -> None:
    page = choices(world, who)
    for name in ("Tỉnh Thái Nguyên", "Thành phố Bắc Kạn", "Huyện Định Hóa", "Phường Đức Xuân"):
        assert f">{name}</option>" in page
    assert "Quận Lê Chân" not in page


@pytest.mark.parametrize("who", ["culture", "chief"])
def test_a_commune_is_not_asked(world: World, who: str) -> None:
    assert "<option" in choices(world, who)
    assert "Thành phố Bắc Kạn" not in choices(world, who)


@pytest.mark.parametrize(
    ("who", "audience", "area", "code"),
    [
        ("doet", "police", "058", 302),
        ("doet", "education", "058", 422),
        ("doet", "police", "305", 422),
        ("culture", "police", "058", 422),
        ("province_police", "police", "058", 302),
        ("province_police", "education", "", 422),
        ("chief", "police", "", 302),
        ("chief", "police", "058", 422),
        ("chief", "education", "", 422),
    ],
)
def test_an_area_outside_is_refused(world: World, who: str, audience: str, area: str, code: int) -> None:
    chosen = str(district(area).pk) if area else ""
    with clocks.set_to(NOW):
        answer = world.client(who).post(reverse("reports:list"), {"period": "2026-Q3", "audience": audience, "area": chosen, "__end": "1"})
    assert answer.status_code == code
    world.see_all()
    assert Report.objects.unscoped("the test counts what was ordered").count() == (code == 302)


@pytest.mark.parametrize("area", ["x", "0", "-1", "9" * 40])
def test_an_area_that_is_none_is_refused(world: World, area: str) -> None:
    with clocks.set_to(NOW):
        assert world.client("doet").post(reverse("reports:list"), {"period": "2026-Q3", "audience": "police", "area": area, "__end": "1"}).status_code == 422


def test_the_act_itself_refuses_too(world: World) -> None:
    with world.acting("culture") as actor, pytest.raises(printing.Refused):
        printing.order(by=actor, audience="police", scheme="nd09_quarter", period_key="2026-Q3", area=district("305"))


# Whose paper it is


@pytest.fixture
def store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


HEADS = {
    "chief": ("CÔNG AN TỈNH THÁI NGUYÊN", "CÔNG AN PHƯỜNG ĐỨC XUÂN", "Kính gửi: Công an tỉnh Thái Nguyên", "/BC-CAP", "TRƯỞNG CÔNG AN PHƯỜNG", "- Như trên;"),
    "province_police": ("CÔNG AN TỈNH THÁI NGUYÊN", "PHÒNG AN NINH", "Kính gửi: Công an tỉnh Thái Nguyên", "/BC-PA03", "TRƯỞNG PHÒNG", "- Sở Giáo dục và Đào tạo tỉnh Thái Nguyên (để p/h);"),
    "culture": ("ỦY BAN NHÂN DÂN", "PHƯỜNG ĐỨC XUÂN", "Kính gửi: Công an phường Đức Xuân", "/BC-UBND", "PHÓ CHỦ TỊCH", "- Như trên (để p/h);"),
    "doet": ("UBND TỈNH THÁI NGUYÊN", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Kính gửi: Công an tỉnh Thái Nguyên", "/BC-SGDĐT", "PHÓ GIÁM ĐỐC", "- Như trên (để p/h);"),
}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("who", HEADS)
def test_each_body_writes_under_its_own_head(world: World, who: str) -> None:
    expect()
    happened(world)
    words = text_of(files.read(rendered(ordered(world, who, audience="police")).pdf_hash))
    assert [said for said in HEADS[who] if said.replace("- ", "") not in words.replace("- ", "")] == []
    assert "Kính gửi: Công an tỉnh Thái Nguyên (để" not in words


@pytest.mark.usefixtures("store")
def test_a_year_without_any_figures_is_not_a_year_of_nothing(world: World) -> None:
    """The portal held no case then: the columns say so, and nothing rises by the whole count."""
    expect()
    for kind in ("weapon_possession", "theft", "public_disorder"):
        happened(world, kind=kind, full={})
    content = files.read(rendered(ordered(world)).pdf_hash)
    assert {tuple(row[-2:]) for row in appendices(content)[0]} == {("…", "…")}
    words = text_of(content)
    assert "cùng kỳ năm trước không có số liệu trên hệ thống" in words
    assert "“…”: không có số liệu cùng kỳ năm trước trên hệ thống." in words
    assert "tăng" not in words.split("Trong kỳ ghi nhận")[1].split("./.")[0]


def test_postgresql_shows_a_report_to_its_issuer_alone(world: World) -> None:
    ordered(world, "chief", audience="police")
    for who, seen in (("chief", 1), ("officer", 0), ("province_police", 0), ("doet", 0)):
        with world.acting(who) as actor:
            assert Report.objects.visible_to(actor).count() == seen
    with reading_as(SYSTEM):
        assert Report.objects.visible_to(SYSTEM).get().audience == "police"
