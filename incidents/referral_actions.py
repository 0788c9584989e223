"""The acts of a referral, each side in turn: see, receive, pass on, follow up, ask, reply, answer, acknowledge, discuss, rule."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination import audit, clocks, duties, notices, policy
from coordination.models import SYSTEM, Appointment, Notice, Organisation, Post, Role
from coordination.models.duties import DutyStatus
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.models.people import POLICE_ROLES
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale, move
from incidents import actions, rules
from incidents.models import FollowUp, Incident, PoliceNote, Question, Referral
from incidents.models.referrals import Ground
from incidents.workflow import EndedHow, IncidentStatus, ReferralStatus


def school_post(referral: Referral) -> Post:
    """The post that answers for the school."""
    return actions.school_post(referral.incident)


def police_desk(referral: Referral) -> Post:
    """The post that answers for the police body."""
    return Post.head_of(referral.to_org)


def held(referral: Referral, act: str, by: Any, sources: tuple[str, ...]) -> Referral:
    """The referral locked, in one of these states, for an act that changes no status. Raises Stale or PermissionDenied."""
    locked = Referral.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=referral.pk)
    if not policy.can(by, f"referral.{act}", locked):
        raise PermissionDenied(act)
    if locked.status not in sources:
        raise Stale(f"{act}: already {locked.status}")
    return locked


@transaction.atomic
def see(referral: Referral, *, by: Appointment, purpose: str = "", reason: str = "") -> Referral:
    """Trực ban đã xem: stamps the hour; a restricted case also leaves a receipt with the purpose (ground.md 9)."""
    if referral.incident.restricted:
        actions.open_sealed(referral.incident, by=by, purpose=purpose, reason=reason)
    if referral.status != ReferralStatus.SENT:
        return referral
    referral = move(referral, "see", by=by, seen_at=clocks.now(), seen_by=by)
    notices.tell(school_post(referral), NoticeKind.REFERRAL_SEEN, referral)
    return referral


@transaction.atomic
def receive(referral: Referral, *, by: Appointment) -> Referral:
    """Công an đã nhận tin: the officer becomes handler, the promise of the receipt is kept, the result's clock starts."""
    referral = move(referral, "receive", by=by, received_at=clocks.now(), handler=by)
    duties.discharge("acknowledge", referral)
    incident = referral.incident
    duties.open("answer", referral, owed_by=police_desk(referral), clock=rules.clock_for("first_result", incident.severity, incident.kind), parties=incident.parties)
    notices.tell(school_post(referral), NoticeKind.REFERRAL_RECEIVED, referral)
    return referral


@transaction.atomic
def forward(referral: Referral, *, by: Appointment, to: Organisation, reason: str) -> Referral:
    """Chuyển đơn vị có thẩm quyền: police do not refuse, they pass on; a new referral is chained (practice.md 1).

    What the school still owes goes along. The unit that passes on keeps a plain line; the commune police of the school keeps a copy (practice.md 2.6).
    """
    if to.pk == referral.to_org_id or not to.is_police:
        raise Stale("the unit cannot be passed to")
    incident = locked_case(referral, by)
    if actions.referrals_of(incident).still_open().filter(to_org=to).exists():
        raise Stale("that unit already has the case")
    copy = is_police_of_school(referral.to_org, incident)
    referral = move(referral, "forward", by=by, reason=reason, forwarded_at=clocks.now(), forwarded_to=to, keeps_copy=copy, passed_words=notices.stored_words(incident))
    for kind in ("acknowledge", "answer"):
        duties.discharge(kind, referral)
    with beyond_the_reader("the case leaves the sight of the unit that passes it on"):
        if not copy and not actions.referrals_of(incident).in_hand().filter(to_org=referral.to_org_id).exists():
            incident.parties = [body for body in incident.parties if body != referral.to_org_id]
        chained = actions.refer(incident, by=by, ground=Ground.FORWARDED, reason=reason, to=to, previous=referral)
        carry_questions(referral, chained)
        notices.tell(school_post(chained), NoticeKind.REFERRAL_FORWARDED, chained)
    return chained


def locked_case(referral: Referral, by: Any) -> Incident:
    """The case of a referral, locked before the referral itself, so that all who need both take them in one order. Raises Stale when it has left the actor's sight."""
    incident = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=referral.incident_id).first()
    if incident is None:
        raise Stale("the case was passed on")
    return incident


def is_police_of_school(police: Organisation, incident: Incident) -> bool:
    """Whether a police body is that of the commune where the school stands."""
    return police.kind == OrganisationKind.COMMUNE_POLICE and police.unit_id == incident.school.unit_id


