"""The acts of a case: file, flag, call, complete, amend, close. One act, one function; the actor is keyword-only."""

import hashlib
import json
import uuid
from datetime import timedelta
from itertools import count
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from coordination import audit, clocks, duties, notices, policy
from coordination.keeping import holds
from coordination.models import Appointment, Organisation, Post, School, SpokenCounter
from coordination.models.notices import NoticeKind
from coordination.workflow import Stale, move
from incidents import closing, rules, vault
from incidents.conflict import FIELDS as CONFLICT_FIELDS
from incidents.conflict import answering_post, desk_of, give_back, take_over
from incidents.models import Addendum, FullReport, Incident, Kind, Opening, Person, PhoneCall, Referral
from incidents.models.cases import HEADS_UP
from incidents.models.referrals import Ground
from incidents.workflow import EndedHow, IncidentStatus

SAME_PRESS = timedelta(seconds=10)


def hash_of(answers: dict[str, Any], said_when: str, *, conflict: bool = False, untold: bool = False) -> str:
    """What makes two presses the same press: the answers as they were given, so "Vừa xong" pressed twice is the same."""
    said = {name: str(answers[name]) for name in ("severity", "place_kind", "place_detail", "summary")} | {"kind": answers["kind"].code, "when": said_when}
    said |= {"conflict": "yes"} if conflict else {"untold": "yes"} if untold else {}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def draft_of(key: uuid.UUID, by: Appointment, school_id: int | None = None) -> Incident:
    """The draft behind a form, made at its first saving."""
    return row_behind(key, by, school_id or by.body_id)[0]


def row_behind(key: uuid.UUID, by: Appointment, school_id: int) -> tuple[Incident, bool]:
    """The case behind a form, and whether this press made it; the school's place and bodies are copied as they are today.

    Of two presses at once the second waits for the first. Raises Stale when the form was sent and its case has since left its author's sight.
    """
    school = School.objects.select_related("organisation__unit").get(organisation_id=school_id)
    unit = school.organisation.unit
    copied = {
        "school_id": school.organisation_id,
        "jurisdiction_id": school.managing_body_id,
        "department_id": school.department_id,
        "commune": unit,
        "province_id": unit.parent_id,
        "parties": [by.body_id],
        "created_at": clocks.now(),
    }
    try:
        return Incident.objects.visible_to(by).get_or_create(author=by, key=key, defaults=copied)
    except IntegrityError as taken:
        raise Stale("the form was already sent") from taken


@transaction.atomic
def save_draft(key: uuid.UUID, *, by: Appointment, answers: dict[str, Any], conflict: bool = False) -> Incident:
    """Keep what has been answered so far. Whoever has already sent the form changes nothing."""
    draft = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=draft_of(key, by).pk)
    if draft.status != IncidentStatus.DRAFT:
        raise Stale("the form was already sent")
    for name, value in answers.items():
        setattr(draft, name, value)
    set_conflict(draft, conflict, by=by)
    draft.save(update_fields=[*answers, *CONFLICT_FIELDS])
    return draft


def set_conflict(draft: Incident, conflict: bool, *, by: Appointment) -> None:
    """As the form says now: the tick keeps the school's leaders out, also from the draft; taking it back lets them in again."""
    if conflict:
        take_over(draft, by=by, happened=draft.occurred_at)
    elif draft.stand_in_id:
        give_back(draft)


