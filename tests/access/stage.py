"""Everything a reader can stand before: for each role the things of its own bodies, and the same things of bodies far away.

Nothing here knows what is allowed; that stands in expected.tsv, written by hand.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from briefings import actions as meetings
from briefings.forms import value_of
from briefings.models import Briefing, Conclusion
from coordination import clocks, demo, notices, periods
from coordination.codes import new_code
from coordination.models import SYSTEM, Appointment, Job, Notice, Organisation, Role, School, Unit
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind, SchoolType
from coordination.scope import reading_as
from incidents import actions, referral_actions
from incidents.models import Incident, Person, Question, Referral
from reports import actions as line
from reports import figures, files
from reports.models import QUARTER, Report, Return
from tests.world import NOW, World

LATER = NOW + timedelta(hours=2)
MEETS_AT = NOW + timedelta(hours=1)
COUNSELLOR = "tuvan.bk-cs-01"
PEOPLE = {
    Role.PRINCIPAL: "principal",
    Role.SCHOOL_OFFICER: "deputy",
    Role.COUNSELLOR: COUNSELLOR,
    Role.COMMUNE_OFFICER: "officer",
    Role.COMMUNE_CHIEF: "chief",
    Role.PROVINCE_POLICE: "province_police",
    Role.COMMUNE_EDUCATION: "culture",
    Role.COMMUNE_LEADER: "leader",
    Role.DOET_OFFICER: "doet",
    Role.DOET_LEADER: "doet_leader",
    Role.CLERK: "clerk",
    Role.DPO: "dpo",
    Role.SYSADMIN: "sysadmin",
}
FAR = {"principal": "ht.xa", "officer": "ca.xa", "culture": "vhxh.xa", "leader": "ubnd.xa"}
UNFLAGGED = {"kind": "tobacco", "severity": "s3"}
PERSON = {"role": "involved", "age_band": "14_15", "full_name": "Người mẫu", "class_name": "9A", "contact": ""}
REPORT = {
    "session": "class",
    "pupils": 2,
    "pupils_female": 0,
    "victims_under_16": 0,
    "injured": 0,
    "deaths": 0,
    "handling": "ongoing",
    "family_told_at": NOW,
    "family_not_told_reason": "",
    "in_press": False,
    "narrative": "Đã lập biên bản.",
    "measures": "",
}
END = {"__end": "1"}
PLAN = {"day": "24/11/2026", "hour": "09:00", "place": "Phòng họp tầng 2"}
SENT_REPORT = {name: str(value) for name, value in REPORT.items() if value is not False} | {"family_told_at": "09:00 20/11/2026"}


@dataclass
class Things:
    """One of each thing, in the state from which its acts start."""

    draft: Incident | None = None
    flaggable: Incident | None = None
    sent: Referral | None = None
    received: Referral | None = None
    answered: Referral | None = None
    closable: Incident | None = None
    person: Person | None = None
    question: Question | None = None
    planned: Briefing | None = None
    held: Briefing | None = None
    agreed: Conclusion | None = None
    carried_out: Conclusion | None = None
    expected: Return | None = None
    ready: Report | None = None
    parked: Report | None = None
    bell: Notice | None = None


# Making them


@dataclass
class Side:
    """The accounts that make one set of things."""

    principal: str
    officer: str
    by_way_of: str = ""


def make_cases(world: World, side: Side) -> Things:
    """A set of cases: the school files, the police work; `by_way_of` is who passes each referral on to `officer`."""
    made = Things(draft=draft(world, side.principal), flaggable=world.file(side.principal, **UNFLAGGED), closable=world.file(side.principal, **UNFLAGGED))
    with world.acting(side.principal, NOW) as principal:
        actions.complete(made.closable, by=principal, answers=REPORT)
    made.sent = arrived(world, side)
    made.received = received(world, side)
    made.answered = received(world, side)
    with world.acting(side.officer, LATER) as officer:
        made.answered = referral_actions.answer(made.answered, by=officer, outcome="reminded")
        made.question = referral_actions.ask(made.received, by=officer, text="Xin gửi biên bản.")
        referral_actions.follow_up(made.received, by=officer, step="progress")
        referral_actions.note(made.received, by=officer, text="Ghi chú.")
    with world.acting(side.principal, LATER) as principal:
        incident = made.received.incident
        made.person = actions.add_person(incident, by=principal, answers=PERSON)
        actions.log_call(incident, by=principal, called="113", called_at=NOW)
        actions.amend(incident, by=principal, text="Bổ sung.")
        actions.open_sealed(incident, by=principal, purpose="case", person=made.person)
    return made


def draft(world: World, who: str) -> Incident:
    """An unfinished form."""
    with world.acting(who, NOW) as author:
        return actions.save_draft(uuid.uuid4(), by=author, answers=world.answers())


def arrived(world: World, side: Side) -> Referral:
    """A referral that its police have not yet seen."""
    referral = world.referral(world.file(side.principal))
    if not side.by_way_of:
        return referral
    target = world.actor(side.officer).organisation
    with world.acting(side.by_way_of, NOW) as officer:
        return referral_actions.forward(referral, by=officer, to=target, reason="Thuộc thẩm quyền.")


def received(world: World, side: Side) -> Referral:
    """A referral in the hands of the side's officer."""
    referral = arrived(world, side)
    with world.acting(side.officer, NOW) as officer:
        return referral_actions.receive(referral_actions.see(referral, by=officer), by=officer)


