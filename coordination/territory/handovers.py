"""Handover of a territory: schools pass to the bodies of another unit, and with them what is open; the place of what happened stays (ground.md 13)."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from coordination import audit, clocks, notices, policy
from coordination.models import SYSTEM, Duty, Location, Organisation, Post, School, Unit, UnitSuccession
from coordination.models.duties import DutyStatus
from coordination.models.handovers import Handover
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.scope import beyond_the_reader
from coordination.territory.search import ways_to_the_day
from coordination.workflow import Stale


@dataclass(frozen=True)
class Order:
    """What a part is told: the handover, the schools that pass over, and for each body that answered until now the one that answers from now on."""

    handover: Handover
    schools: frozenset[int]
    bodies: dict[int, int]
    by: Any

    def follow(self, parties: Iterable[int]) -> list[int]:
        """A row's bodies with every replaced one replaced."""
        return sorted({self.bodies.get(body, body) for body in parties})

    def now(self, body: int) -> int:
        """Who answers instead of a body."""
        return self.bodies.get(body, body)


Part = Callable[[Order], dict[str, int]]
_parts: list[tuple[int, str, Part]] = []


def offer(order: int, name: str, part: Part) -> None:
    """Called by an app's ready(): how its own rows pass over; it says how many of each did."""
    _parts.append((order, name, part))


class NoSuccessor(Exception):
    """The unit that takes over has no People's Committee or no Sở in the register yet."""


# Recording


@transaction.atomic
def record(unit: Unit, targets: dict[int, Unit], *, on: date, reason: str, by: Any) -> list[Handover]:
    """Hand the schools (keys of their organisations) of a unit over, each to its target: one handover for each target.

    Raises Stale when one of them no longer stands in the unit: somebody was first. Raises NoSuccessor before anything is written.
    """
    if not policy.can(by, "handover.record"):
        raise PermissionDenied("handover.record")
    standing = set(Organisation.objects.select_for_update(no_key=True).filter(pk__in=targets, unit=unit, kind=OrganisationKind.SCHOOL).values_list("pk", flat=True))
    if standing != set(targets):
        raise Stale("a school was handed over before")
    chosen = {target.pk: target for target in targets.values()}
    for target in chosen.values():
        receiving_bodies(target)
    return [one(unit, target, [pk for pk, to in targets.items() if to.pk == target.pk], on=on, reason=reason, by=by) for _key, target in sorted(chosen.items())]


def one(unit: Unit, target: Unit, schools: list[int], *, on: date, reason: str, by: Any) -> Handover:
    """One pair of units. What is written reaches bodies that the reader is no party to, so the wall steps aside for it."""
    committee, department, police = receiving_bodies(target)
    rows = School.objects.filter(organisation__in=schools)
    bodies = replaced(unit, rows, {OrganisationKind.COMMUNE_PC: committee, OrganisationKind.COMMUNE_POLICE: police, OrganisationKind.DOET: department})
    departments = set(rows.values_list("department", flat=True)) | {department.pk}
    with beyond_the_reader("a handover changes the rows of bodies on both sides"):
        handover = Handover.objects.unscoped("a handover is written for both sides").create(
            from_unit=unit,
            to_unit=target,
            from_body=Organisation.objects.filter(kind=OrganisationKind.COMMUNE_PC, unit=unit).order_by("-pk").first(),
            to_body=committee,
            on=on,
            reason=reason,
            by=None if by.is_system else by,
            recorded_at=clocks.now(),
            schools=sorted(schools),
            parties=sorted({*departments, *bodies, *bodies.values(), committee.pk}),
        )
        carry_out(Order(handover, frozenset(schools), bodies, by))
    return handover


def carry_out(order: Order) -> None:
    """The schools, then each app's part; the counts, the line of the trail, the notices."""
    handover = order.handover
    moved = Counter(schools=move_schools(order))
    for _place, _name, part in sorted(_parts, key=lambda entry: entry[:2]):
        moved.update(part(order))
    handover.moved = dict(moved)
    handover.save(update_fields=["moved"])
    audit.record("hand_over", handover, by=order.by, before=handover.from_unit_id, after=handover.to_unit_id, **handover.moved)
    tell(order)