@transaction.atomic
def file(key: uuid.UUID, *, by: Appointment, answers: dict[str, Any], said_when: str = "", conflict: bool = False, untold: bool = False, school: School | None = None) -> Incident:
    """The school sends the five answers: number, clocks, referral where the rule asks for it, all in one transaction.

    With `conflict` the school's leadership is concerned and kept out; with `school` the managing body sends in its place (practice.md 2.3).
    With `untold` the deputy does not tell the head of a restricted case; who may decide otherwise tells him later (security.md 3.5).
    The same form sent twice files once and returns the same case; the same form with other answers raises Stale.
    """
    act = "incident.file_instead" if school else "incident.file_conflict" if conflict or untold else "incident.file"
    if not policy.can(by, act):
        raise PermissionDenied(act)
    conflict, untold = conflict or school is not None, untold and answers["kind"].restricted
    said = hash_of(answers, said_when or answers["occurred_at"].isoformat(), conflict=conflict, untold=untold)
    draft = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=draft_of(key, by, school and school.organisation_id).pk)
    if draft.status != IncidentStatus.DRAFT:
        if draft.content_hash == said:
            return draft
        raise Stale("the form was sent with other answers")
    now = clocks.now()
    book = Organisation.objects.committee_of(draft.commune_id, clocks.today()) or draft.jurisdiction
    draft.occurred_at = answers["occurred_at"]
    set_conflict(draft, conflict or untold, by=by)
    incident = move(
        draft,
        "submit",
        by=by,
        **answers,
        content_hash=said,
        restricted=answers["kind"].restricted,
        filed_at=now,
        looked_at=None if by.is_school else now,
        stand_in=draft.stand_in,
        kept_out=draft.kept_out,
        untold=untold and not conflict,
        spoken_code=SpokenCounter.next_code(book, clocks.local(now).year, apart=draft.department if conflict else None),
        parties=parties_of(draft, answers["severity"]),
    )
    if incident.stand_in_id:
        audit.record("keep_out", incident, by=by, people=len(incident.kept_out), untold=incident.untold)
    if rules.flags_to_police(incident.kind, incident.severity) and police_of(incident):
        refer(incident, by=by, ground=Ground.RULE)
    start_clocks(incident)
    return incident


def police_of(incident: Incident) -> Organisation | None:
    """The commune police of the place today; two special zones have none of their own, and their school is told to ring 113."""
    return Organisation.objects.police_of(incident.commune_id, clocks.today())


def parties_of(incident: Incident, severity: str) -> list[int]:
    """The bodies of the education line; the Sở from s3 on (practice.md 2.8). A school for which another body stands in is none of them."""
    upper = {incident.department_id} if severity in HEADS_UP else set()
    school = set() if incident.stand_in_id and incident.stand_in.body_id != incident.school_id else {incident.school_id}
    return sorted({incident.jurisdiction_id} | school | upper)


def school_post(incident: Incident) -> Post:
    """The post that answers for the school."""
    return answering_post(incident)


def start_clocks(incident: Incident) -> None:
    """The full report is owed by the school; a look is owed by the managing body, which is told, unless it filed itself."""
    clock = rules.clock_for("full_report", incident.severity, incident.kind)
    if clock:
        duties.open("full_report", incident, owed_by=school_post(incident), clock=clock, parties=incident.parties)
    if not incident.looked_at:
        desk = desk_of(incident)
        duties.open("look", incident, owed_by=desk, clock=rules.clock_for("managing_look", incident.severity, incident.kind), parties=incident.parties)
        notices.tell(desk, NoticeKind.INCIDENT_FILED, incident)
    if incident.severity in HEADS_UP and incident.department_id != incident.jurisdiction_id:
        notices.tell(Post.head_of(incident.department), NoticeKind.INCIDENT_FILED, incident)


@transaction.atomic
def flag(incident: Incident, *, by: Appointment, reason: str) -> Referral:
    """The school, or the child-protection focal post of the office above it, sends a case to the commune police of its place although no rule asks for it."""
    if not policy.can(by, "incident.flag", incident):
        raise PermissionDenied("incident.flag")
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if locked.status != IncidentStatus.SUBMITTED or referrals_of(locked).still_open().exists():
        raise Stale("already flagged or closed")
    from_above = not by.is_school and not locked.stand_in_id  # the child-protection focal post may go past a school that does not (ground.md 5)
    if from_above:
        notices.tell(school_post(locked), NoticeKind.FLAGGED_FROM_ABOVE, locked)
    return refer(locked, by=by, ground=Ground.BYPASS if from_above else Ground.PERSON, reason=reason)


class NoPolice(Exception):
    """The commune has no police unit of its own (two special zones)."""


def refer(incident: Incident, *, by: Appointment, ground: str, reason: str = "", to: Organisation | None = None, previous: Referral | None = None) -> Referral:
    """Create the referral, open the police post's wall and start its clock; the police post is told."""
    police = to or police_of(incident)
    if police is None:
        raise NoPolice(incident.code)
    incident.parties = sorted({*incident.parties, police.pk})
    incident.save(update_fields=["parties"])
    referral = Referral.objects.visible_to(by).create(incident=incident, to_org=police, ground=ground, reason=reason, previous=previous, sent_at=clocks.now(), kept_out=incident.kept_out)
    desk = Post.head_of(police)
    duties.open("acknowledge", referral, owed_by=desk, clock=rules.clock_for("police_acknowledge", incident.severity, incident.kind), parties=incident.parties)
    notices.tell(desk, NoticeKind.REFERRAL_FORWARDED if previous else NoticeKind.REFERRAL_SENT, referral)
    audit.record("refer", referral, by=by, incident=incident.pk, to=police.pk, ground=ground)
    return referral


