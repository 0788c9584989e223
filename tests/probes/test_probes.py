"""No probe brings back what is another's, tells that a hidden thing exists, writes while looking, or breaks (security.md 2.4 rows 1 to 3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from coordination import access, clocks
from coordination.models import SYSTEM, Role, SpokenCounter
from coordination.models.people import POLICE_ROLES, SCHOOL_ROLES
from coordination.scope import reading_as
from incidents.models import Incident
from incidents.views import cases
from tests.probes.probing import Probe, Prober, Tally, probes, some_of_them
from tests.probes.standing import RELATIONS, Standing

SIDES = sorted(SCHOOL_ROLES | POLICE_ROLES)
LIST = Probe("own", Role.PRINCIPAL, "incidents:list", "GET")
THEIRS = Probe("other area", Role.PRINCIPAL, "incidents:detail", "GET")


def test_every_route_for_schools_and_police_and_an_eighth_of_the_rest(stage: Standing, record_property: Callable[[str, object], None]) -> None:
    tally = Prober(stage).run(some_of_them(SIDES))
    record_property("last_line", str(tally))
    assert (tally.leaks, tally.differences) == ([], [])


def test_there_are_enough_of_them_in_every_relation() -> None:
    every = list(probes())
    assert len(every) >= 40_000
    assert len(set(every)) == len(every)
    assert {probe.relation for probe in every} == set(RELATIONS)
    assert len(RELATIONS) == 9


# A probe that cannot fail proves nothing: each fault is planted, and counted


def with_fault(stage: Standing, probe: Probe) -> Tally:
    """One probe of its own."""
    return Prober(stage).run([probe])


def test_what_is_another_s_is_found_on_a_page(stage: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not with_fault(stage, LIST).leaks
    with reading_as(SYSTEM):
        stage.far.flaggable.refresh_from_db()
        words = stage.far.flaggable.summary
    whole = cases.row_of
    monkeypatch.setattr(cases, "row_of", lambda incident: whole(incident) | {"quiet": words})
    tally = with_fault(stage, LIST)
    assert len(tally.leaks) == 1
    assert "far story (incidents.Incident" in tally.leaks[0]


@pytest.mark.parametrize("header", ["Location", "Content-Disposition"])
def test_what_is_another_s_is_found_in_a_header(stage: Standing, monkeypatch: pytest.MonkeyPatch, header: str) -> None:
    monkeypatch.setattr(cases, "render", lambda *args: HttpResponse(headers={header: f"/vu-viec/{stage.far.flaggable.code}/"}))
    assert len(with_fault(stage, LIST).leaks) == 1


def test_one_s_own_sealed_words_are_found_where_the_role_does_not_read_them(stage: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    masked = Probe("own", Role.COMMUNE_EDUCATION, "incidents:detail", "GET")
    assert not with_fault(stage, masked).leaks
    monkeypatch.setattr(cases.casefile, "may_read", lambda incident, actor: True)
    monkeypatch.setattr(cases.casefile.policy, "can", lambda actor, act, thing=None: True)
    assert any(" ward story " in leak for leak in with_fault(stage, masked).leaks)


def test_a_page_that_writes_is_found(stage: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not with_fault(stage, LIST).differences
    whole = cases.row_of

    def counting(incident: Incident) -> dict[str, Any]:
        SpokenCounter.next_code(incident.jurisdiction, clocks.today().year)
        return whole(incident)

    monkeypatch.setattr(cases, "row_of", counting)
    assert ["wrote" in difference for difference in with_fault(stage, LIST).differences] == [True]


def test_a_page_that_breaks_is_found(stage: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "row_of", lambda incident: {}["quiet"])
    assert len(with_fault(stage, LIST).differences) == 1


def test_saying_that_a_hidden_thing_exists_is_found(stage: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two walls taken down: it is found by its code, and refused otherwise than what does not exist."""
    assert not with_fault(stage, THEIRS).differences
    monkeypatch.setattr(access, "reading_as", lambda actor: reading_as(SYSTEM))
    monkeypatch.setattr(type(Incident.objects.all()), "visible_to", lambda rows, actor: rows.unscoped("a wall taken down"))
    assert len(with_fault(stage, THEIRS).differences) == 1