def receiving_bodies(target: Unit) -> tuple[Organisation, Organisation, Organisation | None]:
    """The committee, the Sở and the police of the unit that takes over. Two special zones have no police of their own."""
    today = clocks.today()
    committee = Organisation.objects.committee_of(target.pk, today)
    department = Organisation.objects.on(today).filter(kind=OrganisationKind.DOET, unit_id=target.province_id).first()
    if committee is None or department is None:
        raise NoSuccessor(target.full_name)
    return committee, department, Organisation.objects.police_of(target.pk, today)


def replaced(unit: Unit, schools: Any, successors: dict[str, Organisation | None]) -> dict[int, int]:
    """Every body that answered for these schools, with its successor of the same kind: the bodies of the old unit, and another province's Sở."""
    leaving = Q(unit=unit, kind__in=(OrganisationKind.COMMUNE_PC, OrganisationKind.COMMUNE_POLICE)) | Q(kind=OrganisationKind.DOET, pk__in=schools.values("department"))
    pairs = ((body.pk, successors[body.kind]) for body in Organisation.objects.filter(leaving))
    return {old: new.pk for old, new in pairs if new and new.pk != old}


def move_schools(order: Order) -> int:
    """The schools stand in the new unit from the day on and answer to its bodies; where they stood before stays recorded."""
    schools = list(School.objects.filter(organisation__in=order.schools).select_related("organisation").select_for_update(of=("self",), no_key=True))
    target = order.handover.to_unit
    for school in schools:
        school.managing_body_id, school.department_id = order.now(school.managing_body_id), order.now(school.department_id)
        school.organisation.unit, school.organisation.parent_id = target, order.now(school.organisation.parent_id)
    School.objects.bulk_update(schools, ["managing_body", "department"])
    Organisation.objects.bulk_update([school.organisation for school in schools], ["unit", "parent"])
    relocate(schools, order.handover.from_unit, target, order.handover.on)
    return len(schools)


def relocate(schools: list[School], unit: Unit, target: Unit, on: date) -> None:
    """The dated history: the old place ends on the day, the new one begins. A history that already tells of the new place is left as it is."""
    there = {place.school_id: place for place in Location.objects.filter(school__in=schools, ends_on=None)}
    begun = [school for school in schools if school.pk not in there]
    ended = [place for place in there.values() if place.unit_id != target.pk]
    for place in ended:
        place.ends_on = on
    Location.objects.bulk_update(ended, ["ends_on"])
    Location.objects.bulk_create([Location(school=school, unit=unit, ends_on=on) for school in begun])
    Location.objects.bulk_create([Location(school_id=key, unit=target, starts_on=on) for key in (*(school.pk for school in begun), *(place.school_id for place in ended))])


def move_duties(order: Order, about: str, keys: Iterable[int]) -> int:
    """Open duties about these things: what a replaced body owed is owed by the same post of its successor, by the same hour, and the new bodies see the clock run."""
    rows = Duty.objects.unscoped("the clocks pass over with what they are about").filter(about_model=about, about_id__in=list(keys), status=DutyStatus.OPEN)
    duties = list(rows.select_related("post__organisation").select_for_update(of=("self",)))
    owed = [duty for duty in duties if duty.body_id in order.bodies]
    for duty in duties:
        duty.parties = order.follow(duty.parties)
    for duty in owed:
        duty.body_id = order.bodies[duty.body_id]
        duty.post = counterpart(duty.post, duty.body_id)
    rows.bulk_update(duties, ["body", "post", "parties"])
    return len(owed)


def counterpart(post: Post, body_id: int) -> Post:
    """The post of the same role at the successor: at the body itself, or at the office that works for it; its desk's head where there is no such office."""
    body = Organisation.objects.get(pk=body_id)
    desk = Organisation.objects.desk_of(body)
    home = body if post.organisation.kind == body.kind else desk
    return Post.objects.get_or_create(organisation=home, role=post.role)[0] if home.kind == post.organisation.kind else Post.head_of(desk)


class Told:
    """What the bell of a body on either side says: two names of the map; its work list has already changed."""

    def __init__(self, handover: Handover) -> None:
        self.duty_words = handover.duty_words

    def get_absolute_url(self) -> str:
        return "/"


