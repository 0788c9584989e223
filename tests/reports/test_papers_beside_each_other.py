"""Two papers side by side: what the paper of a commune (or of a former district) and that of its province give away together."""

import random
from collections.abc import Iterator, Sequence

import pytest

from coordination.models import Unit
from incidents.figures import PERSONS, PLACES, WORDS
from reports import families, papers
from reports.papers import education, police
from reports.protection import HIDDEN, Hidden, hide, is_small
from tests.reports.auditor import shares, solved
from tests.reports.test_small_counts import equations_of, every_part_is_nothing, members_of_kinds, members_of_offences, random_figures

PAPERS = 120
TABLES = 1500


def with_the_rest(dice: random.Random, part: dict) -> dict:
    """The figures of a province of which these are one part: every kind happened elsewhere too, or did not."""
    lines = []
    for line in part["lines"]:
        more = {name: dice.choice((0, 0, 1, 3, 9)) for name in ("victims_under_16", "injured", "deaths", "last_year", *PLACES)}
        girls, boys = dice.choice((0, 1, 4, 8)), dice.choice((0, 2, 6))
        more |= {"cases": sum(more[name] for name in PLACES), "pupils": girls + boys, "pupils_female": girls, "missing": 0}
        lines.append(line | {"numbers": {name: line["numbers"][name] + more[name] for name in line["numbers"]}})
    return part | {"lines": lines, "totals": {name: sum(line["numbers"][name] for line in lines) for name in WORDS}}


@pytest.mark.parametrize(("level", "around"), [("commune", "province"), ("district", "province"), ("commune", "district")])
def test_sums_and_differences_of_both_papers_solve_no_count_of_persons(level: str, around: str) -> None:
    dice = random.Random(level + around)
    for _pair in range(PAPERS):
        figures = random_figures(dice)
        around_it = with_the_rest(dice, figures) | {"told_below": families.told_by([figures["lines"]])}
        small, large = papers.Shown(figures, Unit(level=level)), papers.Shown(around_it, Unit(level=around))
        cells = [(column, kind) for column in PERSONS for kind in range(len(small.lines))]
        unknown = {cell: place for place, cell in enumerate(cells)}
        equations = said_by(small, unknown, len(cells), rest=False) + said_by(large, unknown, len(cells), rest=True)
        equations += [single for equation in equations if not equation[-1] for single in every_part_is_nothing(equation)]
        known = solved(2 * len(cells), equations)
        given_away = {cell for cell, place in unknown.items() if small.cell(*cell) == HIDDEN and place in known and is_small(small.lines[cell[1]]["numbers"][cell[0]])}
        assert not given_away


def said_by(shown: papers.Shown, unknown: dict[tuple[str, int], int], many: int, *, rest: bool) -> list[list[int]]:
    """The equations of one paper in both versions; of the larger area every cell is the part and the rest."""
    found = []
    for table, members in ((education.kinds_table(shown), members_of_kinds(shown)), (police.offences_table(shown), members_of_offences(shown))):
        for *factors, right in equations_of(table, shown, members, list(PERSONS), unknown):
            found.append([*factors, *(factors if rest else [0] * many), right])
    return found


# Whole numbers


def sums_of(values: Sequence[int], hidden: Hidden) -> int | None:
    """What the hidden rows hold together, where the total is shown."""
    return None if hidden.total else sum(values[place] for place in hidden.rows)


def possible(parts: Sequence[int], wholes: Sequence[int], of_part: Hidden, of_whole: Hidden) -> dict[int, set[int]]:
    """Each hidden cell of the part, and every whole number that fits both papers: at least one, at most the whole, sums kept."""
    if not of_part.rows:
        return {}
    places, together, around = sorted(of_part.rows), sums_of(parts, of_part), sums_of(wholes, of_whole)
    found: dict[int, set[int]] = {place: set() for place in places}
    for guess in guesses(len(places), together, max(wholes)):
        guessed = dict(zip(places, guess, strict=True))
        least = {place: max(1, guessed.get(place, parts[place])) for place in of_whole.rows}
        fits = all(value <= wholes[place] for place, value in guessed.items() if place not in of_whole.rows)
        if fits and (around is None or sum(least.values()) <= around):
            for place, value in guessed.items():
                found[place].add(value)
    return found


def guesses(many: int, together: int | None, most: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill the hidden cells."""
    totals = [together] if together is not None else range(many, 2 * most + many)
    for total in totals:
        for share in shares(total - many, many):
            yield tuple(value + 1 for value in share)


def areas(dice: random.Random) -> tuple[list[int], list[int]]:
    """One column of a commune and of its province."""
    parts = [dice.choice((0, 1, 1, 2, 3, 4, 5, 7)) for _kind in range(dice.randint(1, 4))]
    return parts, [part + dice.choice((0, 0, 1, 3, 6)) for part in parts]


def test_whole_numbers_give_no_count_of_persons_away() -> None:
    dice, looked_at = random.Random(11), 0
    for _table in range(TABLES):
        parts, wholes = areas(dice)
        of_part = hide([[value] for value in parts])
        of_whole = hide([[value] for value in wholes], [0 if place in of_part.rows else value for place, value in enumerate(parts)])
        for place, values in possible(parts, wholes, of_part, of_whole).items():
            looked_at += 1
            assert len(values) > 1 or not is_small(parts[place]), (parts, wholes, place)
    assert looked_at > TABLES


def test_a_kind_that_is_not_rare_in_the_province_stays_hidden_though_the_province_prints_its_cases() -> None:
    """The province prints cases by kind in the open (ground 32): what it shows as 5 or more tells no commune's number."""
    dice, rare = random.Random(12), 0
    for _table in range(TABLES):
        parts, wholes = areas(dice)
        of_part = hide([[value] for value in parts])
        for place, values in possible(parts, wholes, of_part, Hidden(frozenset(), total=False)).items():
            if len(values) == 1 and is_small(parts[place]):
                rare += 1
                assert min(wholes[other] for other in of_part.rows) < 5, (parts, wholes, place)
    assert rare, "the one way that is left open, and that docs/decisions/0015 names"
