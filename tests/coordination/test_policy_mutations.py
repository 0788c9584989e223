"""Every cell of the policy is held by a test: flipped one at a time, each is noticed (security.md 3.2)."""

import io

import pytest
from django.core.management import call_command

from coordination import policy
from coordination.management.commands import policy as command


def said(act: str) -> list[str]:
    """The lines of the command."""
    out = io.StringIO()
    call_command("policy", act, stdout=out)
    return out.getvalue().splitlines()


def test_no_flipped_cell_goes_unnoticed() -> None:
    before = dict(policy.TABLE), dict(policy.STEP_UP), dict(policy.SEALED_READS)
    last = said("mutate")[-1]
    cells = (len(command.COLUMNS) + 2) * len(policy.GRANTS)
    assert last == f"cells={cells} flips={cells + len(policy.STEP_UP) + len(policy.SEALED_READS)} survivors=0"
    assert (policy.TABLE, policy.STEP_UP, policy.SEALED_READS) == before


def test_a_flip_that_nobody_looks_at_survives() -> None:
    """A granted cell and an empty one; the check that sees neither is what the command looks for."""
    tried = list(command.flips())
    emptied = next(flip for flip in tried if flip.words == "principal incident.file: emptied")
    given = next(flip for flip in tried if flip.words == "clerk incident.file: given any")
    blind, sharp = [lambda: None], command.checks_of(command.CHECKS)
    assert emptied.survives(blind) and given.survives(blind)
    assert not emptied.survives(sharp) and not given.survives(sharp)


def test_tests_that_fail_already_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.TABLE, ("clerk", "incident.file"), frozenset({"any"}))
    with pytest.raises(SystemExit, match="before anything is flipped"):
        said("mutate")


def test_the_widest_grant_of_a_column_has_no_limit_or_the_most_relations() -> None:
    assert command.widest("principal") == {"any"}
    assert command.widest(policy.SERVICE) == {"any"}


def test_the_table_is_shown_for_its_review() -> None:
    heading, *rows = (line.split("\t") for line in said("show"))
    assert heading[2:-2] == command.COLUMNS
    assert [row[0] for row in rows] == list(policy.GRANTS)
    assert {len(row) for row in rows} == {len(heading)}
    assert next(row for row in rows if row[0] == "incident.file")[2:5] == ["any", "any", "-"]
