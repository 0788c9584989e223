"""Everything a reader can stand before: for each role the things of its own bodies, and the same things of bodies far away.

Nothing here knows what is allowed; that stands in expected.tsv, written by hand.
"""

import base64
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agreements import actions as promises
from agreements.models import Agreement
from briefings import actions as meetings
from briefings.forms import value_of
from briefings.models import Briefing, Conclusion
from coordination import clocks, demo, notices, periods
from coordination.codes import new_code
from coordination.importing import actions as lists
from coordination.intake.gate import Taken
from coordination.models import SYSTEM, AccountRequest, Appointment, Handover, Job, ListImport, Notice, Organisation, OrganisationSymbol, Paper, Post, Role, School, StaffHandover, Unit, UnitSuccession, User
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind, SchoolType
from coordination.paper import papers
from coordination.paper.documents import long_date
from coordination.people import account_lists, account_requests, invitations, staff_handovers
from coordination.scope import reading_as
from coordination.territory import handovers
from coordination.workflow import move
from incidents import actions, attachments, break_glass, grants, informants, referral_actions
from incidents.models import Attachment, BreakGlass, IdentityRequest, Incident, Informant, Person, Question, Referral
from reports import figures, files, printing, returning, signed
from reports.models import QUARTER, Report, Return
from reports.papers import sections_of
from reports.papers.letterhead import symbols_of
from tests.access import kept
from tests.reports.signing import signed_copy, small_paper
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
    Role.PROVINCE_POLICE_HEAD: "province_police_head",
    Role.COMMUNE_EDUCATION: "culture",
    Role.COMMUNE_LEADER: "leader",
    Role.DOET_OFFICER: "doet",
    Role.DOET_LEADER: "doet_leader",
    Role.CHILD_PROTECTION: "guardian",
    Role.CLERK: "clerk",
    Role.DPO: "dpo",
    Role.SYSADMIN: "sysadmin",
}
FAR = {"principal": "ht.xa", "second": "ht2.xa", "officer": "ca.xa", "culture": "vhxh.xa", "leader": "ubnd.xa", "sysadmin": "quantri.xa", "deputy": "canbo.xa", "guardian": "treem.xa"}
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
SENT_PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==")
ANOTHER_PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNomAAAAZMBEe5+3D8AAAAASUVORK5CYII=")
SIGNED = b"%PDF-1.7\n<</Type /Sig /ByteRange [0 10 20 30]>>\n%%EOF\n"
PROMISE = {"kind": "programme", "title": "Chương trình phối hợp", "symbol": "CTPH", "starts_on": None, "ends_on": None, "parent": None, "legal_bases": "", "public": False}
WHY = "Gia đình báo em chưa về nhà từ tối qua, cần tìm ngay."
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
    discussed: Referral | None = None
    asked: Referral | None = None
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
    issued: Report | None = None
    signed: Report | None = None
    left_out: Return | None = None
    drafted: Agreement | None = None
    promised: Agreement | None = None
    later: Agreement | None = None
    bell: Notice | None = None
    kept: "kept.Kept | None" = None
    wished: IdentityRequest | None = None
    granted: IdentityRequest | None = None
    glass: BreakGlass | None = None
    judged: BreakGlass | None = None
    told: Informant | None = None
    file: Attachment | None = None
    untold: Incident | None = None
    gave: StaffHandover | None = None
    printed: Paper | None = None
    unprinted: Paper | None = None
    brought: ListImport | None = None
    handed: Handover | None = None


    account: User | None = None
    shut: User | None = None
    unopened: User | None = None
    asked_for: AccountRequest | None = None
    approved: AccountRequest | None = None


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
    made.discussed, made.asked = discussed(world, side), discussed(world, side)
    with world.acting(side.principal, NOW) as principal:
        made.asked = referral_actions.ask_ruling(made.asked, by=principal, text="Chưa thống nhất.")
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
        made.file = attachments.send(incident, by=principal, files=[Taken("png", "anh.png", SENT_PICTURE, SENT_PICTURE)])[0][0]
        made.told = informants.write(incident, by=principal, answers={"full_name": "Người báo mẫu", "contact": "", "how": ""})
    with world.acting("system", LATER) as system:
        made.file = move(made.file, "let_pass", by=system, checked_at=LATER)
    with world.acting(side.principal, LATER) as principal:
        attachments.open_file(made.file, by=principal, purpose="case")
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


def discussed(world: World, side: Side) -> Referral:
    """A referral whose result the school has asked to discuss."""
    referral = received(world, side)
    with world.acting(side.officer, NOW) as officer:
        referral = referral_actions.answer(referral, by=officer, outcome="reminded")
    with world.acting(side.principal, NOW) as principal:
        return referral_actions.discuss(referral, by=principal, text="Chưa rõ.")


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


def make_papers(world: World, made: Things, issuer: str, school: str, let_off: str) -> None:
    """The return that a school owes for the quarter that closed last, one that was let off, a finished report and one that could not be printed."""
    period = last_quarter()
    with world.acting("system", LATER):
        made.expected = Return.objects.visible_to(SYSTEM).of_period(period).get(school_id=world.actor(school).body_id)
        made.left_out = Return.objects.visible_to(SYSTEM).of_period(period).get(school_id=world.actor(let_off).body_id)
    with world.acting(issuer, LATER) as actor:
        made.left_out = returning.leave_out(made.left_out, by=actor, reason="Trường tạm dừng hoạt động.")


