"""Small counts cannot be computed back from what is printed: not within a family, not from both papers together."""

import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from coordination.models import Unit
from incidents.figures import PERSONS, PLACES, WORDS
from reports import papers, protection
from reports.papers import common, education, police
from reports.protection import HIDDEN
from tests.reports.auditor import recovered, solved

TABLES = 1000


def random_rows(dice: random.Random, columns: int) -> list[list[int]]:
    """A table such as a province has: many zeros, many small numbers, a few larger ones."""
    return [[dice.choice((0, 0, 0, 1, 1, 2, 3, 4, 5, 6)) for _column in range(columns)] for _row in range(dice.randint(1, 5))]


def families(columns: int, seed: int) -> Iterator[tuple[list[list[int]], protection.Hidden]]:
    """Random tables of base columns, hidden as families whose first number is their sum."""
    dice = random.Random(seed)
    for _table in range(TABLES):
        rows = random_rows(dice, columns)
        yield rows, protection.hide([[sum(row), *row] for row in rows])


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_an_attacker_recovers_nothing(columns: int) -> None:
    for rows, hidden in families(columns, seed=columns):
        if hidden.rows and not hidden.total:
            assert recovered(rows, sorted(hidden.rows)) == [], (rows, hidden)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_every_small_number_is_hidden_and_empty_rows_are_shown(columns: int) -> None:
    for rows, hidden in families(columns, seed=10 + columns):
        for place, row in enumerate(rows):
            small = any(map(protection.is_small, [sum(row), *row]))
            assert place in hidden.rows or not small
            assert place not in hidden.rows or sum(row)
        sums = [sum(column) for column in zip(*rows, strict=True)]
        assert hidden.total or not any(map(protection.is_small, [sum(sums), *sums])), rows


def test_the_attacker_is_worth_fearing() -> None:
    """Hiding only the small cells, as one does by hand, gives nearly every table away."""
    dice, given_away, attacked = random.Random(4), 0, 0
    for _table in range(200):
        rows = random_rows(dice, 1)
        small = [place for place, row in enumerate(rows) if protection.is_small(row[0])]
        if small:
            attacked += 1
            given_away += bool(recovered(rows, small))
    assert given_away > attacked / 3


def test_parts_beside_their_wholes_cannot_be_computed() -> None:
    dice = random.Random(7)
    for _table in range(TABLES):
        wholes = [dice.randint(0, 9) for _row in range(dice.randint(1, 4))]
        parts = [dice.randint(0, whole) for whole in wholes]
        hidden = protection.hide_parts(wholes, parts)
        assert all(place in hidden.rows for place, (whole, part) in enumerate(zip(wholes, parts, strict=True)) if 0 < part < 5 or 0 < whole - part < 5)
        if hidden.rows and not hidden.total:
            places = sorted(hidden.rows)
            remainder, room = sum(parts[place] for place in places), sum(wholes[place] for place in places)
            for place in places:
                lowest, highest = max(0, remainder - room + wholes[place]), min(wholes[place], remainder)
                assert lowest < highest, (wholes, parts)


# Both papers, whole


def random_figures(dice: random.Random) -> dict[str, Any]:
    """Lines of kinds in two groups and the restricted ones; some kinds are one offence for police."""
    lines = []
    for place in range(dice.randint(1, 7)):
        numbers = {name: dice.choice((0, 0, 1, 2, 3, 5, 7)) for name in (*PLACES, "last_year", "victims_under_16", "injured", "deaths")}
        girls, boys = dice.choice((0, 1, 2, 3, 6, 9)), dice.choice((0, 1, 2, 4, 5, 8))
        numbers |= {"cases": sum(numbers[name] for name in PLACES), "pupils": girls + boys, "pupils_female": girls, "missing": 0}
        lines.append({"key": f"k{place}", "group": "AB"[place % 2], "group_label": f"Nhóm {place % 2}", "label": f"Loại {place}", "police_label": f"Hành vi {place // 2}", "numbers": numbers})
    totals = {name: sum(line["numbers"][name] for line in lines) for name in WORDS}
    handled = {"at_school": 0, "with_police": totals["cases"]}
    return {"lines": lines, "totals": totals, "outcomes": {"reminded": 3, "": 2}, "handling": handled, "units": {}, "returns": [], "closed": True, "compared": True, "told_below": {}, "cluster": {}, "supplements": ""}