def make_meetings(world: World, made: Things, host: str, chair: str, owner: str) -> None:
    """A planned briefing, a held one, and an ended one with a conclusion owed and a conclusion carried out."""
    post = world.actor(owner).post
    made.planned, made.held, ended = (meeting(world, host, chair) for _ in range(3))
    with world.acting(host, MEETS_AT) as actor:
        made.held = meetings.hold(made.held, by=actor)
        meetings.attend(made.held, by=actor, came={actor.body_id: (True, "")})
        agree(made.held, actor, post)
        ended = meetings.hold(ended, by=actor)
        made.agreed, made.carried_out = agree(ended, actor, post), agree(ended, actor, post)
        meetings.close(ended, by=actor)
    with world.acting(owner, LATER) as actor:
        made.carried_out = meetings.carry_out(made.carried_out, by=actor, note="Đã làm.")


def meeting(world: World, host: str, chair: str) -> Briefing:
    """A planned briefing."""
    with world.acting(host, NOW) as actor:
        return meetings.plan(by=actor, answers={"meets_at": MEETS_AT, "place": "Phòng họp", "chair_post": world.actor(chair).post, "secretary_post": actor.post})


def agree(briefing: Briefing, actor: Appointment, post: Any) -> Conclusion:
    """One conclusion."""
    return meetings.conclude(briefing, by=actor, text="Gửi lịch trực.", owner_post=post, due_on=(NOW + timedelta(days=7)).date())


def make_papers(world: World, made: Things, issuer: str, school: str) -> None:
    """The return that a school owes for the quarter that closed last, a finished report and one that could not be printed."""
    period = last_quarter()
    with world.acting("system", LATER):
        made.expected = Return.objects.visible_to(SYSTEM).of_period(period).get(school_id=world.actor(school).body_id)
    made.ready, made.parked = (ordered(world, issuer, audience) for audience in ("education", "police"))
    with world.acting("system", LATER):
        counted = figures.snapshot(made.ready)
        made.ready = line.finish(made.ready, counted=counted, taken_at=LATER, pdf_hash=files.keep(b"%PDF-1.7 sample"))
        Job.objects.filter(key=made.parked.job_key).update(parked_at=LATER)


def last_quarter() -> periods.Period:
    """The quarter before the running one."""
    return periods.previous(periods.period_at(QUARTER, LATER))


def ordered(world: World, who: str, audience: str) -> Report:
    """A report that waits for its job."""
    with world.acting(who, LATER) as actor:
        return line.order(by=actor, audience=audience, scheme=QUARTER, period_key=last_quarter().key)