def referrals_of(incident: Incident) -> Any:
    """The referrals of a case already in scope, first to last."""
    return Referral.objects.unscoped("reached from a case already in scope").filter(incident=incident).select_related("to_org", "handler__post", "previous__to_org", "ruling_body").order_by("sent_at", "pk")


@transaction.atomic
def discard(incident: Incident, *, by: Appointment) -> Incident:
    """The author throws his draft away, unless it is held."""
    holds.refuse_held(incident)
    return move(incident, "discard", by=by)


@transaction.atomic
def look(incident: Incident, *, by: Appointment) -> Incident:
    """The managing body says that it has read the case; its duty ends, the school sees the hour."""
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if locked.looked_at:
        raise Stale("already looked at")
    locked.looked_at = clocks.now()
    locked.save(update_fields=["looked_at"])
    duties.discharge("look", locked)
    audit.record("look", locked, by=by)
    return locked


def sent(incident: Incident, by: Appointment) -> Incident:
    """The case locked, once it was sent: a draft has no calls, no addenda and no people. Raises Stale."""
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if not locked.is_live:
        raise Stale("not sent, or taken back")
    return locked


def pressed_before(model: Any, incident: Incident, by: Appointment, **said: Any) -> Any:
    """The row that the same press already made: the same author and the same words within ten seconds; None the first time.

    Asked under the lock of the case or of its referral, so of two presses at once one waits and then finds the other's row.
    """
    recent = model.objects.visible_to(by).filter(incident=incident, by=by, at__gte=clocks.now() - SAME_PRESS).order_by("-at")[:10]
    return next((row for row in recent if all(getattr(row, name) == value for name, value in said.items())), None)


@transaction.atomic
def log_call(incident: Incident, *, by: Appointment, called: str, called_at: Any) -> PhoneCall:
    """Whom the school rang, and when (practice.md 2.2)."""
    locked = sent(incident, by)
    before = pressed_before(PhoneCall, locked, by, called=called, called_at=called_at)
    if before:
        return before
    call = PhoneCall.objects.visible_to(by).create(incident=locked, by=by, at=clocks.now(), called=called, called_at=called_at)
    audit.record("log_call", call, by=by, incident=incident.pk, called=called)
    return call


@transaction.atomic
def complete(incident: Incident, *, by: Appointment, answers: dict[str, Any], kind: Kind | None = None) -> FullReport:
    """Báo cáo đầy đủ: written once; the school's duty ends, the managing body and the police in charge are told.

    A kind chosen in haste is corrected here; what the right kind asks for follows.
    """
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if locked.status != IncidentStatus.SUBMITTED or report_of(locked):
        raise Stale("already completed or closed")
    report = FullReport.objects.visible_to(by).create(incident=locked, by=by, at=clocks.now(), **answers)
    if kind and kind.pk != locked.kind_id:
        reclassify(locked, kind, by=by)
    duties.discharge("full_report", locked)
    tell_others(locked, NoticeKind.INCIDENT_COMPLETED, by=by)
    audit.record("complete", report, by=by, incident=locked.pk)
    return report


def reclassify(incident: Incident, kind: Kind, *, by: Appointment) -> None:
    """Give a case its right kind: the severity rises to the new minimum and never falls, a restricted case stays restricted, and the rule is asked again."""
    before = incident.kind.code
    incident.kind, incident.restricted, incident.severity = kind, incident.restricted or kind.restricted, max(incident.severity, kind.min_severity)
    incident.parties = sorted({*incident.parties, *parties_of(incident, incident.severity)})
    incident.save(update_fields=["kind", "restricted", "severity", "parties"])
    audit.record("reclassify", incident, by=by, before=before, after=kind.code)
    if rules.flags_to_police(kind, incident.severity) and not referrals_of(incident).exists() and police_of(incident):
        refer(incident, by=by, ground=Ground.RULE)


def report_of(incident: Incident) -> FullReport | None:
    """The full report of a case already in scope."""
    return FullReport.objects.unscoped("reached from a case already in scope").filter(incident=incident).first()


def told_about(incident: Incident) -> list[Post]:
    """The posts on the other side of a case: the managing body's desk, and every police body still in charge."""
    return [desk_of(incident)] + [Post.head_of(referral.to_org) for referral in referrals_of(incident).still_open()]


