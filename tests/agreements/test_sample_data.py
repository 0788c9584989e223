"""The sample agreements: ten real papers as they were published, invented ones with "MẪU-" for every province, ward and twenty schools."""

from datetime import date

import pytest

from agreements import demo as samples
from agreements.models import Agreement, AgreementParty
from agreements.rules import Standing
from coordination import clocks, demo
from coordination.models import SYSTEM
from coordination.scope import reading_as
from tests.coordination.localities import settle_all
from tests.world import NOW, World

REAL = {
    "01/QCPH-BCA-BGDĐT": ("regulation", date(2026, 1, 10), "từ 10/01/2026, không ghi thời hạn", Standing.IN_FORCE),
    "02/CT-TTg": ("directive", date(2024, 1, 26), "từ 26/01/2024, không ghi thời hạn", Standing.IN_FORCE),
    "03/CT-TTg": ("directive", date(2026, 1, 30), "từ 30/01/2026, không ghi thời hạn", Standing.IN_FORCE),
    "256/KH-SGDĐT": ("plan", date(2024, 3, 6), "từ 06/03/2024, không ghi thời hạn", Standing.IN_FORCE),
    "688/KHPH-CAHP-SGDĐT": ("joint_plan", date(2024, 3, 18), "từ 18/03/2024, không ghi thời hạn", Standing.IN_FORCE),
    "1002/KHPH-CATP-SGDĐT": ("joint_plan", date(2024, 4, 10), "2024–2030", Standing.IN_FORCE),
}


@pytest.fixture
def loaded(world: World) -> World:
    """All localities in place of the one ward, with the sample agreements."""
    settle_all()
    with reading_as(SYSTEM), clocks.set_to(NOW):
        samples.load()
    world.see_all()
    return world


def every() -> list[Agreement]:
    return list(Agreement.objects.visible_to(SYSTEM).select_related("issuer", "unit", "parent").order_by("pk"))


def test_the_sample_agreements_are_those_of_the_seeds_and_the_invented_ones(loaded: World) -> None:
    with clocks.set_to(NOW):
        real = [each for each in every() if not each.number.startswith("MẪU-")]
        numbered = {each.number_words: (each.kind, each.signed_on, each.term_words, each.standing) for each in real if each.number}
        others = {(each.kind, each.number_words, each.signed_on, each.term_words, each.standing) for each in real if not each.number}
    assert numbered == REAL
    assert others == {
        ("regulation", "Không số", date(2011, 4, 13), "2010–2015", Standing.EXPIRED),
        ("model", "Không số", date(2020, 12, 3), "từ 03/12/2020, không ghi thời hạn", Standing.IN_FORCE),
        ("regulation", "Chưa có số", None, "chưa ghi thời hạn", Standing.DRAFT),
        ("letter", "Chưa có số (…/SGDĐT-VP)", None, "2024", Standing.DRAFT),
    }
    assert len(real) == 10
    invented(every())


def invented(rows: list[Agreement]) -> None:
    """One regulation per province for 2026–2031, one programme per ward for 2026, twenty with schools, three of them ending soon."""
    drawn = [each for each in rows if each.number.startswith("MẪU-")]
    by_kind = {kind: [each for each in drawn if each.symbol == kind] for kind in ("QCPH-SGDĐT-CA", "CTPH-UBND-CA", "CTPH-UBND-CSGD")}
    assert {kind: len(found) for kind, found in by_kind.items()} == {"QCPH-SGDĐT-CA": 4, "CTPH-UBND-CA": 19, "CTPH-UBND-CSGD": 20}
    assert {each.term_words for each in by_kind["QCPH-SGDĐT-CA"]} == {"2026–2031"} and {each.term_words for each in by_kind["CTPH-UBND-CA"]} == {"2026"}
    assert sorted(each.standing_on(NOW.date()) for each in by_kind["CTPH-UBND-CSGD"]) == sorted([Standing.EXPIRING] * 3 + [Standing.IN_FORCE] * 17)
    assert all("(mẫu)" in each.title for each in drawn)
    assert {each.parent.symbol for each in by_kind["CTPH-UBND-CSGD"]} == {"CTPH-UBND-CA"}
    assert {each.parent.parent.number_words for each in by_kind["CTPH-UBND-CA"]} == {"01/QCPH-BCA-BGDĐT"}


def test_six_institutions_of_two_wards_have_no_programme_on_purpose(loaded: World) -> None:
    wards = [row for row in demo.institutions() if row["unit"] in samples.WARDS_OF_PROGRAMMES]
    rows = AgreementParty.objects.visible_to(SYSTEM).filter(agreement__symbol="CTPH-UBND-CSGD", body__kind="school")
    named = set(rows.values_list("body__name", flat=True))
    assert len(wards) == 26
    assert {row["code"] for row in wards if row["name"] not in named} == samples.WITHOUT


def test_the_model_of_du_hang_names_its_heir(loaded: World) -> None:
    with clocks.set_to(NOW):
        model = next(each for each in every() if each.kind == "model")
        page = loaded.client("vhxh.lechan").get(model.get_absolute_url()).content.decode()
    assert "nay: BCĐ 138 phường Lê Chân" in page and "cần xác lập lại" in page


def test_in_the_ward_alone_only_its_own_papers_are_loaded(world: World) -> None:
    with reading_as(SYSTEM), clocks.set_to(NOW):
        samples.load()
    world.see_all()
    assert sorted({each.symbol for each in every()}) == ["CTPH-UBND-CA", "CTPH-UBND-CSGD", "QCPH-SGDĐT-CA"]
    assert len(every()) == 11


def test_the_same_day_loads_the_same(loaded: World) -> None:
    first = [(each.title, each.number_words, each.ends_on, each.parties) for each in every()]
    assert len(first) == 53
    assert len({title for title, *_rest in first}) == 53
