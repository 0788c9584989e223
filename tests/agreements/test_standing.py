"""How an agreement stands on a day is computed: at its edges, for any dates, and alike in Python and in the database."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.models import Agreement, stands
from agreements.rules import SOON, Standing, standing
from agreements.workflow import AgreementStatus
from coordination.models import SYSTEM
from tests.agreements.papers import drafted
from tests.world import World

DAY = timedelta(days=1)
START, END = date(2026, 1, 1), date(2026, 12, 31)
YEAR = {"status": "signed", "starts_on": START, "ends_on": END, "ended_on": None}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (START - DAY, Standing.NOT_YET),
        (START, Standing.IN_FORCE),
        (END - SOON - DAY, Standing.IN_FORCE),
        (END - SOON, Standing.EXPIRING),
        (END, Standing.EXPIRING),
        (END + DAY, Standing.EXPIRED),
    ],
)
def test_a_term_at_its_edges(day: date, expected: Standing) -> None:
    assert standing(day, **YEAR) == expected


def test_a_paper_without_a_last_day_stays_in_force() -> None:
    assert standing(date(2099, 1, 1), **YEAR | {"ends_on": None}) == Standing.IN_FORCE


def test_a_decision_ends_it_on_its_day_and_not_before() -> None:
    ended = YEAR | {"status": "terminated", "ended_on": date(2026, 6, 1)}
    assert [standing(day, **ended) for day in (date(2026, 2, 1), date(2026, 5, 31), date(2026, 6, 1))] == [Standing.IN_FORCE, Standing.EXPIRING, Standing.EXPIRED]


def test_a_successor_takes_its_place_on_its_day_and_not_before() -> None:
    replaced = YEAR | {"status": "replaced", "ended_on": date(2026, 6, 1)}
    assert [standing(day, **replaced) for day in (date(2026, 5, 31), date(2026, 6, 1), date(2030, 1, 1))] == [Standing.EXPIRING, Standing.REPLACED, Standing.REPLACED]


def test_a_draft_is_a_draft_whatever_its_term() -> None:
    assert standing(END + DAY, **YEAR | {"status": "draft"}) == standing(END, status="draft", starts_on=None, ends_on=None, ended_on=None) == Standing.DRAFT


def test_a_term_that_began_before_the_signing_counts() -> None:
    """Quận 1: signed 13/04/2011 for 2010–2015."""
    term = {"status": "signed", "starts_on": date(2010, 1, 1), "ends_on": date(2015, 12, 31), "ended_on": None}
    assert standing(date(2011, 4, 13), **term) == Standing.IN_FORCE
    assert standing(date(2026, 11, 20), **term) == Standing.EXPIRED


DAYS = st.dates(date(2010, 1, 1), date(2032, 1, 1))


@st.composite
def papers(draw: st.DrawFn) -> dict[str, object]:
    """A paper as the database allows it."""
    status = draw(st.sampled_from(["signed", "terminated", "replaced"]))
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | DAYS.filter(lambda day: day > starts_on))
    return {"status": status, "starts_on": starts_on, "ends_on": ends_on, "ended_on": None if status == "signed" else draw(DAYS)}


@given(papers(), DAYS)
def test_it_goes_one_way_through_its_life(paper: dict[str, object], day: date) -> None:
    order = [Standing.NOT_YET, Standing.IN_FORCE, Standing.EXPIRING, Standing.EXPIRED, Standing.REPLACED]
    assert order.index(standing(day, **paper)) <= order.index(standing(day + DAY, **paper))


@pytest.fixture
def one(world: World) -> Agreement:
    """A row to dress in any dates."""
    agreement = drafted(world, symbol="")
    world.see_all()
    return agreement


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_answers_as_the_function_does(one: Agreement, data: st.DataObject) -> None:
    paper, day = data.draw(papers()), data.draw(DAYS)
    row = Agreement.objects.visible_to(SYSTEM).filter(pk=one.pk)
    row.update(signed_on=date(2010, 1, 1), replaced_by=one.pk if paper["status"] == "replaced" else None, **paper)
    assert [wanted for wanted in Standing if row.filter(stands(wanted, day)).exists()] == [standing(day, **paper)]


def test_a_draft_is_found_as_a_draft(one: Agreement) -> None:
    row = Agreement.objects.visible_to(SYSTEM).filter(pk=one.pk)
    assert [wanted for wanted in Standing if row.filter(stands(wanted, END)).exists()] == [Standing.DRAFT]
    assert one.status == AgreementStatus.DRAFT