def tell(order: Order) -> None:
    """The desks on both sides."""
    for body in sorted({*order.bodies, *order.bodies.values()}):
        desk = Organisation.objects.desk_of(Organisation.objects.get(pk=body))
        notices.tell(Post.head_of(desk), NoticeKind.HANDED_OVER, Told(order.handover))


# Whole successions, recorded by SYSTEM


def whole_successions() -> int:
    """The loop's chore: units that ended and were replaced wholly by one successor are handed over, once; says how many.

    A succession waits until the successor's bodies stand in the register. A divided unit waits for a person.
    """
    done = 0
    for unit in ended_units():
        target, renamed = heir_of(unit)
        if target is not None:
            done += succeed(unit, target, renamed=renamed)
    return done


def ended_units() -> list[Unit]:
    """Units no longer in force in which a body of today still stands."""
    today = clocks.today()
    standing = Organisation.objects.on(today).filter(unit=OuterRef("pk"))
    return list(Unit.objects.filter(Exists(standing), valid_to__lte=today).order_by("valid_to", "pk"))


def heir_of(unit: Unit) -> tuple[Unit | None, bool]:
    """The unit of today that holds all of an ended one, and whether it is the same place under a new row: a new name, kind or province."""
    today, renamed = clocks.today(), True
    while unit.valid_to and unit.valid_to <= today:
        step = UnitSuccession.objects.filter(old=unit, on__lte=today, whole=True).select_related("new").first()
        if step is None:
            return None, False
        unit, renamed = step.new, renamed and not UnitSuccession.objects.filter(new=step.new).exclude(old=unit).exists()
    return unit, renamed


@transaction.atomic
def succeed(unit: Unit, target: Unit, *, renamed: bool) -> int:
    """One whole succession: the bodies go along when the place is the same, then the schools."""
    if renamed:
        there = Organisation.objects.on(clocks.today()).filter(unit=target).values("kind")
        Organisation.objects.on(clocks.today()).filter(unit=unit).exclude(kind=OrganisationKind.SCHOOL).exclude(kind__in=there).update(unit=target)
    schools = Organisation.objects.on(clocks.today()).filter(unit=unit, kind=OrganisationKind.SCHOOL).values_list("pk", flat=True)
    try:
        return len(record(unit, dict.fromkeys(schools, target), on=unit.valid_to, reason="", by=SYSTEM))
    except NoSuccessor:
        return 0


# Divided units, recorded by a person


def heirs_of(unit: Unit) -> tuple[list[Unit], Unit | None]:
    """The units of today that hold the land of an ended one, and the one that the map proposes when it proposes one."""
    ways = ways_to_the_day([unit.pk], clocks.today())
    found = Unit.objects.filter(pk__in={keys[-1] for keys, _sure in ways}).select_related("parent").order_by("full_name")
    proposed = {keys[-1] for keys, sure in ways if sure}
    heirs = list(found)
    return heirs, next((heir for heir in heirs if heir.pk in proposed), None)


def divided_in(province: int) -> list[Unit]:
    """Divided units in which schools still stand, with land in a province: what its Sở has to hand over. Four queries, however many wait."""
    schools = Organisation.objects.on(clocks.today()).filter(unit=OuterRef("pk"), kind=OrganisationKind.SCHOOL)
    ended = list(Unit.objects.filter(Exists(schools), valid_to__lte=clocks.today()).select_related("parent").order_by("full_name"))
    ways = [keys for keys, _sure in ways_to_the_day([unit.pk for unit in ended], clocks.today())]
    whole = set(UnitSuccession.objects.filter(whole=True, old__in={key for keys in ways for key in keys}).values_list("old", "new"))
    heirs = Unit.objects.in_bulk({keys[-1] for keys in ways})
    succeeded = {keys[0] for keys in ways if all(step in whole for step in pairwise(keys))}
    near = {keys[0] for keys in ways if heirs[keys[-1]].province_id == province}
    return [unit for unit in ended if unit.pk in near - succeeded]


def schools_in(unit: Unit) -> list[School]:
    """The schools that stand in a unit today."""
    standing = Organisation.objects.on(clocks.today()).filter(unit=unit)
    return list(School.objects.filter(organisation__in=standing).select_related("organisation", "managing_body").order_by("organisation__name"))