def make_reports(world: World, made: Things, issuer: str, clerk: str, audience: str = "education") -> None:
    """A finished report, one that could not be printed; and of the quarter before, an issued one and one that came back signed."""
    earlier = periods.previous(last_quarter())
    OrganisationSymbol.objects.create(organisation_id=world.actor(issuer).body_id, symbol="MAU")
    made.ready = written(world, finished(world, ordered(world, issuer, audience)), issuer)
    made.parked = ordered(world, issuer, "police")
    made.issued, made.signed = (issued(world, written(world, finished(world, ordered(world, issuer, audience, earlier)), issuer), clerk, number) for number in (1, 2))
    with world.acting(clerk, LATER) as actor:
        made.signed = printing.keep_signed(made.signed, by=actor, content=SIGNED)
    with world.acting("system", LATER):
        Job.objects.filter(key=made.parked.job_key).update(parked_at=LATER)
        Job.objects.filter(kind=signed.SCAN).update(done_at=LATER)


def finished(world: World, report: Report) -> Report:
    """Its draft, as if the worker had printed it."""
    with world.acting("system", LATER):
        counted = figures.snapshot(report)
        return printing.finish(report, counted=counted, taken_at=LATER, pdf_hash=files.keep(b"%PDF-1.7 sample"), sheet_hash=files.keep(b"PK sample", "xlsx"))


def written(world: World, report: Report, who: str) -> Report:
    """A word in every section that waits for one."""
    with world.acting(who, LATER) as actor:
        return printing.write(report, by=actor, words={section.key: "Không." for section in sections_of(report)}, seen=0)


def issued(world: World, report: Report, clerk: str, number: int) -> Report:
    """Its number, and the paper that bears it."""
    with world.acting(clerk, LATER) as actor:
        report = printing.issue(report, by=actor, number=number, symbol="BC-MAU", issued_on=LATER.date(), signing="head")
    with world.acting("system", LATER):
        return printing.keep_issued(report, pdf_hash=files.keep(b"%PDF-1.7 sample with its number"))


def make_prints(world: World, made: Things, who: str, kind: str, thing: Any) -> None:
    """A paper that was printed from a thing, and one that could not be."""
    offer = papers.offered(kind)
    with world.acting(who, LATER) as actor:
        thing = offer.find(actor, pk=thing.pk)
        made.printed = papers.order(offer, thing, by=actor)
    with world.acting("system", LATER):
        made.printed = papers.store(made.printed, b"%PDF-1.7 sample")
    with world.acting(who, LATER) as actor:
        made.unprinted = papers.order(offer, thing, by=actor)
        Job.objects.filter(key=made.unprinted.job_key).update(parked_at=LATER)


def make_promises(world: World, made: Things, drafter: str, signer: str, others: list[Organisation]) -> None:
    """A draft, a signed programme, and a later one that could take its place."""
    made.drafted, made.promised, made.later = (promise(world, drafter, others) for _ in range(3))
    for number, name in enumerate(("promised", "later"), 1):
        with world.acting(signer, LATER) as actor:
            setattr(made, name, promises.sign(getattr(made, name), by=actor, signed_on=NOW.date(), number=f"{number:02d}", symbol="CTPH"))


def promise(world: World, who: str, others: list[Organisation]) -> Agreement:
    """A draft of a programme."""
    with world.acting(who, NOW) as actor:
        return promises.draft(by=actor, issuer=promises.issuer_for(actor), answers=PROMISE | {"bodies": others})


def last_quarter() -> periods.Period:
    """The quarter before the running one."""
    return periods.previous(periods.period_at(QUARTER, LATER))


def ordered(world: World, who: str, audience: str, period: periods.Period | None = None) -> Report:
    """A report that waits for its job."""
    with world.acting(who, LATER) as actor:
        return printing.order(by=actor, audience=audience, scheme=QUARTER, period_key=(period or last_quarter()).key)


def founded(kind: str, name: str, unit: Unit, *, parent: Organisation | None = None, initials: str = "") -> Organisation:
    """One more body."""
    return Organisation.objects.create(kind=kind, name=name, unit=unit, parent=parent, initials=initials, valid_from=demo.FOUNDED)


def account(username: str, organisation: Organisation, role: str, password: str) -> Appointment:
    """One more user, appointed since the founding day."""
    user = User.objects.create(username=username, email=f"{username}@example.vn", password=password)
    post = Post.objects.get_or_create(organisation=organisation, role=role)[0]
    return Appointment.objects.create(user=user, post=post, starts_on=demo.FOUNDED)


