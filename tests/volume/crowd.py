"""Made-up cases by the thousand: the same number gives the same rows; sealed text is sealed for its row, as the portal itself does.

Six of a hundred cases are of one school, six more of its ward, thirteen of its province, the rest of eight other provinces, over
five years: the pages of the sample accounts have something to page through, and most rows are none of their business.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections

from coordination import clocks, periods
from coordination.demo import COUNTED, FOUNDED
from coordination.models import SYSTEM, Appointment, Duty, Notice, Organisation, Post, Role, School, Unit, User
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind, SchoolType
from coordination.scope import reading_as
from incidents.models import FullReport, Incident, Kind, Referral
from reports.models import QUARTER, Return
from tests.world import NOW, SUMMARY, World

PROVINCES = ["01", "04", "22", "31", "48", "56", "79", "92"]
COMMUNES, SCHOOLS = 10, 5
YEARS, PERIODS = 5, 8
BATCH = 5_000
SHARES = [6, 6, 13, 75]  # of a hundred: the school, its ward, its province, the others


@dataclass(frozen=True)
class Place:
    """One school, its people and the police of its ward."""

    school: School
    author: Appointment
    police: Organisation
    head: Post
    desk: Post
    officer: Post

    @property
    def parties(self) -> list[int]:
        """The bodies of the education line."""
        return sorted({self.school.organisation_id, self.school.managing_body_id, self.school.department_id})


def write(rows: list[Any]) -> None:
    """Store rows of one model, a thousand at a time; they know their keys afterwards."""
    with reading_as(SYSTEM):
        type(rows[0])._default_manager.bulk_create(rows, batch_size=1000)


def a_body(kind: str, name: str, unit: Unit, parent: Organisation | None = None) -> Organisation:
    """One made-up body."""
    return Organisation.objects.create(kind=kind, name=name, unit=unit, parent=parent, valid_from=FOUNDED)


class Crowd:
    """Places, and cases in them; `grow(100_000)` makes as many as are missing."""

    def __init__(self) -> None:
        self.made = 0
        self.dice = random.Random(2026)
        self.kinds = list(Kind.objects.on(COUNTED).order_by("code"))
        sample = World().actor("principal").organisation.unit
        self.shares = [self.sample_places(sample), self.sample_places(sample)[1:], self.new_places(sample.parent), []]
        self.shares[0] = self.shares[0][:1]
        for province in Unit.objects.on(COUNTED).filter(level="province", code__in=PROVINCES).exclude(pk=sample.parent_id).order_by("code"):
            self.shares[3] += self.new_places(province)

    # Places

    def sample_places(self, ward: Unit) -> list[Place]:
        """The schools of the sample ward, that of the sample principal first."""
        principal = World().actor("principal")
        held = Appointment.objects.filter(post__role=Role.PRINCIPAL, post__organisation__unit=ward).select_related("post__organisation__school__managing_body")
        places = [self.place(each.post.organisation.school, each) for each in held.order_by("pk")]
        return sorted(places, key=lambda place: place.author.pk != principal.pk)

    def new_places(self, province: Unit) -> list[Place]:
        """Ten communes of a province with five schools each."""
        department = Organisation.objects.filter(kind=OrganisationKind.DOET, unit=province).first() or a_body(OrganisationKind.DOET, f"Sở thứ {province.code}", province)
        taken = Organisation.objects.filter(unit__isnull=False).values("unit")
        communes = Unit.objects.on(COUNTED).filter(parent=province).exclude(pk__in=taken).order_by("code")[:COMMUNES]
        return [place for commune in communes for place in self.commune_places(commune, department)]

    def commune_places(self, commune: Unit, department: Organisation) -> list[Place]:
        """One commune's committee, police and schools."""
        committee = a_body(OrganisationKind.COMMUNE_PC, f"UBND {commune.full_name}", commune)
        a_body(OrganisationKind.COMMUNE_POLICE, f"Công an {commune.full_name}", commune)
        return [self.new_school(f"Trường thứ {number} {commune.full_name}", commune, committee, department) for number in range(SCHOOLS)]

    def new_school(self, name: str, commune: Unit, committee: Organisation, department: Organisation) -> Place:
        """One school and its principal."""
        body = a_body(OrganisationKind.SCHOOL, name, commune, committee)
        school = School.objects.create(organisation=body, school_type=SchoolType.PRIMARY, managing_body=committee, department=department)
        user = User.objects.create(username=f"may.{body.pk}", password=make_password(None))
        return self.place(school, Appointment.objects.create(user=user, post=Post.head_of(body), starts_on=FOUNDED))

    def place(self, school: School, author: Appointment) -> Place:
        """A school with everybody who has to do with its cases."""
        unit = school.organisation.unit_id
        police = Organisation.objects.police_of(unit, COUNTED)
        desk = Post.head_of(Organisation.objects.desk_of(school.managing_body))
        return Place(school, author, police, author.post, desk, Post.head_of(police))

    # Cases

    def grow(self, size: int) -> None:
        """As many cases as are missing, with what hangs on them; then the planner is told."""
        while self.made < size:
            many = min(BATCH, size - self.made)
            cases = [self.case(self.made + number, self.place_of()) for number in range(many)]
            write([case.incident for case in cases])
            write([case.refer() for case in cases if case.is_sent])
            write([duty for case in cases for duty in case.duties()])
            write([case.report() for case in cases if case.is_reported])
            write([notice for case in cases for notice in case.notices()])
            self.made += many
        analyse()

    def place_of(self) -> Place:
        """Where the next case happens."""
        return self.dice.choice(self.dice.choices(self.shares, SHARES)[0])

    def case(self, number: int, place: Place) -> "Case":
        """One case and its dice."""
        return Case(number, place, self.dice.choice(self.kinds), random.Random(number))

    def open_returns(self) -> None:
        """The returns of two years for every school, nine in ten handed in."""
        places = [place for share in self.shares for place in share]
        write([self.a_return(place, period) for period in self.last_periods for place in dict.fromkeys(places)])

    @cached_property
    def last_periods(self) -> list[periods.Period]:
        """The running quarter and those before it."""
        found = [periods.period_at(QUARTER, NOW)]
        while len(found) < PERIODS:
            found.append(periods.previous(found[-1]))
        return found

    def a_return(self, place: Place, period: periods.Period) -> Return:
        """One expected row, handed in or not."""
        school = place.school
        unit = school.organisation.unit
        given = {"status": "submitted", "submitted_at": period.ends, "submitted_by": place.author} if self.dice.random() < 0.9 and period.ends < NOW else {}
        return Return(
            school=school.organisation,
            managing_body=school.managing_body,
            department_id=school.department_id,
            commune=unit,
            province_id=unit.parent_id,
            parties=place.parties,
            scheme=period.scheme,
            period_key=period.key,
            first=period.first,
            last=period.last,
            created_at=period.begins,
            due_at=period.ends + timedelta(days=3),
            **given,
        )