def far_ward() -> None:
    """A commune of another province with its bodies; no row of theirs concerns the sample ward."""
    password = make_password("xa")
    commune = Unit.objects.on(demo.COUNTED).filter(level="commune", parent__code="01").select_related("parent").order_by("code").first()
    department = demo.body(OrganisationKind.DOET, "Sở Giáo dục và Đào tạo (xa)", commune.parent)
    police = demo.body(OrganisationKind.COMMUNE_POLICE, "Công an phường (xa)", commune)
    committee = demo.body(OrganisationKind.COMMUNE_PC, "Ủy ban nhân dân phường (xa)", commune, initials="XA")
    office = demo.body(OrganisationKind.CULTURE_SOCIETY_OFFICE, "Phòng Văn hóa - Xã hội (xa)", commune, parent=committee)
    school = demo.body(OrganisationKind.SCHOOL, "Trường THCS Xa (mẫu)", commune, parent=committee)
    School.objects.create(organisation=school, school_type=SchoolType.LOWER_SECONDARY, managing_body=committee, department=department)
    for who, body, role in (
        ("principal", school, Role.PRINCIPAL),
        ("officer", police, Role.COMMUNE_OFFICER),
        ("culture", office, Role.COMMUNE_EDUCATION),
        ("leader", committee, Role.COMMUNE_LEADER),
    ):
        demo.account(FAR[who], body, role, password)


OF_THE_DEPARTMENT = {Role.DOET_OFFICER, Role.DOET_LEADER, Role.CLERK, Role.DPO, Role.SYSADMIN}
OF_THE_POLICE = {Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE}
OF_THE_OFFICE = {Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER}