def make_accounts(world: World, made: Things, head: str, colleague: str, keeper: str) -> None:
    """Accounts of a head's school: one that is used, a shut one, one that nobody opened; a request that waits, and a reset that waits for its second person."""
    with reading_as(SYSTEM):
        school, place = world.actor(head).organisation, world.actor(head).user.username.partition(".")[2]
        made.account = account(f"tuvan2.{place}", school, Role.COUNSELLOR, "").user
        made.shut = account(f"nghi.{place}", school, Role.COUNSELLOR, "").user
        made.unopened = account(f"cho.{place}", school, Role.COUNSELLOR, make_password(None)).user
        made.shut.is_active = False
        made.shut.save()
    wanted = account_requests.Wanted(f"moi.{place}", f"moi.{place}@example.vn", school, Role.SCHOOL_OFFICER, LATER.date(), None, "Quyết định mẫu")
    with world.acting(head, LATER) as actor:
        made.asked_for = account_requests.propose(wanted, by=actor)
        made.approved = account_requests.ask_reset(world.actor(colleague).user, by=actor, reason="Mất điện thoại.")
    with world.acting(keeper, LATER) as actor:
        made.approved = account_requests.approve(made.approved, by=actor)
        invitations.invite(made.unopened, by=actor)
    with world.acting(keeper, NOW - timedelta(days=10)) as actor:
        account_lists.confirm_review(by=actor, accounts=1)


def far_ward() -> None:
    """A commune of another province with its bodies; no row of theirs concerns the sample ward."""
    password = make_password("xa")
    commune = Unit.objects.on(demo.COUNTED).filter(level="commune", parent__code="01").select_related("parent").order_by("code").first()
    department = founded(OrganisationKind.DOET, "Sở Giáo dục và Đào tạo (xa)", commune.parent)
    police = founded(OrganisationKind.COMMUNE_POLICE, "Công an phường (xa)", commune)
    committee = founded(OrganisationKind.COMMUNE_PC, "Ủy ban nhân dân phường (xa)", commune, initials="XA")
    office = founded(OrganisationKind.CULTURE_SOCIETY_OFFICE, "Phòng Văn hóa - Xã hội (xa)", commune, parent=committee)
    school = founded(OrganisationKind.SCHOOL, "Trường THCS Xa (mẫu)", commune, parent=committee)
    second = founded(OrganisationKind.SCHOOL, "Trường Tiểu học Xa (mẫu)", commune, parent=committee)
    for organisation, kind in ((school, SchoolType.LOWER_SECONDARY), (second, SchoolType.PRIMARY)):
        School.objects.create(organisation=organisation, school_type=kind, managing_body=committee, department=department)
    for who, body, role in (
        ("principal", school, Role.PRINCIPAL),
        ("second", second, Role.PRINCIPAL),
        ("officer", police, Role.COMMUNE_OFFICER),
        ("culture", office, Role.COMMUNE_EDUCATION),
        ("leader", committee, Role.COMMUNE_LEADER),
        ("sysadmin", department, Role.SYSADMIN),
        ("deputy", school, Role.SCHOOL_OFFICER),
        ("guardian", office, Role.CHILD_PROTECTION),
    ):
        account(FAR[who], body, role, password)


def bring(world: World, who: str) -> ListImport:
    """A list of one school that waits for its confirmation."""
    with world.acting(who, LATER) as actor:
        return lists.upload("schools", school_list(actor), by=actor)


def school_list(actor: Appointment) -> bytes:
    """A list of one school in a commune of the actor's province that has its committee."""
    committee = Organisation.objects.filter(kind=OrganisationKind.COMMUNE_PC, unit__parent=actor.organisation.unit.province_id).first()
    return f"Mã;Tên;Loại hình;Xã, phường\r\nTH-1;Trường Tiểu học Nhập (mẫu);Tiểu học;{committee.unit.code}\r\n".encode()


def given_over(leaver: Appointment, successor: Appointment) -> StaffHandover:
    """A handover as it is kept."""
    with reading_as(SYSTEM):
        return StaffHandover.objects.unscoped("a row just made").create(
            body_id=leaver.body_id, leaver=leaver, successor=successor, on=(NOW - timedelta(days=1)).date(), reason="Quyết định mẫu", by=successor, recorded_at=LATER,
            passed=[{"words": "Việc đang đến hạn của vị trí", "lines": ["Gửi báo cáo đầy đủ – VV-26-0001"], "moved": False}], parties=[leaver.body_id],
        )  # fmt: skip


def own_work(stage: "Stage", role: str, things: Things) -> dict[str, Any]:
    """One's own work, to whoever may take it over; confirmed."""
    actor = stage.world.actor(PEOPLE[role])
    with reading_as(actor):
        successor = staff_handovers.may_take_over(actor).first()
    return {"leaver": actor.pk, "successor": successor.pk if successor else "", "on": f"{LATER:%d/%m/%Y}", "reason": "Quyết định mẫu", "confirmed": "1"}


class SentAgain(SimpleUploadedFile):
    """A file that a browser can send twice."""

    def read(self, *size: int) -> bytes:
        """From its beginning each time."""
        self.seek(0)
        return super().read(*size)


def wish(world: World, who: str, incident: Incident) -> IdentityRequest:
    """An office asks to see the people of a case."""
    with world.acting(who, LATER) as actor:
        case = Incident.objects.visible_to(actor).get(pk=incident.pk)
        return grants.ask(case, by=actor, purpose="child", reason="Liên hệ gia đình để hỗ trợ em.", days=5)


def glass_of(world: World, who: str, incident: Incident) -> BreakGlass:
    """Somebody breaks the glass of a case."""
    with world.acting(who, LATER) as actor:
        found = break_glass.find(actor, code=incident.spoken_code, school=incident.school.name)
        return break_glass.break_glass(found, by=actor, cause="missing", reason=WHY, paper="Sổ trực số 12")


