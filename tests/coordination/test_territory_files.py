"""The files of dated units keep the rules written beside them (coordination/data/territory/README.md)."""

import unicodedata
from collections import Counter, defaultdict

import pytest

from coordination.models.territory import Kind
from coordination.territory.loading import rows

FIRST, LAST = "0000", "9999"
UNITS = list(rows("units"))
LINKS = list(rows("successions"))
SOURCES = {row["source"]: row["text"] for row in rows("sources")}
BY_IDENTITY = {(unit["code"], unit["valid_from"]): unit for unit in UNITS}
BY_CODE = defaultdict(list)
for _unit in UNITS:
    BY_CODE[_unit["code"]].append(_unit)


def life(unit: dict[str, str]) -> tuple[str, str]:
    return unit["valid_from"] or FIRST, unit["valid_to"] or LAST


def in_force(day: str) -> list[dict[str, str]]:
    return [unit for unit in UNITS if life(unit)[0] <= day < life(unit)[1]]


@pytest.mark.parametrize(
    ("day", "provinces", "cities", "communes", "wards", "zones"),
    [
        ("2025-07-01", 28, 6, 2621, 687, 13),
        ("2026-04-29", 28, 6, 2621, 687, 13),
        ("2026-04-30", 27, 7, 2611, 697, 13),
        ("2026-09-01", 26, 8, 2611, 697, 13),
        ("2026-09-20", 25, 9, 2599, 709, 13),
        ("2026-11-22", 25, 9, 2599, 709, 13),
    ],
)
def test_units_are_as_many_as_the_law_made(day: str, provinces: int, cities: int, communes: int, wards: int, zones: int) -> None:
    counted = Counter(unit["kind"] for unit in in_force(day))
    assert counted == {"tinh": provinces, "thanh_pho": cities, "xa": communes, "phuong": wards, "dac_khu": zones}


def test_before_july_2025_there_were_63_provinces_and_696_districts() -> None:
    assert Counter(len(unit["code"]) for unit in in_force("2025-06-30")) == {2: 63, 3: 696, 5: 10035}


@pytest.mark.parametrize(
    ("province", "kinds"),
    [
        ("92", {"phuong": 31, "xa": 72}),
        ("79", {"phuong": 113, "xa": 54, "dac_khu": 1}),
        ("19", {"phuong": 15, "xa": 77}),
        ("31", {"phuong": 45, "xa": 67, "dac_khu": 2}),
        ("75", {"phuong": 33, "xa": 62}),
        ("24", {"phuong": 45, "xa": 54}),
    ],
)
def test_the_provinces_of_the_seeds_have_their_communes(province: str, kinds: dict[str, int]) -> None:
    assert Counter(unit["kind"] for unit in in_force("2026-11-22") if unit["parent"] == province) == kinds


def test_almost_every_code_of_today_was_another_extent_before() -> None:
    old = {unit["code"] for unit in in_force("2025-06-30") if len(unit["code"]) == 5}
    new = {unit["code"] for unit in in_force("2025-07-01") if len(unit["code"]) == 5}
    assert len(old & new) == 3316


def test_no_code_stands_for_two_units_on_one_day() -> None:
    for same in BY_CODE.values():
        lives = sorted(life(unit) for unit in same)
        assert all(before[1] <= after[0] for before, after in zip(lives, lives[1:], strict=False)), same


def test_a_parent_is_in_force_during_the_whole_life_of_its_children() -> None:
    def covering(unit: dict[str, str]) -> int:
        return sum(life(parent)[0] <= life(unit)[0] and life(unit)[1] <= life(parent)[1] for parent in BY_CODE[unit["parent"]])

    assert [unit for unit in UNITS if len(unit["code"]) > 2 and covering(unit) != 1] == []
    assert [unit for unit in UNITS if len(unit["code"]) == 2 and unit["parent"]] == []


def test_every_ended_unit_has_a_successor_and_every_dated_one_an_origin() -> None:
    ended = {identity for identity, unit in BY_IDENTITY.items() if unit["valid_to"]}
    begun = {identity for identity, unit in BY_IDENTITY.items() if unit["valid_from"]}
    assert {(link["old"], link["old_from"]) for link in LINKS} == ended
    assert {(link["new"], link["new_from"]) for link in LINKS} == begun


def test_a_succession_falls_where_the_old_ends_and_the_new_begins() -> None:
    for link in LINKS:
        assert BY_IDENTITY[link["old"], link["old_from"]]["valid_to"] == link["on"] == BY_IDENTITY[link["new"], link["new_from"]]["valid_from"]


def test_a_whole_unit_has_one_successor_and_a_split_commune_one_default() -> None:
    by_old = defaultdict(list)
    for link in LINKS:
        by_old[link["old"], link["old_from"]].append(link)
    for (code, _since), links in by_old.items():
        assert [link["whole"] for link in links] == (["1"] if len(links) == 1 else ["0"] * len(links))
        assert sum(link["default"] == "1" for link in links) == (0 if len(code) == 3 and len(links) > 1 else 1)


def test_names_are_composed_trimmed_and_of_a_known_kind_and_source() -> None:
    for unit in UNITS:
        assert unit["name"] == unicodedata.normalize("NFC", " ".join(unit["name"].split()))
        assert unit["kind"] in Kind.values
        assert unit["source"] in SOURCES


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Nguyễn Thị Minh Khai", {"Đức Xuân"}),
        ("Huyền Tụng", {"Đức Xuân"}),
        ("Sông Cầu", {"Bắc Kạn"}),
        ("Xuất Hóa", {"Bắc Kạn"}),
        ("Dương Quang", {"Phong Quang"}),
        ("Bến Nghé", {"Sài Gòn"}),
        ("Đa Kao", {"Sài Gòn", "Tân Định"}),
        ("Nguyễn Thái Bình", {"Sài Gòn", "Bến Thành"}),
        ("Cầu Ông Lãnh", {"Bến Thành", "Cầu Ông Lãnh"}),
        ("Cầu Kho", {"Cầu Ông Lãnh"}),
        ("Trần Nguyên Hãn", {"Lê Chân", "An Biên"}),
    ],
)
def test_the_wards_of_the_seeds_went_where_the_resolutions_say(old: str, new: set[str]) -> None:
    # Quận 1 (760), thành phố Bắc Kạn (058), quận Lê Chân (305): domain/organisations.md 5.
    codes = {unit["code"] for unit in in_force("2025-06-30") if unit["name"] == old and unit["parent"] in {"760", "058", "305"}}
    went = {(link["new"], link["new_from"]) for link in LINKS if link["old"] in codes and link["on"] == "2025-07-01"}
    assert {BY_IDENTITY[identity]["name"] for identity in went} == new
