"""Short ways to plan, hold and close a briefing of the sample ward."""

from datetime import date, datetime, timedelta
from typing import Any

from briefings import actions
from briefings.forms import value_of
from briefings.models import Briefing, Conclusion
from coordination.models import SYSTEM, Post
from coordination.scope import reading_as
from tests.world import NOW, World

MEETS_AT = NOW + timedelta(days=4)
DUE = date(2026, 12, 4)
PLAN = {"day": "24/11/2026", "hour": "09:00", "place": "Phòng họp tầng 2", "__end": "1"}


def owner(world: World, who: str) -> Post:
    """The post of somebody."""
    return world.actor(who).post


def planned(world: World, who: str = "culture", *, at: datetime = NOW, meets_at: datetime = MEETS_AT) -> Briefing:
    """A planned briefing of somebody's body."""
    with world.acting(who, at) as actor:
        chair = owner(world, "chief" if actor.is_police else "leader")
        return actions.plan(by=actor, answers={"meets_at": meets_at, "place": "Phòng họp tầng 2", "chair_post": chair, "secretary_post": actor.post})


def held(world: World, who: str = "culture", **when: Any) -> Briefing:
    """A briefing that has been opened."""
    briefing = planned(world, who, **when)
    with world.acting(who, MEETS_AT) as actor:
        return actions.hold(briefing, by=actor)


def agreed(world: World, briefing: Briefing, owed_by: str = "principal", who: str = "culture", **changes: Any) -> Conclusion:
    """One conclusion of an opened briefing."""
    with world.acting(who, MEETS_AT) as actor:
        values = {"text": "Gửi lịch trực cổng trường.", "owner_post": owner(world, owed_by), "due_on": DUE} | changes
        return actions.conclude(briefing, by=actor, **values)


def closed(world: World, owed_by: str = "principal", who: str = "culture", **changes: Any) -> Conclusion:
    """The one conclusion of a briefing that has ended."""
    briefing = held(world, who)
    conclusion = agreed(world, briefing, owed_by, who, **changes)
    with world.acting(who, MEETS_AT + timedelta(hours=2)) as actor:
        actions.close(briefing, by=actor)
    return conclusion


def fresh(briefing: Any) -> Any:
    """The row as it stands, seen by the test itself."""
    with reading_as(SYSTEM):
        return type(briefing).objects.visible_to(SYSTEM).get(pk=briefing.pk)


def said(world: World, **changes: str) -> dict[str, str]:
    """A conclusion as a browser sends it."""
    return {"text": "Gửi lịch trực cổng trường.", "owner_post": value_of(owner(world, "principal")), "due_on": "04/12/2026", "item": "", "__end": "1"} | changes