def divide(world: World, committee: Organisation, who: str, code: str) -> Handover:
    """A unit that was divided in favour of a commune: one of its schools was handed over, another waits."""
    ended, department = (NOW - timedelta(days=10)).date(), Organisation.objects.get(kind=OrganisationKind.DOET, unit=committee.unit.parent)
    named = {"kind": "xa", "name": "Chia", "full_name": "Xã Chia", "folded": "xa chia"}
    old = Unit.objects.create(code=code, level="commune", parent=committee.unit.parent, valid_to=ended, source="mẫu", **named)
    UnitSuccession.objects.create(old=old, new=committee.unit, on=ended, whole=False, is_default=True, source="mẫu")
    schools = [founded(OrganisationKind.SCHOOL, f"Trường Mầm non Chia {number} (mẫu)", old, parent=committee) for number in (1, 2)]
    for school in schools:
        School.objects.create(organisation=school, school_type=SchoolType.PRESCHOOL, managing_body=committee, department=department)
    with world.acting(who, LATER) as actor:
        return handovers.record(old, {schools[0].pk: committee.unit}, on=ended, reason="Nghị quyết mẫu", by=actor)[0]


OF_THE_DEPARTMENT = {Role.DOET_OFFICER, Role.DOET_LEADER, Role.CLERK, Role.DPO, Role.SYSADMIN}
OF_THE_PROVINCE = {Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD}
OF_THE_POLICE = {Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, *OF_THE_PROVINCE}
OF_THE_OFFICE = {Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER, Role.CHILD_PROTECTION}


