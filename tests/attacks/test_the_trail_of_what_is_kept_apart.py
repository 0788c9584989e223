"""A glass and a request for names are lines of their case: they are among who saw it, and whoever is kept out of it finds none of them."""

from datetime import timedelta
from typing import Any

import pytest

from coordination import clocks
from coordination.models import SYSTEM, Appointment
from coordination.scope import reading_as
from coordination.trail import shown
from incidents import break_glass, endings, grants
from incidents.models import Incident
from tests.incidents.test_break_glass import WHY, broken, was_principal
from tests.world import NOW, World


@pytest.fixture
def case(world: World) -> Incident:
    """A case that the school keeps to itself."""
    return world.file(kind="tobacco", severity="s3", occurred_at=NOW - timedelta(days=2))


def asked_and_granted(world: World, case: Incident) -> Any:
    """The desk of the ward asks for the names, its focal point answers."""
    with world.acting("culture") as actor:
        request = grants.ask(case, by=actor, purpose="child", reason="Cần liên hệ gia đình của em.", days=1)
    with world.acting("guardian") as actor:
        return grants.grant(request, by=actor, days=1)


def test_who_saw_a_case_names_the_glass_and_the_grant(world: World, case: Incident) -> None:
    broken(world, "officer", case)
    asked_and_granted(world, case)
    with reading_as(SYSTEM):
        acts = [line.act for line in shown.who_saw(case.code)]
    assert {"break_glass", "request_identity", "grant"} <= set(acts)


def test_whoever_is_kept_out_finds_no_line_of_a_glass_or_of_its_review(world: World, case: Incident) -> None:
    was_principal(world, "chief")
    with world.acting("deputy") as deputy:
        endings.keep_out(case, by=deputy)
    with world.acting("officer") as officer:
        found = break_glass.find(officer, code=case.spoken_code, school=case.school.name)
        glass = break_glass.break_glass(found, by=officer, cause="missing", reason=WHY, paper="Sổ trực số 12")
        reviewer = Appointment.objects.with_post().get(post=glass.reviewer)
    with clocks.set_to(NOW), reading_as(reviewer):
        break_glass.review(glass, by=reviewer, verdict="right", note="Đã đối chiếu sổ trực.")
    with world.acting("chief"):
        assert [line for line in shown.lines(own=False, most=200) if line.about_model == "incidents.breakglass"] == []
    with reading_as(reviewer):
        assert [line.act for line in shown.lines(own=False, most=200) if line.about_model == "incidents.breakglass"] == ["review", "break_glass"]
