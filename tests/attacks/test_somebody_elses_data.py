"""What a person is given is his own: a number that two communes gave leads to nobody, and a request about one school to no other's case."""

from typing import Any

import pytest

from coordination.keeping import subject
from coordination.models import SYSTEM, Organisation, Unit
from coordination.scope import reading_as
from coordination.workflow import Refused
from incidents.models import Incident
from tests.coordination.test_keeping_requests import acknowledged
from tests.incidents.test_people import add
from tests.world import World


def prepare(world: World, request: Any, case: Incident, who: str = "guardian") -> Any:
    with world.acting(who) as actor:
        return subject.prepare(request, by=actor, part="vu-viec", code=case.spoken_code, who="HS-1")


def twins(world: World, one: str, other: str) -> tuple[Incident, Incident]:
    """Two cases of one managing body, each with an HS-1, to which two communes gave the same number."""
    first, second = world.file(one), world.file(other)
    add(world, first, one)
    add(world, second, other)
    with reading_as(SYSTEM):
        elsewhere = Unit.objects.filter(parent=first.commune.parent).exclude(pk=first.commune_id).first()
        Incident.objects.visible_to(SYSTEM).filter(pk=second.pk).update(spoken_code=first.spoken_code, commune=elsewhere)
    return first, second


def test_a_number_that_two_communes_gave_leads_to_nobody(world: World) -> None:
    case, _other = twins(world, "thpt_principal", "thpt_principal")
    with pytest.raises(Refused):
        prepare(world, acknowledged(world, school=None), case, "treem.so.bk")


def test_unless_the_request_names_the_school(world: World) -> None:
    case, _other = twins(world, "principal", "other_principal")
    request = acknowledged(world)
    with world.acting("guardian"):
        assert request.school == Organisation.objects.get(pk=case.school_id)
    assert prepare(world, request, case).about_id == case.pk


def test_a_request_about_one_school_opens_no_case_of_another(world: World) -> None:
    other = world.file("other_principal")
    add(world, other, "other_principal")
    with pytest.raises(Refused):
        prepare(world, acknowledged(world), other)