def tell_others(incident: Incident, kind: str, *, by: Any) -> None:
    """Ring for the other side; a body is not told what it did itself."""
    for post in told_about(incident):
        if post.organisation.body_id != by.body_id:
            notices.tell(post, kind, incident)


@transaction.atomic
def amend(incident: Incident, *, by: Appointment, text: str) -> Addendum:
    """Something added or corrected; the first words stay, the other side is told. Allowed after closing too."""
    locked = sent(incident, by)
    before = pressed_before(Addendum, locked, by, text=text)
    if before:
        return before
    addendum = Addendum.objects.visible_to(by).create(incident=locked, by=by, at=clocks.now(), text=text)
    tell_others(locked, NoticeKind.INCIDENT_AMENDED, by=by)
    audit.record("amend", addendum, by=by, incident=incident.pk)
    return addendum


@transaction.atomic
def add_person(incident: Incident, *, by: Appointment, answers: dict[str, Any]) -> Person:
    """A person of the case under the next pseudonym: HS-1, Trẻ-1, HV-1; names go into the sealed table only."""
    incident = sent(incident, by)
    before = pressed_before(Person, incident, by, **answers)
    if before:
        return before
    taken = set(Person.objects.visible_to(by).filter(incident=incident).values_list("pseudonym", flat=True))
    school_type = School.objects.values_list("school_type", flat=True).get(organisation_id=incident.school_id)
    pseudonym = next(name for name in (rules.pseudonym(school_type, number, role=answers["role"]) for number in count(1)) if name not in taken)
    person = Person.objects.visible_to(by).create(incident=incident, by=by, at=clocks.now(), pseudonym=pseudonym, **answers)
    audit.record("add_person", person, by=by, incident=incident.pk)
    return person


@transaction.atomic
def open_sealed(incident: Incident, *, by: Appointment, purpose: str, person: Person | None = None, reason: str = "") -> Opening:
    """Open a person, or a restricted case, for a stated purpose and fifteen minutes; the school sees office and hour.

    The case is locked first: whoever keeps it apart or destroys its names at the same moment is waited for. Raises Stale when he was first.
    """
    incident = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=incident.pk).first()
    if incident is None or person and not Person.objects.visible_to(by).get(pk=person.pk).identity_is_kept:
        raise Stale("kept apart, or destroyed with the end of its keeping")
    now = clocks.now()
    opening = Opening.objects.visible_to(by).create(incident=incident, person=person, by=by, body_id=by.body_id, at=now, purpose=purpose, reason=reason, until=now + vault.LASTS)
    audit.record("open_person" if person else "open_restricted", person or incident, by=by, incident=incident.pk, purpose=purpose, opening=opening.pk)
    post = school_post(incident)
    if person and not by.is_school and post.organisation.body_id != by.body_id:
        notices.tell(post, NoticeKind.IDENTITY_OPENED, incident)
    return opening


def opened_for(incident: Incident, by: Appointment) -> set[int | None]:
    """Ids of the people this appointment holds open now; None among them means the restricted case itself."""
    return set(vault.held_open(incident, by))


@transaction.atomic
def close(incident: Incident, *, by: Any, how: str = EndedHow.SCHOOL) -> Incident:
    """End the case when nothing is missing; the posts on the other side are told. Raises Stale when the guard still speaks.

    The row is locked before the guard is asked: whoever flags the case at the same moment waits, and then finds it closed.
    """
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if locked.status != IncidentStatus.SUBMITTED or closing_gaps(locked):
        raise Stale("not open, or the closing guard still names something")
    closed = move(locked, "close", by=by, closed_at=clocks.now(), closed_how=how)
    for kind in ("full_report", "look"):
        duties.discharge(kind, closed, act="waive")
    duties.discharge("close", closed)
    tell_others(closed, NoticeKind.INCIDENT_CLOSED, by=by)
    return closed


def closing_gaps(incident: Incident) -> list[closing.Gap]:
    """What is missing before the case may end, in words, and whose turn it is."""
    asked = bool(rules.clock_for("full_report", incident.severity, incident.kind))
    pairs = [(referral.status, referral.turn) for referral in referrals_of(incident)]
    stand_in = school_post(incident).organisation.called if incident.stand_in_id else ""
    return closing.closing_gaps(report_missing=asked and report_of(incident) is None, referrals=pairs, stand_in=stand_in)
