"""What one case shows to one reader: the facts he may read, whose turn it is, the timeline, what stands in the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from coordination import clocks, duties, openwork, policy
from coordination.models.duties import DutyStatus
from coordination.web.words import deadline, hour_words
from incidents import actions, vault
from incidents.models import Addendum, BreakGlass, FollowUp, IdentityRequest, Incident, Informant, Opening, Origin, Person, PhoneCall, PoliceNote, Question, Referral
from incidents.models.grants import RequestStatus
from incidents.workflow import UNDER_WAY, EndedHow, IncidentStatus, ReferralStatus

MOST_RECEIPTS = 50


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline: words of people (`said`) or a note of the system (`noted`)."""

    at: datetime
    kind: str
    text: str
    who: str = ""
    label: str = ""

    @property
    def iso(self) -> str:
        """For the time element."""
        return self.at.isoformat()

    @property
    def when(self) -> str:
        """The hour in words."""
        return hour_words(self.at)


def may_read(incident: Incident, actor: Any) -> bool:
    """Whether the case is open to the reader: a restricted one only to few, and to police only after a stated purpose."""
    if not incident.restricted:
        return True
    if not policy.can(actor, "incident.read_restricted", incident):
        return False
    return not actor.is_police or None in actions.opened_for(incident, actor)


def children(model: Any, incident: Incident) -> Any:
    """Child rows of a case already in scope."""
    return model.objects.unscoped("reached from a case already in scope").filter(incident=incident)


def status_words(incident: Incident, referrals: list[Referral], *, question_open: bool = False) -> str:
    """The case's status as people see it, derived from the case and its latest referral (domain/practice.md 1)."""
    latest = referrals[-1].status if referrals else ""
    if question_open and latest in UNDER_WAY and incident.status == IncidentStatus.SUBMITTED:
        return _("Đề nghị bổ sung")
    return standing(incident, latest, passed_on=any(referral.status == ReferralStatus.FORWARDED for referral in referrals))


def standing(incident: Incident, latest: str | None, *, passed_on: bool) -> str:
    """The words for a case and the state of its latest referral: the same in the list and on the page.

    A case that was passed on is not "Đã gửi" again: the police have it.
    """
    if incident.status != IncidentStatus.SUBMITTED or not latest:
        looked = incident.status == IncidentStatus.SUBMITTED and incident.looked_at
        return _("Cấp quản lý đã nhận") if looked else incident.get_status_display()
    words = {ReferralStatus.SENT: ReferralStatus.FORWARDED.label if passed_on else _("Đã gửi"), ReferralStatus.SETTLED: _("Đã có kết quả")}
    return words.get(latest) or ReferralStatus(latest).label


def turn_of(incident: Incident, actor: Any) -> dict[str, Any] | None:
    """Whose turn it is and until when: the most urgent open clock of the case."""
    referrals = [referral.pk for referral in actions.referrals_of(incident)]
    about = Q(about_model="incidents.incident", about_id=incident.pk) | Q(about_model="incidents.referral", about_id__in=referrals)
    found = duties.every().filter(about, status=DutyStatus.OPEN).exclude(kind="look").select_related("body", "post").order_by("due_at").first()
    if found is None:
        return None
    clock = deadline(found.opened_at, found.due_at)
    return {"party": found.body.called, "until": clock["hour"], "state": clock["state"], "left": clock["left"], "mine": found.body_id == actor.body_id, "kind": found.kind}


def timeline(incident: Incident, actor: Any) -> list[Entry]:
    """Everything that happened, first to last; texts only for those who may read them."""
    reads = policy.can(actor, "incident.read_text", incident)
    entries = [*of_case(incident, reads), *of_referrals(incident, reads)]
    if actor.is_police:
        entries += [Entry(note.at, "said", note.text, str(note.by.post.organisation.called), _("Ghi chú nội bộ Công an")) for note in with_author(PoliceNote, incident).filter(referral__to_org_id=actor.body_id)]
    entries += [Entry(line.at, "noted", line.words) for line in openwork.case_lines(incident, actor)]
    return sorted(entries, key=lambda entry: entry.at)


def with_author(model: Any, incident: Incident) -> Any:
    """Child rows with the post that wrote them."""
    return children(model, incident).select_related("by__post__organisation")


def of_case(incident: Incident, reads: bool) -> Iterator[Entry]:
    """The school's side of the timeline."""
    school = incident.school.called
    if incident.filed_at:
        yield first_word(incident, reads)
    if incident.looked_at:
        yield Entry(incident.looked_at, "noted", _("%(body)s đã nhận.") % {"body": incident.jurisdiction.called})
    for call in children(PhoneCall, incident):
        yield Entry(call.called_at, "noted", _("Nhà trường đã gọi: %(called)s.") % {"called": call.get_called_display()})
    report = actions.report_of(incident)
    if report:
        yield Entry(report.at, "said" if reads else "noted", report.narrative if reads else _("Nhà trường gửi báo cáo đầy đủ."), school, _("Báo cáo đầy đủ"))
    for addendum in with_author(Addendum, incident):
        yield Entry(addendum.at, "said" if reads else "noted", addendum.text if reads else _("Nhà trường bổ sung."), addendum.by.post.organisation.called, _("Bổ sung, đính chính"))
    if incident.closed_at:
        yield Entry(incident.closed_at, "noted", _("Vụ việc tự kết thúc sau 5 ngày làm việc.") if incident.closed_how == EndedHow.SILENCE else _("Nhà trường kết thúc vụ việc."))
    yield from ending(incident, reads)