def carry_questions(passed: Referral, chained: Referral) -> None:
    """What the school has not yet answered is answered to the new unit, by the same hour."""
    if not open_questions(passed).update(referral=chained):
        return
    owed = duties.of(passed).get(kind="reply", status=DutyStatus.OPEN)
    duties.open("reply", chained, owed_by=school_post(chained), clock=owed.clock, due_at=owed.due_at, parties=chained.incident.parties)
    duties.discharge("reply", passed, act="waive")


def name_handler(referral: Referral, by: Appointment) -> None:
    """Whoever works on the case for the post is its handler now (ground.md 5); the sealed names open for him, no longer for the one before."""
    if referral.handler_id != by.pk:
        referral.handler = by
        referral.save(update_fields=["handler"])
        audit.record("name_handler", referral, by=by, incident=referral.incident_id)


@transaction.atomic
def assign(referral: Referral, *, by: Appointment, to: Appointment) -> Referral:
    """The chief names the officer who works on the case (security.md 3.2, table B): the sealed names open for him, no longer for the one before; the duty stays with the post."""
    locked = held(referral, "assign", by, (ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED))
    if locked.handler_id == to.pk or not officers_of(locked).filter(pk=to.pk).exists():
        raise Stale("he handles it already, or holds no post of this unit")
    locked.handler = to
    locked.save(update_fields=["handler"])
    audit.record("assign", locked, by=by, incident=locked.incident_id, handler=to.pk)
    return locked


def officers_of(referral: Referral) -> Any:
    """Who may be named: everybody who holds a post of the unit today and is not kept out of the case."""
    held_today = Appointment.objects.held_on(clocks.today()).filter(post__organisation=referral.to_org, post__role__in=POLICE_ROLES)
    return held_today.exclude(user_id__in=referral.incident.kept_out).select_related("post__organisation", "user").order_by("post__role", "pk")


@transaction.atomic
def ask_to_flag(incident: Incident, *, by: Appointment) -> None:
    """The office above asks the school to send the case to the police (ground.md 5): told once a day, and kept in the trail."""
    if not policy.can(by, "incident.ask_to_flag", incident):
        raise PermissionDenied("incident.ask_to_flag")
    locked = actions.sent(incident, by)
    if not may_be_asked_for(locked) or asked_today(locked):
        raise Stale("it is with the police, or was asked for today")
    notices.tell(actions.school_post(locked), NoticeKind.FLAG_ASKED, locked)
    audit.record("ask_to_flag", locked, by=by)


def may_be_asked_for(incident: Incident) -> bool:
    """Open, and with no police; in a conflict the office acts for the school and need not ask it."""
    return incident.status == IncidentStatus.SUBMITTED and not incident.stand_in_id and not actions.referrals_of(incident).still_open().exists()


def asked_today(incident: Incident) -> bool:
    """Whether the school was asked today: that stands in its own bell."""
    told = {"post": actions.school_post(incident), "kind": NoticeKind.FLAG_ASKED, "link": incident.get_absolute_url()}
    with beyond_the_reader("whether the school was asked lies in its own bell"):
        return Notice.objects.visible_to(SYSTEM).filter(**told, happened_at__gte=clocks.midnight(clocks.today())).exists()


@transaction.atomic
def follow_up(referral: Referral, *, by: Appointment, step: str) -> FollowUp:
    """One step in one tap; the school is told that work goes on."""
    locked = held(referral, "follow_up", by, (ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED))
    name_handler(locked, by)
    before = actions.pressed_before(FollowUp, locked.incident, by, referral=locked, step=step)
    if before:
        return before
    done = FollowUp.objects.visible_to(by).create(incident=locked.incident, referral=locked, by=by, at=clocks.now(), step=step)
    audit.record("follow_up", done, by=by, incident=locked.incident_id, step=step)
    next_word(locked)
    notices.tell(school_post(locked), NoticeKind.REFERRAL_PROGRESS, locked)
    return done


def next_word(referral: Referral) -> None:
    """The police owe first information, not a result (practice.md 2.4): a step keeps that promise and starts the clock of the next note."""
    duties.discharge("answer", referral)
    clock = rules.clock_for("progress_note", referral.incident.severity, referral.incident.kind)
    if clock:
        duties.open("answer", referral, owed_by=police_desk(referral), clock=clock, parties=referral.incident.parties)