class Stage:
    """The sample ward with one of each thing for each side, and the far ward with the same."""

    def __init__(self) -> None:
        self.world = World()
        self.sessions: dict[str, str] = {}
        self.browser = Client()
        with reading_as(SYSTEM):
            far_ward()
            school = Organisation.objects.get(pk=self.world.actor("principal").body_id)
            demo.account(COUNSELLOR, school, Role.COUNSELLOR, "")
            with clocks.set_to(LATER):
                line.open_period(QUARTER, last_quarter().key)
        self.ward = make_cases(self.world, Side("principal", "officer"))
        self.deputy = draft(self.world, "deputy")
        self.sealed = self.apart(self.world.file("principal", kind="child_sexual_abuse", severity="s4"))
        self.province = make_cases(self.world, Side("principal", "province_police", by_way_of="officer"))
        self.direct = make_cases(self.world, Side("thpt_principal", "officer"))
        self.far = make_cases(self.world, Side(FAR["principal"], FAR["officer"]))
        self.meet_and_print()
        self.tell_everyone()

    def apart(self, case: Incident) -> Things:
        """The ward's things with this case in every place where a case stands."""
        referral = self.world.referral(case)
        return replace(self.ward, received=referral, sent=referral, flaggable=case, closable=case)

    def meet_and_print(self) -> None:
        """Briefings of the committee and of the police; papers of the commune and of the Sở."""
        self.police, self.office = Things(), Things()
        make_meetings(self.world, self.ward, "culture", "leader", "principal")
        make_meetings(self.world, self.office, "culture", "leader", "culture")
        make_meetings(self.world, self.police, "chief", "chief", "officer")
        make_meetings(self.world, self.far, FAR["culture"], FAR["leader"], FAR["principal"])
        make_papers(self.world, self.ward, "culture", "principal")
        make_papers(self.world, self.direct, "doet", "thpt_principal")
        make_papers(self.world, self.far, FAR["culture"], FAR["principal"])

    def tell_everyone(self) -> None:
        """One notice in every bell."""
        with self.world.acting("system", LATER):
            self.bells = {role: notices.tell(self.world.actor(who).post, NoticeKind.ESCALATED, self.ward.sent) for role, who in PEOPLE.items()}
            self.far.bell = notices.tell(self.world.actor(FAR["principal"]).post, NoticeKind.ESCALATED, self.far.sent)

    def of(self, role: str) -> Things:
        """The things of a role's own body: its school's, those sent to its police, those it manages, hosts or issues."""
        cases = self.province if role == Role.PROVINCE_POLICE else self.direct if role in OF_THE_DEPARTMENT else self.ward
        rooms = self.police if role in OF_THE_POLICE else self.office if role in OF_THE_OFFICE else self.ward
        papers = self.direct if role in OF_THE_DEPARTMENT else self.ward
        mine = replace(cases, bell=self.bells[role])
        for source, names in ((rooms, ("planned", "held", "agreed", "carried_out")), (papers, ("expected", "ready", "parked"))):
            for name in names:
                setattr(mine, name, getattr(source, name))
        if role == Role.SCHOOL_OFFICER:
            mine.draft = self.deputy
        if role in OF_THE_POLICE:
            mine.flaggable = mine.closable = mine.received.incident
        return mine

    # Asking

    def client_of(self, who: str) -> Client:
        """The one browser, with the person's session, who signs in once: what a request does to a session is undone like the rest."""
        if who not in self.sessions:
            self.sessions[who] = self.world.client(who).cookies[settings.SESSION_COOKIE_NAME].value
        self.browser.cookies.clear()
        self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return self.browser

    def nobody(self) -> Client:
        """The one browser, signed out."""
        self.browser.cookies.clear()
        return self.browser

    def ask(self, role: str, method: str, where: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """What the role is answered."""
        return self.ask_as(PEOPLE[role], method, where, body)

    def ask_as(self, who: str, method: str, where: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """What a person is answered; whatever it changed is undone."""
        client = self.client_of(who)
        with clocks.set_to(LATER), transaction.atomic():
            answer = client.post(where, body) if method == "POST" else client.get(where)
            transaction.set_rollback(True)
        return answer

    def things(self, owner: str) -> Things:
        """A set of things by its name: the ward with the deputy's draft, or with the principal's draft for a case."""
        if owner == "deputy":
            return replace(self.ward, draft=self.deputy)
        if owner == "draft":
            return replace(self.ward, received=Referral(incident=self.ward.draft), flaggable=self.ward.draft, closable=self.ward.draft)
        return getattr(self, owner)

    def second_officer(self) -> None:
        """Another officer at the ward's desk, who handles nothing."""
        with reading_as(SYSTEM):
            demo.account("truc2.ducxuan", self.world.actor("officer").organisation, Role.COMMUNE_OFFICER, "")

    def body(self, role: str, route: str, things: Things) -> dict[str, Any]:
        """What a browser would send to the route, filled in well."""
        made = BODIES.get(route)
        return END | (made(self, role, things) if made else {})


def address(route: str, things: Things) -> str:
    """The address of the route for these things."""
    name, path = NAMED.get(route, ("", ""))
    return reverse(route, kwargs=({name: attrgetter(path)(things)} if name else {}) | EXTRA.get(route, {}))


def absent_address(route: str) -> str:
    """The address of the route for a thing that does not exist; its check character is right."""
    name, _path = NAMED[route]
    return reverse(route, kwargs={name: {"code": new_code(), "uid": uuid.uuid4(), "pk": 2**40, "unit": 2**40}[name]} | EXTRA.get(route, {}))


# What stands in the address of each route: the parameter, and the thing it names. A route that is not here names nothing.

NAMED = {
    "coordination:open_notice": ("pk", "bell.pk"),
    "coordination:area_profile": ("unit", "received.incident.commune_id"),
    "incidents:continue": ("code", "draft.code"),
    "incidents:discard": ("code", "draft.code"),
    "incidents:flag": ("code", "flaggable.code"),
    "incidents:close": ("code", "closable.code"),
    "incidents:open_person": ("uid", "person.uid"),
    "incidents:reply": ("uid", "question.uid"),
    "reports:retry": ("code", "parked.code"),
}
NAMED |= {f"incidents:{name}": ("code", "received.incident.code") for name in ("detail", "receipt", "log_call", "full_report", "amend", "look", "add_person")}
NAMED |= {f"incidents:{name}": ("code", "sent.code") for name in ("see", "receive")}
NAMED |= {f"incidents:{name}": ("code", "received.code") for name in ("forward", "follow_up", "ask", "note", "answer")}
NAMED |= {f"incidents:{name}": ("code", "answered.code") for name in ("acknowledge", "discuss")}
NAMED |= {f"briefings:{name}": ("code", "planned.code") for name in ("detail", "amend", "refresh", "hold")}
NAMED |= {f"briefings:{name}": ("code", "held.code") for name in ("attend", "conclude", "withdraw", "close")}
NAMED |= {f"briefings:{name}": ("code", "agreed.code") for name in ("conclusion", "carry_out")} | {"briefings:confirm": ("code", "carried_out.code")}
NAMED |= {f"reports:{name}": ("code", "ready.code") for name in ("detail", "progress", "file")}
NAMED |= {f"reports:{name}": ("code", "expected.code") for name in ("return", "remind")}
EXTRA = {"briefings:withdraw": {"number": 1}}


# What a browser sends

Body = Callable[[Stage, str, Things], dict[str, Any]]


def text(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """One text."""
    return {"text": "Một câu."}


def room(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """A plan of the role's own body."""
    chair, secretary = ("chief", "officer") if role in OF_THE_POLICE else ("leader", "culture")
    return PLAN | {"chair_post": value_of(stage.world.actor(chair).post), "secretary_post": value_of(stage.world.actor(secretary).post)}


def everybody_came(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """All bodies present."""
    return {f"here_{code}": "on" for code in Organisation.objects.filter(pk__in=things.held.parties).values_list("code", flat=True)}


def conclusion(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """A conclusion owed by the school."""
    return {"text": "Gửi lịch trực.", "owner_post": value_of(stage.world.actor("principal").post), "due_on": "04/12/2026", "item": ""}


def nothing_happened(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """A nil return over the counts that stand on the page."""
    with reading_as(SYSTEM):
        seen = figures.hash_of(figures.of_school(things.expected.school, things.expected.period))
    return {"answer": "nil", "words": "", "seen": seen} | dict.fromkeys(line.TICKS, "on")


BODIES: dict[str, Body] = dict.fromkeys((f"incidents:{name}" for name in ("flag", "amend", "ask", "note", "discuss", "reply")), text) | {
    "coordination:choose_post": lambda stage, role, things: {"appointment": stage.world.actor(PEOPLE[role]).pk},
    "incidents:quick_report": lambda stage, role, things: stage.world.form(),
    "incidents:save_draft": lambda stage, role, things: {"key": str(uuid.uuid4()), "summary": "Mất một xe đạp"},
    "incidents:log_call": lambda stage, role, things: {"called": "113", "called_at": "09:00 20/11/2026"},
    "incidents:full_report": lambda stage, role, things: SENT_REPORT,
    "incidents:add_person": lambda stage, role, things: PERSON,
    "incidents:open_person": lambda stage, role, things: {"purpose": "case"},
    "incidents:forward": lambda stage, role, things: {"to": stage.world.actor("pc04.bk").organisation.code, "text": "Thuộc thẩm quyền."},
    "incidents:follow_up": lambda stage, role, things: {"step": "progress"},
    "incidents:answer": lambda stage, role, things: {"outcome": "reminded", "text": ""},
    "briefings:plan": room,
    "briefings:amend": room,
    "briefings:attend": everybody_came,
    "briefings:conclude": conclusion,
    "briefings:carry_out": lambda stage, role, things: {"note": "Đã làm."},
    "reports:return": nothing_happened,
    "reports:list": lambda stage, role, things: {"period": last_quarter().key, "audience": "education"},
}