class Case:
    """One made-up case: the rows that would hang on it had it been filed."""

    def __init__(self, number: int, place: Place, kind: Kind, dice: random.Random) -> None:
        self.number, self.place = number, place
        self.filed_at = NOW - timedelta(minutes=1 + dice.randrange(YEARS * 365 * 24 * 60))
        self.is_over = dice.random() < (0.995 if NOW - self.filed_at > timedelta(days=30) else 0.4)
        self.is_sent, self.is_reported = dice.random() < 0.6, dice.random() < 0.7
        self.severity = dice.choices(["s1", "s2", "s3", "s4"], [40, 40, 15, 5])[0]
        self.incident = self.made(kind, dice)
        self.referral: Referral | None = None

    def made(self, kind: Kind, dice: random.Random) -> Incident:
        """The row of the case itself."""
        school = self.place.school
        unit = school.organisation.unit
        ended = {"status": "closed", "closed_at": self.ended_at, "closed_how": "school"} if self.is_over else {"status": "submitted"}
        return Incident(
            key=uuid.UUID(int=self.number),
            spoken_code=f"{clocks.local(self.filed_at):%y}-{self.number:06d}",
            author=self.place.author,
            school=school.organisation,
            jurisdiction=school.managing_body,
            department_id=school.department_id,
            commune=unit,
            province_id=unit.parent_id,
            parties=sorted({*self.place.parties, *({self.place.police.pk} if self.is_sent else ())}),
            kind=kind,
            severity=self.severity,
            restricted=kind.restricted,
            occurred_at=self.filed_at - timedelta(minutes=dice.randrange(1, 600)),
            place_kind=dice.choice(["in_school", "gate", "route", "elsewhere", "online"]),
            summary=SUMMARY,
            created_at=self.filed_at,
            filed_at=self.filed_at,
            looked_at=self.ended_at if self.is_over else None,
            **ended,
        )

    @property
    def ended_at(self) -> datetime:
        """When all was done."""
        return min(self.filed_at + timedelta(days=3), NOW)

    def refer(self) -> Referral:
        """Its sending to the police of the ward."""
        received = self.filed_at + timedelta(minutes=20)
        over = {"status": "settled", "received_at": received, "outcome": "reminded", "answered_at": self.ended_at, "settled_at": self.ended_at, "settled_how": "school"}
        self.referral = Referral(incident=self.incident, to_org=self.place.police, ground="rule", sent_at=self.filed_at, **(over if self.is_over else {"status": "sent"}))
        return self.referral

    def duties(self) -> Iterator[Duty]:
        """The clocks that ran, or still run."""
        yield self.duty("full_report", self.incident, self.place.head, hours=72)
        yield self.duty("look", self.incident, self.place.desk, hours=8)
        if self.referral:
            yield self.duty("acknowledge", self.referral, self.place.officer, hours=4)

    def duty(self, kind: str, about: Any, post: Post, *, hours: int) -> Duty:
        """One clock of a post."""
        body = post.organisation.body_id
        over = {"status": "done", "done_at": self.ended_at} if self.is_over else {}
        return Duty(
            kind=kind,
            post=post,
            body_id=body,
            parties=sorted({body, *self.incident.parties}),
            about_model=about._meta.label_lower,
            about_id=about.pk,
            about_code=self.incident.code,
            about_words=self.incident.spoken_code,
            clock=f"safety:{hours}h",
            opened_at=self.filed_at,
            due_at=self.filed_at + timedelta(hours=hours),
            **over,
        )

    def report(self) -> FullReport:
        """Its full report."""
        counts = {"pupils": 2, "pupils_female": 1, "victims_under_16": 1, "injured": 0, "deaths": 0}
        return FullReport(incident=self.incident, by=self.place.author, at=self.ended_at, session="class", handling="at_school", **counts)

    def notices(self) -> Iterator[Notice]:
        """What rang at the desk and at the police."""
        for post in [self.place.desk, *([self.place.officer] if self.is_sent else [])]:
            yield Notice(
                post=post,
                body_id=post.organisation.body_id,
                kind=NoticeKind.INCIDENT_FILED,
                about_words=self.incident.spoken_code,
                link=self.incident.get_absolute_url(),
                happened_at=self.filed_at,
                read_at=self.ended_at if self.is_over else None,
            )


def analyse() -> None:
    """What autovacuum would do in its own time."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze")