class Stage:
    """The sample ward with one of each thing for each side, and the far ward with the same."""

    def __init__(self) -> None:
        self.world = World()
        self.sessions: dict[str, str] = {}
        self.browser = Client()
        with reading_as(SYSTEM):
            far_ward()
            school = Organisation.objects.get(pk=self.world.actor("principal").body_id)
            account(COUNSELLOR, school, Role.COUNSELLOR, "")
            with clocks.set_to(LATER):
                returning.open_period(QUARTER, last_quarter().key)
        self.ward = make_cases(self.world, Side("principal", "officer"))
        self.deputy = draft(self.world, "deputy")
        self.sealed = self.apart(self.world.file("principal", kind="child_sexual_abuse", severity="s4"))
        self.province = make_cases(self.world, Side("principal", "province_police", by_way_of="officer"))
        self.direct = make_cases(self.world, Side("thpt_principal", "officer"))
        self.far = make_cases(self.world, Side(FAR["principal"], FAR["officer"]))
        self.meet_and_print()
        self.print_at_hand()
        self.promise_each_other()
        self.bring_and_divide()
        self.keep()
        self.tell_everyone()
        make_accounts(self.world, self.ward, "principal", "deputy", "sysadmin")
        make_accounts(self.world, self.far, FAR["principal"], FAR["deputy"], FAR["sysadmin"])
        self.change_hands()
        self.see_more()

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
        make_papers(self.world, self.ward, "culture", "principal", "other_principal")
        make_papers(self.world, self.direct, "doet", "thpt_principal", "hieutruong.bk-kt-01")
        make_papers(self.world, self.far, FAR["culture"], FAR["principal"], FAR["second"])
        make_reports(self.world, self.ward, "culture", "culture")
        make_reports(self.world, self.direct, "doet", "clerk")
        make_reports(self.world, self.police, "chief", "chief", "police")
        make_reports(self.world, self.province, "province_police", "province_police", "police")
        make_reports(self.world, self.far, FAR["culture"], FAR["culture"])

    def print_at_hand(self) -> None:
        """Papers printed from one entry: of a school, of the police that answered, of the host of a meeting."""
        for made, who in ((self.ward, "principal"), (self.direct, "thpt_principal"), (self.far, FAR["principal"])):
            make_prints(self.world, made, who, "phieu-bao-nhanh", made.received.incident)
        make_prints(self.world, self.police, "officer", "thong-bao-ket-qua", self.ward.answered)
        make_prints(self.world, self.province, "province_police", "thong-bao-ket-qua", self.province.answered)
        make_prints(self.world, self.office, "culture", "bien-ban-giao-ban", self.office.agreed.briefing)

    def promise_each_other(self) -> None:
        """Agreements of the commune, of the Sở and of the far ward."""
        province_police = self.world.actor("province_police").organisation.parent
        make_promises(self.world, self.ward, "culture", "leader", [self.world.actor("officer").organisation])
        make_promises(self.world, self.direct, "doet", "clerk", [province_police])
        make_promises(self.world, self.far, FAR["culture"], FAR["leader"], [self.world.actor(FAR["officer"]).organisation])

    def bring_and_divide(self) -> None:
        """Lists that wait, of the administrator and of the Sở's officer; a divided unit in each province, one of its schools handed over."""
        self.lists = {role: bring(self.world, PEOPLE[role]) for role in (Role.SYSADMIN, Role.DOET_OFFICER)}
        self.far.brought = bring(self.world, FAR["sysadmin"])
        with reading_as(SYSTEM):
            self.ward.handed = divide(self.world, self.world.actor("leader").organisation, "doet", "09998")
            self.far.handed = divide(self.world, self.world.actor(FAR["leader"]).organisation, "system", "09999")

    def change_hands(self) -> None:
        """A handover at a change of staff in each house."""
        houses = ((self.ward, "deputy", "principal"), (self.police, "officer", "chief"), (self.province, "province_police", "province_police_head"), (self.office, "culture", "guardian"), (self.direct, "doet", "doet_leader"), (self.far, FAR["culture"], FAR["leader"]))
        for made, leaver, successor in houses:
            made.gave = given_over(self.world.actor(leaver), self.world.actor(successor))

    def see_more(self) -> None:
        """Requests for names, broken glasses, and a restricted case of which a head was not told."""
        for made, asker, approver in ((self.ward, "culture", "guardian"), (self.direct, "doet", "treem.so.bk"), (self.far, FAR["culture"], FAR["guardian"])):
            made.wished, made.granted = (wish(self.world, asker, case.incident) for case in (made.answered, made.discussed))
            with self.world.acting(approver, LATER) as actor:
                made.granted = grants.grant(made.granted, by=actor, days=3)
        self.ward.glass = self.office.glass = glass_of(self.world, "culture", self.ward.received.incident)
        self.direct.glass = glass_of(self.world, "doet", self.direct.received.incident)
        self.police.glass = glass_of(self.world, "officer", self.ward.closable)
        self.province.glass = glass_of(self.world, "province_police", self.ward.closable)
        self.far.glass = self.far.judged = glass_of(self.world, FAR["officer"], self.far.closable)
        self.ward.judged = glass_of(self.world, "pc04.bk", self.ward.closable)
        with self.world.acting("truongpc04.bk", LATER) as head:
            self.ward.judged = break_glass.review(self.ward.judged, by=head, verdict="wrong", note="Không có lệnh.")
        for made, deputy in ((self.ward, "deputy"), (self.far, FAR["deputy"])):
            with self.world.acting(deputy, NOW) as actor:
                made.untold = actions.file(uuid.uuid4(), by=actor, answers=self.world.answers(kind="child_sexual_abuse", severity="s4"), untold=True)

    def keep(self) -> None:
        """Holds, batches, requests, exports, leaks."""
        self.ward.kept, self.province.kept = kept.make(self.world, LATER, self.ward.answered.incident, self.province.answered.incident, self.ward.person)
        self.far.kept = kept.make_far(LATER, self.far.answered.incident, self.world.actor(FAR["principal"]))

    def tell_everyone(self) -> None:
        """One notice in every bell."""
        with self.world.acting("system", LATER):
            self.bells = {role: notices.tell(self.world.actor(who).post, NoticeKind.ESCALATED, self.ward.sent) for role, who in PEOPLE.items()}
            self.far.bell = notices.tell(self.world.actor(FAR["principal"]).post, NoticeKind.ESCALATED, self.far.sent)

    def of(self, role: str) -> Things:
        """The things of a role's own body: its school's, those sent to its police, those it manages, hosts or issues."""
        cases = self.province if role in OF_THE_PROVINCE else self.direct if role in OF_THE_DEPARTMENT else self.ward
        rooms = self.police if role in OF_THE_POLICE else self.office if role in OF_THE_OFFICE else self.ward
        handed_in = self.direct if role in OF_THE_DEPARTMENT else self.ward
        mine = replace(cases, bell=self.bells[role], brought=self.lists.get(role, self.lists[Role.SYSADMIN]), handed=self.ward.handed)
        prints = self.province if role in OF_THE_PROVINCE else rooms if role in OF_THE_POLICE | OF_THE_OFFICE else handed_in
        issues = self.province if role in OF_THE_PROVINCE else self.police if role in OF_THE_POLICE else handed_in
        for source, names in ((rooms, ("planned", "held", "agreed", "carried_out")), (handed_in, ("expected", "left_out", "drafted", "promised", "later")), (prints, ("printed", "unprinted")), (issues, ("ready", "parked", "issued", "signed"))):
            for name in names:
                setattr(mine, name, getattr(source, name))
        house = self.province if role in OF_THE_PROVINCE else rooms if role in OF_THE_POLICE | OF_THE_OFFICE else handed_in
        mine.gave, mine.glass = house.gave, house.glass
        mine.wished, mine.granted, mine.judged, mine.untold = handed_in.wished, handed_in.granted, self.ward.judged, self.ward.untold
        for name in ("account", "shut", "unopened", "asked_for", "approved"):
            setattr(mine, name, getattr(self.ward, name))
        mine.kept = self.province.kept if role in OF_THE_POLICE else self.ward.kept
        if role == Role.SCHOOL_OFFICER:
            mine.draft = self.deputy
        if role in OF_THE_POLICE:
            mine.flaggable = mine.closable = mine.received.incident
        return mine

    # Asking

    def client_of(self, who: str) -> Client:
        """The one browser, with the person's session, who signs in once, with a proof that stays fresh: what a request does to a session is undone like the rest."""
        if who not in self.sessions:
            self.sessions[who] = self.world.client(who, fresh_for=3600).cookies[settings.SESSION_COOKIE_NAME].value
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
            account("truc2.ducxuan", self.world.actor("officer").organisation, Role.COMMUNE_OFFICER, "")

    def body(self, role: str, route: str, things: Things) -> dict[str, Any]:
        """What a browser would send to the route, filled in well."""
        made = BODIES.get(route)
        return END | (made(self, role, things) if made else {})