@transaction.atomic
def note(referral: Referral, *, by: Appointment, text: str) -> PoliceNote:
    """For the police side alone."""
    locked = held(referral, "note", by, tuple(status for status in ReferralStatus.values if status != ReferralStatus.FORWARDED))
    before = actions.pressed_before(PoliceNote, locked.incident, by, referral=locked, text=text)
    if before:
        return before
    written = PoliceNote.objects.visible_to(by).create(incident=locked.incident, referral=locked, by=by, at=clocks.now(), text=text)
    audit.record("note", written, by=by, incident=referral.incident_id)
    return written


@transaction.atomic
def ask(referral: Referral, *, by: Appointment, text: str) -> Question:
    """Đề nghị nhà trường bổ sung: the school owes an answer; the police see whose turn it is."""
    locked = held(referral, "ask", by, (ReferralStatus.SEEN, ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED))
    before = actions.pressed_before(Question, locked.incident, by, referral=locked, text=text)
    if before:
        return before
    question = Question.objects.visible_to(by).create(incident=locked.incident, referral=locked, by=by, at=clocks.now(), text=text)
    duties.open("reply", locked, owed_by=school_post(locked), clock=rules.clock_for("school_reply", locked.incident.severity, locked.incident.kind), parties=locked.incident.parties)
    audit.record("ask", question, by=by, incident=locked.incident_id)
    notices.tell(school_post(locked), NoticeKind.REFERRAL_QUESTION, locked)
    return question


@transaction.atomic
def reply(question: Question, *, by: Appointment, text: str) -> Question:
    """The school's answer to one question."""
    locked = Question.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    if locked.answered_at:
        raise Stale("already answered")
    locked.answer, locked.answered_at, locked.answered_by = text, clocks.now(), by
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    if not open_questions(locked.referral).exists():
        duties.discharge("reply", locked.referral)
    audit.record("reply", locked, by=by, incident=locked.incident_id)
    notices.tell(police_desk(locked.referral), NoticeKind.REFERRAL_REPLY, locked.referral)
    return locked


def open_questions(referral: Referral) -> Any:
    """The questions the school has not answered."""
    return Question.objects.unscoped("reached from a referral already in scope").filter(referral=referral, answered_at=None)


@transaction.atomic
def answer(referral: Referral, *, by: Appointment, outcome: str, note: str = "") -> Referral:
    """The police post gives its result; the school's post is told and its duty to acknowledge begins."""
    referral = move(referral, "answer", by=by, handler=by, outcome=outcome, outcome_note=note, answered_at=clocks.now())
    incident = referral.incident
    for kind in ("answer", "reply"):
        duties.discharge(kind, referral, act="discharge" if kind == "answer" else "waive")
    duties.open("acknowledge_result", referral, owed_by=school_post(referral), clock=rules.clock_for("school_acknowledge", incident.severity, incident.kind), parties=incident.parties)
    notices.tell(school_post(referral), NoticeKind.REFERRAL_ANSWERED, referral)
    return referral


@transaction.atomic
def acknowledge(referral: Referral, *, by: Appointment) -> Referral:
    """Nhà trường đã nhận kết quả: the referral is settled; the school may now close the case."""
    referral = move(referral, "acknowledge", by=by, settled_at=clocks.now(), settled_how=EndedHow.SCHOOL)
    duties.discharge("acknowledge_result", referral)
    duties.discharge("rule", referral, act="waive")
    notices.tell(police_desk(referral), NoticeKind.REFERRAL_ACKNOWLEDGED, referral)
    return referral


@transaction.atomic
def discuss(referral: Referral, *, by: Appointment, text: str) -> Referral:
    """Đề nghị trao đổi thêm: the school says why; the police owe a new answer. Who still disagrees with that one asks for a ruling."""
    if referral.status == ReferralStatus.ANSWERED and referral.discussed_at:
        return ask_ruling(referral, by=by, text=text)
    earlier = {"earlier_outcome": referral.outcome, "earlier_note": referral.outcome_note, "earlier_answered_at": referral.answered_at}
    referral = move(referral, "discuss", by=by, discussion=text, discussed_at=clocks.now(), **earlier)
    duties.discharge("acknowledge_result", referral)
    incident = referral.incident
    duties.open("answer", referral, owed_by=police_desk(referral), clock=rules.clock_for("first_result", incident.severity, incident.kind), parties=incident.parties)
    notices.tell(police_desk(referral), NoticeKind.REFERRAL_DISCUSSED, referral)
    return referral


