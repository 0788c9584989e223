"""Whoever is shown a sealed page leaves one line in the trail, also when the page comes as the answer to a form that was sent wrong on purpose."""

from typing import Any

import pytest

from coordination import audit, clocks
from coordination.models import SYSTEM, TrailLine
from coordination.scope import reading_as
from incidents.models import Person
from tests.incidents.test_people import add
from tests.world import NOW, SUMMARY, World

END = {"__end": "1"}


def readings_of(case: Any) -> int:
    """How many lines of the trail say that the case was read."""
    with reading_as(SYSTEM):
        return TrailLine.objects.filter(act=audit.READ, code=case.code).count()


@pytest.fixture
def person(world: World) -> Person:
    """A person of a case that the officer has received."""
    return add(world, world.received().incident)


def test_a_form_without_its_purpose_shows_no_case_that_the_trail_does_not_know_of(world: World, person: Person) -> None:
    client = world.client("officer")
    with clocks.set_to(NOW):
        answer = client.post(f"/nguoi-lien-quan/{person.uid}/mo/", END)
    assert answer.status_code == 422 and SUMMARY in answer.content.decode(), "the page of the case, with the form in its place"
    assert readings_of(person.incident) == 1
