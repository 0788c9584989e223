"""Which numbers of Appendix I hang together, and which of them a paper hides: decided once, for every version and for areas within areas."""

from typing import Any

from incidents.figures import PLACES
from reports.protection import NOTHING, Hidden, hide

CASES = "cases"
PERSONS = ("pupils", "victims_under_16", "injured", "deaths")
OF_COLUMN = {"pupils_female": "pupils"} | {name: name for name in PERSONS}

Lines = list[dict[str, Any]]


def row(family: str, numbers: dict[str, int]) -> list[int]:
    """Every number a row tells in a family, the sum first; boys are implied by pupils and girls."""
    if family == "pupils":
        return [numbers["pupils"], numbers["pupils_female"], numbers["pupils"] - numbers["pupils_female"]]
    if family == CASES:
        return [numbers["cases"] + numbers["last_year"], numbers["cases"], *(numbers[name] for name in PLACES), numbers["last_year"]]
    return [numbers[family]]


def hidden(lines: Lines, told: dict[str, dict[str, int]], *, cases_too: bool) -> dict[str, Hidden]:
    """What is hidden in each family; cases are printed in the open for a province alone (ground.md 32)."""
    found = {CASES: NOTHING}
    for family in (*PERSONS, *((CASES,) if cases_too else ())):
        known = told.get(family, {})
        found[family] = hide([row(family, line["numbers"]) for line in lines], [known.get(line["key"], 0) for line in lines])
    return found


def told_by(parts: list[Lines]) -> dict[str, dict[str, int]]:
    """The most that the paper of one of these smaller areas shows of each row: a reader may have it beside the larger one."""
    told: dict[str, dict[str, int]] = {family: {} for family in (*PERSONS, CASES)}
    for lines in parts:
        for family, shown in hidden(lines, {}, cases_too=True).items():
            for place, line in enumerate(lines):
                if place not in shown.rows:
                    told[family][line["key"]] = max(told[family].get(line["key"], 0), row(family, line["numbers"])[0])
    return {family: {key: value for key, value in rows.items() if value} for family, rows in told.items()}