@transaction.atomic
def ask_ruling(referral: Referral, *, by: Appointment, text: str) -> Referral:
    """Đề nghị cấp có thẩm quyền cho ý kiến: after one discussion either side may ask; the clocks between the two stand still, the ruling body's runs."""
    if not referral.discussed_at:
        raise Stale("nothing was discussed yet")
    incident = locked_case(referral, by)
    body = ruling_body(incident, referral.to_org)
    if body is None:
        raise Refused(nobody_rules_words(incident))
    referral = move(referral, "ask_ruling", by=by, ruling_request=text, ruling_asked_at=clocks.now(), ruling_asked_by=by, ruling_body=body)
    for kind in ("answer", "reply", "acknowledge_result"):
        duties.discharge(kind, referral, act="waive")
    incident.parties = sorted({*incident.parties, body.pk})
    incident.save(update_fields=["parties"])
    post = Post.objects.get_or_create(organisation=body, role=RULING_ROLE[body.kind])[0]
    duties.open("rule", referral, owed_by=post, clock=rules.clock_for("ruling", incident.severity, incident.kind), parties=incident.parties)
    notices.tell(post, NoticeKind.RULING_ASKED, PutBefore(referral))
    tell_both(referral, NoticeKind.RULING_ASKED, by=by)
    return referral


def nobody_rules_words(incident: Incident) -> str:
    """What the two sides do where the Sở is one of them."""
    return _("Vụ việc có liên quan đến lãnh đạo trường, %(body)s đang thay mặt nhà trường nên không cho ý kiến về chính việc này. Hai bên trao đổi trực tiếp; cần thì báo cáo UBND cấp tỉnh bằng văn bản.") % {
        "body": incident.department.called
    }


RULING_ROLE = {OrganisationKind.COMMUNE_PC: Role.COMMUNE_LEADER, OrganisationKind.DOET: Role.DOET_LEADER}


def ruling_body(incident: Incident, police: Organisation) -> Organisation | None:
    """The one body that rules: the UBND where school and police stand in its commune and it is not itself a side; otherwise the Sở, the level both share.

    None where the Sở itself is a side, because its own desk stands in for the leadership of its school: above it nobody works in the portal.
    """
    committee = incident.jurisdiction
    near = committee.kind == OrganisationKind.COMMUNE_PC and police.kind == OrganisationKind.COMMUNE_POLICE and police.unit_id == committee.unit_id
    is_side = incident.stand_in_id is not None  # in a conflict its own desk answers for the school, whoever stands in (practice.md 2.3)
    if near and not is_side:
        return committee
    return None if is_side and incident.jurisdiction_id == incident.department_id else incident.department


class PutBefore:
    """What a notice to the ruling body needs: the words of the case, and the page where it rules."""

    def __init__(self, referral: Referral) -> None:
        self.duty_words, self.code, self.kept_out = referral.duty_words, referral.incident.code, referral.incident.kept_out

    def get_absolute_url(self) -> str:
        """The page of the ruling."""
        return reverse("incidents:rule", args=[self.code])


def tell_both(referral: Referral, kind: str, *, by: Any) -> None:
    """Ring for school and police; whoever acted is not told of it."""
    for post in (school_post(referral), police_desk(referral)):
        if post.organisation.body_id != by.body_id:
            notices.tell(post, kind, referral)


@transaction.atomic
def rule(referral: Referral, *, by: Appointment, text: str) -> Referral:
    """Cho ý kiến giải quyết: ends the referral; the school closes the case, or it closes by itself after five working days."""
    referral = move(referral, "rule", by=by, ruling=text, ruled_at=clocks.now(), ruled_by=by)
    duties.discharge("rule", referral)
    incident = referral.incident
    duties.open("close", incident, owed_by=school_post(referral), clock=rules.clock_for("school_acknowledge", incident.severity, incident.kind), parties=incident.parties)
    tell_both(referral, NoticeKind.REFERRAL_RULED, by=by)
    return referral


@transaction.atomic
def settle_by_silence(referral: Referral) -> Referral:
    """Five working days after the result a silent school holds nothing open: settled and, when nothing else is missing, closed (practice.md 2.5)."""
    locked_case(referral, SYSTEM)
    referral = move(referral, "settle_by_silence", by=SYSTEM, settled_at=clocks.now(), settled_how=EndedHow.SILENCE)
    duties.discharge("acknowledge_result", referral, act="lapse")
    close_if_nothing_is_missing(referral.incident)
    return referral


@transaction.atomic
def close_by_silence(incident: Incident) -> None:
    """The same after a ruling that the school left lying."""
    locked = actions.sent(incident, SYSTEM)
    duties.discharge("close", locked, act="lapse")
    close_if_nothing_is_missing(locked)


def close_if_nothing_is_missing(incident: Incident) -> None:
    """The end of a case by its clocks."""
    if incident.status == IncidentStatus.SUBMITTED and not actions.closing_gaps(incident):
        actions.close(incident, by=SYSTEM, how=EndedHow.SILENCE)