@contextmanager
def set_up() -> Iterator[Stage]:
    """A stage that is undone at the end."""
    settings.DEMO = True
    with transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)
    settings.DEMO = False


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
    "incidents:ask_to_flag": ("code", "flaggable.code"),
    "incidents:assign": ("code", "received.code"),
    "incidents:close": ("code", "closable.code"),
    "incidents:withdraw": ("code", "flaggable.code"),
    "incidents:merge": ("code", "flaggable.code"),
    "incidents:keep_out": ("code", "received.incident.code"),
    "incidents:open_person": ("uid", "person.uid"),
    "incidents:reply": ("uid", "question.uid"),
    "reports:retry": ("code", "parked.code"),
}
NAMED |= {"coordination:order_paper": ("code", "received.incident.code"), "coordination:retry_paper": ("code", "unprinted.code")}
NAMED |= {f"coordination:{name}": ("code", "printed.code") for name in ("paper", "paper_progress", "paper_file")}
NAMED |= {f"incidents:{name}": ("code", "received.incident.code") for name in ("detail", "receipt", "log_call", "full_report", "amend", "look", "add_person")}
NAMED |= {f"incidents:{name}": ("code", "sent.code") for name in ("see", "receive")}
NAMED |= {f"incidents:{name}": ("code", "received.code") for name in ("forward", "follow_up", "ask", "note", "answer")}
NAMED |= {f"incidents:{name}": ("code", "answered.code") for name in ("acknowledge", "discuss")}
NAMED |= {"incidents:ask_ruling": ("code", "discussed.code"), "incidents:rule": ("code", "asked.incident.code")}
NAMED |= {f"briefings:{name}": ("code", "planned.code") for name in ("detail", "amend", "refresh", "hold")}
NAMED |= {f"briefings:{name}": ("code", "held.code") for name in ("attend", "conclude", "withdraw", "close")}
NAMED |= {f"briefings:{name}": ("code", "agreed.code") for name in ("conclusion", "carry_out")} | {"briefings:confirm": ("code", "carried_out.code")}
NAMED |= {f"reports:{name}": ("code", "ready.code") for name in ("detail", "progress", "file", "sheets", "words", "issue")} | {"reports:sign": ("code", "issued.code"), "reports:signed": ("code", "signed.code")}
NAMED |= {f"reports:{name}": ("code", "expected.code") for name in ("return", "remind", "leave_out")} | {"reports:take_back": ("code", "left_out.code")}
NAMED |= {f"agreements:{name}": ("code", "promised.code") for name in ("detail", "terminate", "replace")} | {f"agreements:{name}": ("code", "drafted.code") for name in ("amend", "sign")}
NAMED |= {f"coordination:register_{name}": ("code", "brought.code") for name in ("preview", "file", "confirm", "discard")} | {"coordination:handover": ("code", "handed.code"), "coordination:staff_handover": ("code", "gave.code")}
NAMED |= {f"coordination:account{act}": ("code", "account.code") for act in ("", "_suspend", "_end")} | {"coordination:account_reopen": ("code", "shut.code"), "coordination:account_invite": ("code", "unopened.code")}
NAMED |= {f"coordination:account_request{act}": ("code", "asked_for.code") for act in ("", "_approve", "_refuse", "_withdraw")} | {"coordination:account_request_confirm": ("code", "approved.code")}
NAMED |= {f"incidents:{name}": ("code", "received.incident.code") for name in ("close_openings", "request_identity", "write_informant")}
NAMED |= {"incidents:open_informant": ("uid", "told.uid"), "incidents:answer_request": ("code", "wished.code"), "incidents:revoke_grant": ("code", "granted.code"), "incidents:tell_head": ("code", "untold.code")}
NAMED |= {f"incidents:{name}": ("code", "glass.code") for name in ("glass", "close_glass", "review_glass")} | {"incidents:restore_glass": ("code", "judged.code")}
NAMED |= {f"coordination:{name}": ("code", "kept.hold.code") for name in ("hold",)} | {"coordination:hold_place": ("code", "received.incident.code"), "incidents:proceedings": ("code", "received.incident.code")}
NAMED |= {f"coordination:hold_{name}": ("code", "kept.asked.code") for name in ("set", "decline")} | {"coordination:hold_lift": ("code", "kept.held.code")}
NAMED |= {f"coordination:{name}": ("code", "kept.batch.code") for name in ("disposal", "disposal_review", "disposal_refuse")} | {"coordination:disposal_approve": ("code", "kept.reviewed.code")}
NAMED |= {f"coordination:{name}": ("code", "kept.received.code") for name in ("request", "request_acknowledge")} | {"coordination:request_finish": ("code", "kept.under_way.code")}
NAMED |= {f"coordination:{name}": ("code", "kept.acknowledged.code") for name in ("request_prepare", "request_refuse", "request_extend", "export_new")}
NAMED |= {f"coordination:{name}": ("code", "kept.prepared.code") for name in ("export", "export_approve", "export_refuse")} | {f"coordination:{name}": ("code", "kept.ready.code") for name in ("export_file", "export_hand_over")}
NAMED |= {f"coordination:{name}": ("code", "kept.leak.code") for name in ("breach", "breach_tell_first", "breach_notify")} | {"coordination:breach_close": ("code", "kept.notified.code")}
NAMED |= {"incidents:send_files": ("code", "received.incident.code")} | {f"incidents:{name}": ("uid", "file.uid") for name in ("file", "file_original", "open_file", "verify_file", "take_down_file")}
EXTRA = {"coordination:register_template": {"kind": "schools"}, "briefings:withdraw": {"number": 1}, "coordination:order_paper": {"kind": "phieu-bao-nhanh"}, "coordination:hold_place": {"kind": "vu-viec"}}