def first_word(incident: Incident, reads: bool) -> Entry:
    """The báo nhanh, or what another body wrote in its place."""
    by_school = incident.origin == Origin.SCHOOL and not incident.stand_in_id
    who = incident.school.called if by_school else incident.author.post.organisation.called
    noted = _("Nhà trường gửi báo nhanh.") if by_school else _("%(body)s gửi báo nhanh.") % {"body": who}
    return Entry(incident.filed_at, "said" if reads else "noted", incident.summary if reads else noted, who, _("Báo nhanh") if incident.origin == Origin.SCHOOL else str(incident.get_origin_display()))


def ending(incident: Incident, reads: bool) -> Iterator[Entry]:
    """Withdrawn, with the reason for those who read texts; or merged."""
    if incident.status == IncidentStatus.MERGED:
        yield Entry(incident.ended_at, "noted", f"{incident.get_status_display()}.")
    elif incident.ended_at:
        yield Entry(incident.ended_at, "said" if reads else "noted", incident.ended_reason if reads else _("Vụ việc được rút (báo nhầm)."), incident.school.called, _("Rút (báo nhầm)"))


def of_referrals(incident: Incident, reads: bool) -> Iterator[Entry]:
    """The police's side of the timeline."""
    for referral in actions.referrals_of(incident):
        police = referral.to_org.called
        yield Entry(referral.sent_at, "noted", _("Chuyển đến %(police)s – %(ground)s.") % {"police": police, "ground": referral.get_ground_display()})
        if referral.seen_at:
            yield Entry(referral.seen_at, "noted", _("Trực ban %(police)s đã xem.") % {"police": police})
        if referral.received_at:
            yield Entry(referral.received_at, "noted", _("%(police)s đã nhận tin.") % {"police": police})
        if referral.earlier_answered_at:
            yield Entry(referral.earlier_answered_at, "said", result_words(referral.get_earlier_outcome_display(), referral.earlier_note, reads), police, _("Kết quả"))
        if referral.answered_at and referral.answered_at != referral.earlier_answered_at:
            yield Entry(referral.answered_at, "said", result_words(referral.get_outcome_display(), referral.outcome_note, reads), police, _("Kết quả"))
        if referral.discussed_at:
            yield Entry(referral.discussed_at, "said" if reads else "noted", referral.discussion if reads else _("Nhà trường đề nghị trao đổi thêm."), incident.school.called, _("Đề nghị trao đổi thêm"))
        yield from of_ruling(referral, reads)
        if referral.settled_at:
            yield Entry(referral.settled_at, "noted", _("Quá 5 ngày làm việc, hệ thống ghi nhận nhà trường đã nhận kết quả.") if referral.settled_how == EndedHow.SILENCE else _("Nhà trường đã nhận kết quả."))
    for step in children(FollowUp, incident).select_related("referral__to_org"):
        yield Entry(step.at, "noted", _("%(police)s: %(step)s.") % {"police": step.referral.to_org.called, "step": step.get_step_display()})
    for question in with_author(Question, incident):
        yield Entry(question.at, "said" if reads else "noted", question.text if reads else _("Công an đề nghị nhà trường bổ sung."), question.by.post.organisation.called, _("Đề nghị nhà trường bổ sung"))
        if question.answered_at:
            yield Entry(question.answered_at, "said" if reads else "noted", question.answer if reads else _("Nhà trường đã bổ sung."), incident.school.called, _("Nhà trường trả lời"))


def survivor_of(incident: Incident, actor: Any) -> Incident | None:
    """The case into which this one went, if the reader sees it."""
    return Incident.objects.visible_to(actor).filter(pk=incident.merged_into_id).only("code", "spoken_code").first() if incident.merged_into_id else None


def open_questions(incident: Incident) -> list[Question]:
    """What the police still wait to hear from the school."""
    return list(with_author(Question, incident).filter(answered_at=None).order_by("at"))


def result_words(outcome: Any, note: str, reads: bool) -> str:
    """A result of the fixed list, and the message beside it for those who read texts."""
    return f"{outcome}. {note}" if reads and note else f"{outcome}."


