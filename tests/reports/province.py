"""A province with several communes: bodies, schools and a quarter of cases thrown by dice through the ordinary actions."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from coordination import clocks
from coordination.models import SYSTEM, Organisation, OrganisationSymbol, Role, School, Unit
from coordination.models.organisations import OrganisationKind, SchoolType
from coordination.scope import reading_as
from incidents import referral_actions
from tests.access.stage import account, founded
from tests.reports.quarter import IN_TIME, Q3, Q4, expect, hand_in, happened
from tests.world import NOW, World

LAST_MINUTES = datetime(2026, 9, 14, 23, 50, tzinfo=clocks.ZONE)
FIRST_MINUTES = datetime(2026, 9, 15, 0, 10, tzinfo=clocks.ZONE)
KINDS = (
    ("weapon_possession", "s3"), ("school_violence_fight", "s2"), ("theft", "s2"), ("ecigarette", "s2"), ("gate_congestion", "s1"),
    ("public_disorder", "s2"), ("parent_disturbance", "s2"), ("drug_use", "s3"), ("child_sexual_abuse", "s4"),
)  # fmt: skip
PLACES = ("in_school", "gate", "route", "elsewhere", "online")
NEIGHBOURS = ("01843", "01849", "01864")


@dataclass
class Commune:
    """A commune with its accounts: one school of its own, one of the Sở."""

    unit: Unit
    office: str
    officer: str
    schools: list[str] = field(default_factory=list)


def communes(world: World) -> list[Commune]:
    """The sample ward and its neighbours, with bodies that the sample does not have."""
    ward = Commune(world.actor("culture").organisation.unit, "culture", "officer", ["principal", "other_principal", "thpt_principal"])
    with reading_as(SYSTEM):
        return [ward, *(neighbour(world, Unit.objects.on(NOW.date()).select_related("parent").get(level="commune", code=code)) for code in NEIGHBOURS)]


def neighbour(world: World, unit: Unit) -> Commune:
    """A commune with its committee, its office, its police and two schools."""
    department = world.actor("doet").organisation
    committee = founded(OrganisationKind.COMMUNE_PC, f"Ủy ban nhân dân {unit.in_sentence}", unit, initials=f"X{unit.code[-1]}")
    office = founded(OrganisationKind.CULTURE_SOCIETY_OFFICE, f"Phòng Văn hóa - Xã hội {unit.in_sentence}", unit, parent=committee)
    police = founded(OrganisationKind.COMMUNE_POLICE, f"Công an {unit.in_sentence}", unit, parent=world.actor("province_police").organisation.parent)
    OrganisationSymbol.objects.bulk_create(OrganisationSymbol(organisation=body, symbol=symbol) for body, symbol in ((committee, "UBND"), (police, "CAX")))
    made = Commune(unit, f"vhxh.{unit.code}", f"ca.{unit.code}")
    account(made.office, office, Role.COMMUNE_EDUCATION, "")
    account(made.officer, police, Role.COMMUNE_OFFICER, "")
    for number, (kind, managing) in enumerate(((SchoolType.LOWER_SECONDARY, committee), (SchoolType.UPPER_SECONDARY, department))):
        made.schools.append(school(unit, f"ht{number}.{unit.code}", kind, managing, department))
    return made


def school(unit: Unit, head: str, kind: str, managing: Organisation, department: Organisation) -> str:
    """An establishment and the account of its head."""
    organisation = founded(OrganisationKind.SCHOOL, f"Trường {head} (mẫu)", unit, parent=managing)
    School.objects.create(organisation=organisation, school_type=kind, managing_body=managing, department=department)
    account(head, organisation, Role.PRINCIPAL, "")
    return head


def a_quarter_of_cases(world: World, places: list[Commune], dice: random.Random, cases: int = 14) -> None:
    """For every commune cases of this quarter, of the last minutes and of the first minutes after it, and of a year before."""
    expect()
    for commune in places:
        for _case in range(cases):
            throw(world, commune, dice, Q3.begins + timedelta(minutes=dice.randrange(130_000)))
        for at in (LAST_MINUTES, FIRST_MINUTES, dice.choice((LAST_MINUTES, FIRST_MINUTES))):
            throw(world, commune, dice, at)
        for _case in range(2):
            throw(world, commune, dice, Q3.begins - timedelta(days=360 - dice.randrange(60)), full=False)
    for place in places:
        for who in place.schools[:2]:
            hand_in(world, who, at=IN_TIME + timedelta(days=dice.choice((0, 0, 9))))
    with clocks.set_to(NOW), reading_as(SYSTEM):
        expect(Q4, at=NOW)


def throw(world: World, commune: Commune, dice: random.Random, at: datetime, *, full: bool | None = None) -> None:
    """One case: its kind, its place, who was hurt, whether the school has told the whole, whether police have answered."""
    kind, severity = dice.choice(KINDS)
    full = dice.random() < 0.8 if full is None else full
    incident = happened(world, dice.choice(commune.schools), at=at, kind=kind, severity=severity, place_kind=dice.choice(PLACES), full=people(dice, at) if full else None)
    referral = world.referral(incident)
    if referral and dice.random() < 0.7:
        with world.acting(commune.officer, at + timedelta(minutes=30 + dice.randrange(400))) as officer:
            referral = referral_actions.receive(referral_actions.see(referral, by=officer), by=officer)
            if dice.random() < 0.6:
                referral_actions.answer(referral, by=officer, outcome=dice.choice(("reminded", "sanctioned", "no_violation")))


def people(dice: random.Random, at: datetime) -> dict[str, Any]:
    """The counts of a full report."""
    pupils = dice.choice((0, 1, 2, 3, 8, 12))
    return {
        "handling": dice.choice(("at_school", "counselling", "with_police", "ongoing")), "pupils": pupils, "pupils_female": dice.randint(0, pupils),
        "victims_under_16": dice.choice((0, 0, 1, 6)), "injured": dice.choice((0, 0, 1, 2)), "deaths": 0, "family_told_at": at,
    }  # fmt: skip
