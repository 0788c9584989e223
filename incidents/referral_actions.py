"""The acts of a referral, each side in turn: see, receive, pass on, follow up, ask, reply, answer, acknowledge, discuss."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from coordination import audit, clocks, duties, notices, policy
from coordination.models import SYSTEM, Appointment, Organisation, Post
from coordination.models.notices import NoticeKind
from coordination.workflow import Stale, move
from incidents import actions, rules
from incidents.models import FollowUp, PoliceNote, Question, Referral
from incidents.models.referrals import Ground
from incidents.workflow import EndedHow, IncidentStatus, ReferralStatus


def school_post(referral: Referral) -> Post:
    """The post that answers for the school."""
    return Post.head_of(referral.incident.school)


def police_desk(referral: Referral) -> Post:
    """The post that answers for the police body."""
    return Post.head_of(referral.to_org)


def held(referral: Referral, act: str, by: Any, sources: tuple[str, ...]) -> Referral:
    """The referral locked, in one of these states, for an act that changes no status. Raises Stale or PermissionDenied."""
    locked = Referral.objects.visible_to(by).select_for_update(of=("self",)).get(pk=referral.pk)
    if not policy.can(by, f"referral.{act}", locked):
        raise PermissionDenied(act)
    if locked.status not in sources:
        raise Stale(f"{act}: already {locked.status}")
    return locked


@transaction.atomic
def see(referral: Referral, *, by: Appointment, purpose: str = "") -> Referral:
    """Trực ban đã xem: stamps the hour; a restricted case also leaves a receipt with the purpose (ground.md 9)."""
    if referral.incident.restricted:
        actions.open_sealed(referral.incident, by=by, purpose=purpose)
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
    """Chuyển đơn vị có thẩm quyền: police do not refuse, they pass on; a new referral is chained (practice.md 1)."""
    if to.pk == referral.to_org_id or not to.is_police:
        raise Stale("the unit cannot be passed to")
    if actions.referrals_of(referral.incident).still_open().filter(to_org=to).exists():
        raise Stale("that unit already has the case")
    referral = move(referral, "forward", by=by, reason=reason)
    for kind in ("acknowledge", "answer"):
        duties.discharge(kind, referral)
    chained = actions.refer(referral.incident, by=by, ground=Ground.FORWARDED, reason=reason, to=to, previous=referral)
    notices.tell(school_post(referral), NoticeKind.REFERRAL_FORWARDED, referral)
    return chained


def name_handler(referral: Referral, by: Appointment) -> None:
    """Whoever works on the case for the post is its handler now (ground.md 5); the sealed names open for him, no longer for the one before."""
    if referral.handler_id != by.pk:
        referral.handler = by
        referral.save(update_fields=["handler"])
        audit.record("name_handler", referral, by=by, incident=referral.incident_id)


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
    locked = held(referral, "note", by, tuple(ReferralStatus.values))
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
    locked = Question.objects.visible_to(by).select_for_update(of=("self",)).get(pk=question.pk)
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
    notices.tell(police_desk(referral), NoticeKind.REFERRAL_ACKNOWLEDGED, referral)
    return referral


@transaction.atomic
def discuss(referral: Referral, *, by: Appointment, text: str) -> Referral:
    """Đề nghị trao đổi thêm: the school says why; the police owe a new answer."""
    referral = move(referral, "discuss", by=by, discussion=text, discussed_at=clocks.now(), earlier_outcome=referral.outcome, earlier_answered_at=referral.answered_at)
    duties.discharge("acknowledge_result", referral)
    incident = referral.incident
    duties.open("answer", referral, owed_by=police_desk(referral), clock=rules.clock_for("first_result", incident.severity, incident.kind), parties=incident.parties)
    notices.tell(police_desk(referral), NoticeKind.REFERRAL_DISCUSSED, referral)
    return referral


@transaction.atomic
def settle_by_silence(referral: Referral) -> Referral:
    """Five working days after the result a silent school holds nothing open: settled and, when nothing else is missing, closed (practice.md 2.5)."""
    referral = move(referral, "settle_by_silence", by=SYSTEM, settled_at=clocks.now(), settled_how=EndedHow.SILENCE)
    duties.discharge("acknowledge_result", referral, act="lapse")
    if referral.incident.status == IncidentStatus.SUBMITTED and not actions.closing_gaps(referral.incident):
        actions.close(referral.incident, by=SYSTEM, how=EndedHow.SILENCE)
    return referral