def of_ruling(referral: Referral, reads: bool) -> Iterator[Entry]:
    """Who asked for a ruling, and the ruling."""
    if referral.ruling_asked_at:
        asked = _("Đề nghị %(body)s cho ý kiến.") % {"body": referral.ruling_body.called}
        asker = referral.ruling_asked_by.organisation.called
        yield Entry(referral.ruling_asked_at, "said" if reads else "noted", referral.ruling_request if reads else asked, asker, asked)
    if referral.ruled_at:
        ruled = _("%(body)s đã cho ý kiến.") % {"body": referral.ruling_body.called}
        yield Entry(referral.ruled_at, "said" if reads else "noted", referral.ruling if reads else ruled, referral.ruling_body.called, _("Ý kiến giải quyết"))


@dataclass(frozen=True)
class Sealed:
    """Somebody as the page shows him: a pseudonym, and the name only while this reader holds it open; `asks` when opening it asks for a sentence too."""

    thing: Any
    is_open: bool
    may_open: bool
    asks: bool = False
    minutes: int = 0


def people_of(incident: Incident, actor: Any) -> list[Sealed]:
    """The people of the case under their pseudonyms."""
    held = vault.held_open(incident, actor)
    may = policy.can(actor, "person.open", incident)
    return [sealed(person, held, may, asks=may and vault.asks_sentence(actor, incident, person)) for person in children(Person, incident).order_by("pk")]


def sealed(thing: Any, held: dict[Any, datetime], may: bool, *, asks: bool = False) -> Sealed:
    """One person or informant, as far as this reader holds it open."""
    is_open = may and thing.pk in held
    return Sealed(thing, is_open, may, asks, vault.minutes_until(held[thing.pk]) if is_open else 0)


def informants_of(incident: Incident, actor: Any) -> list[Sealed]:
    """Who told it, for the handler and the writer of each row; for everybody else there is nobody."""
    held = vault.informants_open(incident, actor)
    readable = [row for row in children(Informant, incident).order_by("pk") if policy.can(actor, "informant.read", row)]
    return [sealed(row, held, True) for row in readable]


@dataclass(frozen=True)
class Receipt:
    """Which office saw what, when and why: no post, no name."""

    at: datetime
    body: str
    what: str
    purpose: str


def receipts_of(incident: Incident) -> list[Receipt]:
    """Openings, grants and broken glasses, the newest first: offices and hours for the school, never an officer's name. Who told it is no line of it."""
    opened = children(Opening, incident).filter(informant=None).select_related("body", "person").order_by("-at")[:MOST_RECEIPTS]
    lines = [Receipt(row.at, row.body.called, row.person.pseudonym if row.person_id else _("hồ sơ hạn chế"), row.get_purpose_display()) for row in opened]
    for asked in children(IdentityRequest, incident).exclude(answered_at=None).exclude(status=RequestStatus.REFUSED).select_related("body"):
        until = hour_words(asked.revoked_at or asked.until)
        lines.append(Receipt(asked.answered_at, asked.body.called, _("được cấp quyền xem họ tên đến %(until)s") % {"until": until}, asked.get_purpose_display()))
    for glass in children(BreakGlass, incident).select_related("body"):
        lines.append(Receipt(glass.at, glass.body.called, _("mở toàn bộ hồ sơ bằng quyền khẩn cấp"), f"{glass.get_cause_display()} ({glass.verdict_words})"))
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_RECEIPTS]


def why(incident: Incident, actor: Any) -> list[str]:
    """Vì sao tôi thấy hồ sơ này? How the reader stands to it, and what he holds beyond that now."""
    return [*(str(policy.RELATIONS[relation]) for relation in sorted(incident.relations_to(actor))), *held_now(incident, actor)]


def held_now(incident: Incident, actor: Any) -> Iterator[str]:
    """Openings with their purposes, grants and a broken glass of this reader, as long as they run."""
    for opening in vault.openings_now(incident, actor).select_related("person"):
        what = opening.person.pseudonym if opening.person_id else _("người báo tin") if opening.informant_id else _("hồ sơ hạn chế")
        yield _("đang mở %(what)s, mục đích “%(purpose)s”, đến %(until)s") % {"what": what, "purpose": opening.get_purpose_display(), "until": hour_words(opening.until)}
    for asked in vault.grants_in_force(incident, actor):
        yield _("được cấp quyền xem họ tên, mục đích “%(purpose)s”, đến %(until)s") % {"purpose": asked.get_purpose_display(), "until": hour_words(asked.until)}
    for glass in BreakGlass.objects.visible_to(actor).filter(incident=incident, by=actor, until__gt=clocks.now()):
        yield _("quyền khẩn cấp, lý do “%(cause)s”, đến %(until)s") % {"cause": glass.get_cause_display(), "until": hour_words(glass.until)}


def seconds_left(incident: Incident, actor: Any) -> int:
    """When the first thing the reader holds open closes: the page asks itself anew then, so that no name stays on a screen."""
    first = vault.openings_now(incident, actor).first()
    return vault.seconds_until(first.until) if first else 0