def equations_of(table: Any, shown: papers.Shown, members: list[list[int]], columns: list[str], unknown: dict[tuple[str, int], int]) -> list[list[int]]:
    """What one printed table says: each shown cell is a sum of kinds."""
    found = []
    places = {column: 2 + list(common.COLUMNS).index(column) for column in columns}
    for row, kinds in zip(table.rows, members, strict=True):
        for column in columns:
            value = row.cells[places[column]]
            if isinstance(value, int) and kinds:
                equation = [0] * (len(unknown) + 1)
                for kind in kinds:
                    equation[unknown[column, kind]] = 1
                equation[-1] = value
                found.append(equation)
    return found


def members_of_kinds(shown: papers.Shown) -> list[list[int]]:
    """The kinds behind each row of Appendix I of the education line."""
    rows = []
    for name, places in education.groups_of(shown.lines):
        rows += [places] * bool(name) + [[place] for place in places]
    return [*rows, list(range(len(shown.lines)))]


def members_of_offences(shown: papers.Shown) -> list[list[int]]:
    """The kinds behind each row of the police version."""
    rows: dict[str, list[int]] = {}
    for place, line in enumerate(shown.lines):
        rows.setdefault(line["police_label"], []).append(place)
    return [*rows.values(), list(range(len(shown.lines)))]


@pytest.mark.parametrize(("level", "columns"), [("province", [*PERSONS]), ("commune", [*PERSONS, "cases", *PLACES, "last_year"])])
def test_both_papers_together_give_no_hidden_cell_away(level: str, columns: list[str]) -> None:
    dice = random.Random(level)
    for _paper in range(200):
        shown = papers.Shown(random_figures(dice), Unit(level=level))
        unknown = {(column, kind): place for place, (column, kind) in enumerate((column, kind) for column in columns for kind in range(len(shown.lines)))}
        equations = equations_of(education.kinds_table(shown), shown, members_of_kinds(shown), columns, unknown)
        equations += equations_of(police.offences_table(shown), shown, members_of_offences(shown), columns, unknown)
        if "cases" in columns:
            equations += [cases_are_their_places(kind, unknown) for kind in range(len(shown.lines))]
        equations += [single for equation in equations if not equation[-1] for single in every_part_is_nothing(equation)]
        known = solved(len(unknown), equations)
        small = {(column, kind) for (column, kind) in unknown if 0 < shown.lines[kind]["numbers"][column] < 5}
        hidden = {(column, kind) for (column, kind) in unknown if shown.cell(column, kind) == HIDDEN}
        assert small <= hidden
        assert not {key for key in hidden if unknown[key] in known and shown.lines[key[1]]["numbers"][key[0]]}


def every_part_is_nothing(equation: list[int]) -> Iterator[list[int]]:
    """Counts are never negative: when a sum of them is zero, each of them is."""
    if min(equation) < 0:
        return
    for place, factor in enumerate(equation):
        if factor:
            yield [int(other == place) for other in range(len(equation) - 1)] + [0]


def cases_are_their_places(kind: int, unknown: dict[tuple[str, int], int]) -> list[int]:
    """What everybody knows: the places of a row add up to its cases."""
    equation = [0] * (len(unknown) + 1)
    equation[unknown["cases", kind]] = -1
    for name in PLACES:
        equation[unknown[name, kind]] = 1
    return equation


def test_a_province_prints_its_cases_by_kind() -> None:
    shown = papers.Shown(random_figures(random.Random(1)), Unit(level="province"))
    assert [shown.cell("cases", place) for place in range(len(shown.lines))] == [line["numbers"]["cases"] for line in shown.lines]


def test_sentences_say_no_hidden_number() -> None:
    figures = random_figures(random.Random(2))
    for line in figures["lines"]:
        line["numbers"] |= {"cases": 1, "in_school": 1, "gate": 0, "elsewhere": 0, "online": 0, "last_year": 0, "pupils": 1, "pupils_female": 0}
    figures["totals"] |= {"cases": 3, "last_year": 0, "pupils": 3, "pupils_female": 0}
    shown = papers.Shown(figures | {"lines": figures["lines"][:3], "compared": False}, Unit(level="commune"))
    words = common.cases_words(SimpleNamespace(), shown)
    assert words == "Trong kỳ ghi nhận một số vụ việc liên quan đến một số học sinh; cùng kỳ năm trước không có số liệu trên hệ thống."