# What a browser sends

Body = Callable[[Stage, str, Things], dict[str, Any]]


def text(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """One text."""
    return {"text": "Một câu."}


def a_list(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """A list of schools as a file."""
    return {"kind": "schools", "file": SentAgain("danh sach.csv", school_list(stage.world.actor(PEOPLE[role])))}


def the_rest_of_the_unit(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """The school of the divided unit that still waits, to the one successor; confirmed."""
    handed = things.handed
    school = Organisation.objects.get(unit=handed.from_unit)
    return {"unit": handed.from_unit_id, "on": f"{handed.on:%d/%m/%Y}", "reason": "Nghị quyết mẫu", f"to_{school.code}": handed.to_unit_id, "confirmed": "1"}


def managed_by(stage: Stage, role: str) -> Organisation:
    """A school that answers to the role's body."""
    return stage.world.actor("thpt_principal" if role in OF_THE_DEPARTMENT else "principal").organisation


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
    return {"answer": "nil", "words": "", "seen": seen} | dict.fromkeys(returning.TICKS, "on")


def draft_form(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """A programme of the role's own body with somebody nearby."""
    department = role in OF_THE_DEPARTMENT
    side_b = stage.world.actor("province_police").organisation.parent if department else stage.world.actor("officer").organisation
    return {"kind": "programme", "title": "Chương trình phối hợp", "symbol": "CTPH", "side_b": side_b.code, "starts_on": "01/01/2026", "ends_on": "31/12/2026", "parent": "", "legal_bases": ""}


PROPOSED = {Role.COMMUNE_CHIEF: Role.COMMUNE_OFFICER, Role.PROVINCE_POLICE_HEAD: Role.PROVINCE_POLICE, Role.CHILD_PROTECTION: Role.COMMUNE_EDUCATION}
COLLEAGUES = {
    Role.PRINCIPAL: COUNSELLOR, Role.SCHOOL_OFFICER: "principal", Role.COUNSELLOR: "principal", Role.COMMUNE_OFFICER: "chief", Role.COMMUNE_CHIEF: "officer", Role.PROVINCE_POLICE: "province_police_head",
    Role.PROVINCE_POLICE_HEAD: "province_police", Role.COMMUNE_EDUCATION: "leader", Role.COMMUNE_LEADER: "culture", Role.CHILD_PROTECTION: "culture", Role.DOET_OFFICER: "doet_leader",
}  # fmt: skip


def a_proposal(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """One more person for a post of the role's own unit; an administrator names the unit."""
    body = {"body": stage.world.actor("principal").organisation.name} if role == Role.SYSADMIN else {}
    return body | {"username": "them.mot", "email": "them.mot@example.vn", "role": PROPOSED.get(role, Role.COUNSELLOR), "starts": "", "ends": "", "reason": "Quyết định mẫu"}


def a_hold(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """A reason, and for a chief the department he asks."""
    asked = {"to": stage.world.actor("pc04.bk").organisation.code} if role == Role.COMMUNE_CHIEF else {}
    return {"text": "Đang xác minh.", "ends_on": ""} | asked


def a_request(stage: Stage, role: str, things: Things) -> dict[str, Any]:
    """What a parent asks; the officer may name the school, a school is its own."""
    said = {"kind": "see", "capacity": "representative", "asker": "Phụ huynh mẫu", "contact": "Địa chỉ mẫu", "case_code": "", "received_at": "09:00 20/11/2026", "wish": "Xin bản sao."}
    return said if role == Role.PRINCIPAL else said | {"school": ""}


BODIES: dict[str, Body] = dict.fromkeys((f"incidents:{name}" for name in ("flag", "amend", "ask", "note", "discuss", "reply")), text) | {
    "coordination:account_propose": a_proposal,
    "coordination:account_ask_reset": lambda stage, role, things: {"username": stage.world.actor(COLLEAGUES.get(role, "doet")).user.username, "reason": "Mất điện thoại."},
    "coordination:account_request_refuse": lambda stage, role, things: {"reason": "Chưa có quyết định."},
    "coordination:account_suspend": lambda stage, role, things: {"why": "left"},
    "coordination:account_reopen": lambda stage, role, things: {"reason": "Đã đi làm lại."},
    "coordination:account_end": lambda stage, role, things: {"held": things.account.appointments.get().pk, "day": "", "hour": ""},
    "coordination:account_invite": lambda stage, role, things: {"apart": "on"},
    "coordination:account_codes": lambda stage, role, things: {"apart": "on"},
    "coordination:account_review": lambda stage, role, things: {"seen": "on"},
    **dict.fromkeys((f"coordination:{name}" for name in ("hold_decline", "hold_lift", "disposal_refuse", "request_prepare", "request_finish", "breach_close")), text),
    "coordination:hold_place": a_hold,
    "coordination:request_new": a_request,
    "coordination:request_refuse": lambda stage, role, things: {"ground": "not_here", "text": "Không có dữ liệu."},
    "coordination:request_extend": lambda stage, role, things: {"days": "5", "text": "Hồ sơ giấy."},
    "coordination:export_new": lambda stage, role, things: {"part": "vu-viec", "case_code": stage.ward.person.incident.spoken_code, "who": stage.ward.person.pseudonym},
    "coordination:breach_new": lambda stage, role, things: {"discovered_at": "09:00 20/11/2026", "began_at": "08:00 20/11/2026", "ended_at": "08:30 20/11/2026", "cases": "1", "people": "2", "description": "Mất máy."},
    "incidents:proceedings": lambda stage, role, things: {"day": "20/11/2026"},
    "coordination:register": a_list,
    "coordination:handover_split": the_rest_of_the_unit,
    "coordination:staff_handover_new": own_work,
    "coordination:choose_post": lambda stage, role, things: {"appointment": stage.world.actor(PEOPLE[role]).pk},
    "incidents:quick_report": lambda stage, role, things: stage.world.form(),
    "incidents:report_instead": lambda stage, role, things: stage.world.form() | {"school": managed_by(stage, role).code},
    "incidents:withdraw": text,
    "incidents:merge": lambda stage, role, things: {"into": things.closable.code},
    "incidents:save_draft": lambda stage, role, things: {"key": str(uuid.uuid4()), "summary": "Mất một xe đạp"},
    "incidents:log_call": lambda stage, role, things: {"called": "113", "called_at": "09:00 20/11/2026"},
    "incidents:full_report": lambda stage, role, things: SENT_REPORT,
    "incidents:add_person": lambda stage, role, things: PERSON,
    "incidents:send_files": lambda stage, role, things: {"files": SentAgain("anh hien truong.png", ANOTHER_PICTURE)},
    "incidents:open_file": lambda stage, role, things: {"purpose": "case"},
    "incidents:take_down_file": text,
    "incidents:open_person": lambda stage, role, things: {"purpose": "case", "reason": "Liên hệ gia đình của em."},
    "incidents:open_informant": lambda stage, role, things: {"nguon-purpose": "case"},
    "incidents:write_informant": lambda stage, role, things: {"full_name": "Người báo mẫu", "contact": "", "how": "Gọi điện."},
    "incidents:request_identity": lambda stage, role, things: {"purpose": "child", "reason": "Liên hệ gia đình để hỗ trợ em.", "days": "3"},
    "incidents:answer_request": lambda stage, role, things: {"answer": "grant", "days": "2", "note": ""},
    "incidents:use_glass": lambda stage, role, things: {"code": stage.ward.closable.spoken_code, "school": stage.ward.closable.school.name, "cause": "life", "reason": WHY, "paper": "Sổ trực số 12"},
    "incidents:review_glass": lambda stage, role, things: {"verdict": "right", "note": "Đã đối chiếu sổ trực."},
    "incidents:take_call": lambda stage, role, things: stage.world.form() | {"school": stage.world.actor("principal").organisation.code, "origin": "call", "caller": "guard", "called_at": "09:00 20/11/2026"},
    "incidents:ask_ruling": text,
    "incidents:rule": text,
    "incidents:forward": lambda stage, role, things: {"to": stage.world.actor("pc04.bk").organisation.code, "text": "Thuộc thẩm quyền."},
    "incidents:assign": lambda stage, role, things: {"to": stage.world.actor(PEOPLE[role]).pk},
    "incidents:follow_up": lambda stage, role, things: {"step": "progress"},
    "incidents:answer": lambda stage, role, things: {"outcome": "reminded", "text": ""},
    "agreements:draft": draft_form,
    "agreements:amend": draft_form,
    "agreements:sign": lambda stage, role, things: {"number": "07", "symbol": "CTPH", "signed_on": "20/11/2026"},
    "agreements:terminate": lambda stage, role, things: {"ended_on": "20/11/2026", "ending_note": "Theo quyết định."},
    "agreements:replace": lambda stage, role, things: {"ended_on": "20/11/2026", "replaced_by": things.later.code},
    "briefings:plan": room,
    "briefings:amend": room,
    "briefings:attend": everybody_came,
    "briefings:conclude": conclusion,
    "briefings:carry_out": lambda stage, role, things: {"note": "Đã làm."},
    "reports:return": nothing_happened,
    "reports:remind_all": lambda stage, role, things: {"ky": last_quarter().key},
    "reports:leave_out": lambda stage, role, things: {"reason": "Trường tạm dừng hoạt động."},
    "reports:list": lambda stage, role, things: {"period": last_quarter().key, "audience": "police" if role in OF_THE_POLICE else "education"},
    "reports:words": lambda stage, role, things: {section.key: "Đã làm." for section in sections_of(things.ready)} | {"seen": str(things.ready.words_version)},
    "reports:issue": lambda stage, role, things: {"number": "7", "symbol": symbols_of(things.ready.issuer)[0], "issued_on": "20/11/2026", "signing": "head"},
    "reports:sign": lambda stage, role, things: {"file": SimpleUploadedFile("bao-cao.pdf", signed_copy(small_paper(f"{things.issued.number_words} {long_date(things.issued.issued_on)}")), "application/pdf")},
}
