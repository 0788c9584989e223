"""The end of a case's life: when its time is over, what destruction leaves of it, what one person is given of it, whom a leak reached (privacy.md 6)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import override

from coordination import audit, clocks, policy
from coordination.keeping import holds
from coordination.keeping.breach import Reach, Reached
from coordination.keeping.retention import Due, Emptied, Keeper, over_on, over_since
from coordination.keeping.subject import Found, Part, Sealed, Section
from coordination.models import SYSTEM, Appointment, Organisation
from coordination.openwork import CaseLine
from coordination.paper.documents import clock_time
from coordination.workflow import Refused, Stale, move
from incidents import actions, attachments, casefile, conflict, masks
from incidents.models import Addendum, Attachment, CaseLife, FullReport, Incident, Informant, Opening, Person, PoliceNote, Question, Severity
from incidents.models.attachments import AttachmentStatus
from incidents.papers import nameless
from incidents.workflow import IncidentStatus

RULES = {Severity.S1: "case_s1", Severity.S2: "case_s2", Severity.S3: "case_s3_s4", Severity.S4: "case_s3_s4"}
LONGEST = "case_s3_s4"
POLICE_WORK = "the work of the police, which they share by results alone"
SAFETY = "may name whom the family is suspected of, or who told"
BETWEEN_OFFICES = "why somebody wanted to look: between offices"
WITH_FILE = "with its file"
# What may still come into a case after its end, and is then taken out by the next run.
ADDED = (Addendum, Attachment, FullReport, Informant, Person, PoliceNote, Question)
# Every sealed column of the cases: what destruction makes of it, and why the person himself is not given it.
SEALED = {
    ("incidents.Incident", "place_detail"): Sealed("empty"),
    ("incidents.Incident", "summary"): Sealed("sentence"),
    ("incidents.Incident", "ended_reason"): Sealed("sentence"),
    ("incidents.FullReport", "family_not_told_reason"): Sealed("sentence", SAFETY),
    ("incidents.FullReport", "narrative"): Sealed("sentence"),
    ("incidents.FullReport", "measures"): Sealed("sentence"),
    ("incidents.Addendum", "text"): Sealed("sentence"),
    ("incidents.Person", "full_name"): Sealed("empty"),
    ("incidents.Person", "class_name"): Sealed("empty"),
    ("incidents.Person", "contact"): Sealed("empty"),
    ("incidents.Question", "text"): Sealed("sentence", POLICE_WORK),
    ("incidents.Question", "answer"): Sealed("sentence", POLICE_WORK),
    ("incidents.PoliceNote", "text"): Sealed("sentence", POLICE_WORK),
    ("incidents.Attachment", "name"): Sealed(WITH_FILE, "of whoever sent the file; may name others"),
    ("incidents.Attachment", "ended_reason"): Sealed(WITH_FILE, BETWEEN_OFFICES),
    ("incidents.Informant", "full_name"): Sealed("empty", SAFETY),
    ("incidents.Informant", "contact"): Sealed("empty", SAFETY),
    ("incidents.Informant", "how"): Sealed("sentence", SAFETY),
    ("incidents.Opening", "reason"): Sealed("sentence", BETWEEN_OFFICES),
    **{("incidents.IdentityRequest", name): Sealed("sentence", BETWEEN_OFFICES) for name in ("reason", "answer")},
    **{("incidents.BreakGlass", name): Sealed("sentence", BETWEEN_OFFICES) for name in ("reason", "paper", "again", "note")},
    **{("incidents.Referral", name): Sealed("sentence", POLICE_WORK) for name in ("reason", "outcome_note", "earlier_note", "discussion", "ruling_request", "ruling")},
}


def of_cases() -> Keeper:
    """What the ground's keeping asks about cases."""
    return Keeper("vu-viec", Incident, due=due, lock=lock, due_on=due_on, empty=empty, code=code_of, bodies=bodies_of)


def of_files() -> Keeper:
    """And about pictures: they are held with their case."""
    return Keeper(
        "tep", Attachment, due=due_files, lock=lock_file, due_on=file_due_on, empty=empty_file,
        code=code_of_file, bodies=lambda file: bodies_of(file.incident), holder=lambda file: file.incident, holdable=False,
    )  # fmt: skip


def code_of(incident: Incident) -> str:
    """The spoken code; a draft has only that of its address."""
    return incident.spoken_code or incident.code


def bodies_of(incident: Incident) -> tuple[Organisation, Organisation]:
    """Who answers for it now, and the Sở."""
    return incident.jurisdiction, incident.department


# When its time is over


def life_of(incident: Incident) -> CaseLife | None:
    """What is said of a case already in scope."""
    return CaseLife.objects.unscoped("reached from a case already in scope").filter(incident=incident).first()


def lives() -> Any:
    """The life of each case of a query."""
    return CaseLife.objects.unscoped("the life of cases that the loop looks through").filter(incident=OuterRef("pk"))


def due(today: date) -> Iterator[Due]:
    """Every case and every draft whose time is over, asked by the loop as SYSTEM; those already emptied are behind us, unless somebody wrote into them since."""
    behind = Exists(lives().filter(emptied_at__isnull=False)) & ~Q(pk__in=written_into_since())
    cases = Incident.objects.visible_to(SYSTEM).filter(~behind).exclude(pk__in=holds.held_ids(Incident._meta.label_lower))
    cases = cases.annotate(over_at=Coalesce("closed_at", "ended_at"), proceedings=Subquery(lives().values("proceedings_ended_on")[:1]))
    ended = Q(pk__in=[])
    for severity, rule in RULES.items():
        ended |= Q(severity=severity, over_at__lt=clocks.midnight(over_since(rule, today) + clocks.ONE_DAY))
    unsent = Q(spoken_code="", created_at__lt=clocks.midnight(over_since("draft", today) + clocks.ONE_DAY))
    for incident in cases.filter(ended | unsent).only("spoken_code", "code", "status", "severity", "created_at", "closed_at", "ended_at", "jurisdiction_id", "department_id", "kept_out").order_by("pk"):
        rule, day = rule_and_day(incident, incident.proceedings)
        if day <= today:
            yield Due(Incident._meta.label_lower, incident.pk, code_of(incident), rule, day, incident.jurisdiction_id, incident.department_id, tuple(incident.kept_out))


def written_into_since() -> set[int]:
    """Cases that were emptied and have since got a person, a word or a file, for SYSTEM."""
    found: set[int] = set()
    for model in ADDED:
        with reading_police_notes(model):
            emptied = CaseLife.objects.unscoped("the life of cases that the loop looks through").filter(incident=OuterRef("incident"), emptied_at__lt=OuterRef("at"))
            found.update(model.objects.visible_to(SYSTEM).filter(Exists(emptied)).values_list("incident_id", flat=True))
    return found


def rule_and_day(incident: Incident, proceedings_ended_on: date | None) -> tuple[str, date]:
    """The rule a case falls under, and the day its time is over: of s3 and s4 the later of five years and two years after its proceedings."""
    if not incident.spoken_code:
        return "draft", over_on("draft", clocks.local(incident.created_at).date())
    ended_at = incident.closed_at or incident.ended_at
    if ended_at is None:
        return RULES[Severity(incident.severity)], date.max
    rule, ended = RULES[Severity(incident.severity)], clocks.local(ended_at).date()
    day = over_on(rule, ended)
    if rule == LONGEST and proceedings_ended_on and over_on("proceedings", proceedings_ended_on) > day:
        return "proceedings", over_on("proceedings", proceedings_ended_on)
    return rule, day


def lock(incident_id: int) -> Incident:
    """The case with its row locked, for the worker."""
    return Incident.objects.visible_to(SYSTEM).select_for_update(of=("self",)).get(pk=incident_id)


def due_on(incident: Incident, rule: str) -> date | None:
    """The day its time is over as things stand now; None when another rule holds, or nothing is left to take out."""
    life = life_of(incident)
    if life and life.emptied_at and incident.pk not in written_into_since():
        return None
    now, day = rule_and_day(incident, life.proceedings_ended_on if life else None)
    return day if now == rule else None


def due_files(today: date) -> Iterator[Due]:
    """Every picture whose time is over, of cases that nobody holds."""
    found = attachments.images_to_destroy(clocks.now()).exclude(incident__in=holds.held_ids(Incident._meta.label_lower)).select_related("incident")
    for file in found.only("number", "at", "verified_at", "incident__spoken_code", "incident__jurisdiction_id", "incident__department_id", "incident__kept_out", "incident__closed_at", "incident__ended_at"):
        case = file.incident
        yield Due(Attachment._meta.label_lower, file.pk, code_of_file(file), "image", end_of_picture(file), case.jurisdiction_id, case.department_id, tuple(case.kept_out))


def code_of_file(file: Attachment) -> str:
    """The case's code and the file's number in it."""
    return f"{file.incident.spoken_code}/{file.number}"


def end_of_picture(file: Attachment) -> date:
    """The ninetieth day after it came; sooner when it was verified and its case has ended: until then it may still be asked for, and a press of a button is no end."""
    last, case = over_on("image", clocks.local(file.at).date()), file.incident
    ended_at = case.closed_at or case.ended_at
    return min(last, clocks.local(max(file.verified_at, ended_at)).date()) if file.verified_at and ended_at else last


def lock_file(file_id: int) -> Attachment:
    """The file with its row and its case locked, for the worker: a hold on the case waits."""
    return Attachment.objects.visible_to(SYSTEM).select_related("incident").select_for_update(of=("self", "incident")).get(pk=file_id)


def file_due_on(file: Attachment, rule: str) -> date | None:
    """The day its time is over; None once it is gone."""
    return None if file.status == AttachmentStatus.DESTROYED else end_of_picture(file)


def empty_file(file: Attachment, rule: str) -> Emptied:
    """The bytes and the name are gone; hash, number and hours stay."""
    attachments.destroy(file)
    return Emptied(0, 0)


@transaction.atomic
def end_proceedings(incident: Incident, *, by: Appointment, ended_on: date) -> CaseLife:
    """The police say on which day the proceedings ended: the case is kept two years from then, and never less than five years from its closing."""
    if not policy.can(by, "incident.proceedings", incident):
        raise PermissionDenied("incident.proceedings")
    locked = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if ended_on > clocks.today() or ended_on < clocks.local(locked.occurred_at).date():
        raise Refused(_("Ngày kết thúc tố tụng phải từ ngày xảy ra vụ việc đến hôm nay."))
    life = CaseLife.objects.visible_to(by).update_or_create(incident=locked, defaults={"proceedings_ended_on": ended_on})[0]
    audit.record("proceedings", locked, by=by, ended_on=ended_on.isoformat())
    return life


# What destruction leaves


def empty(incident: Incident, rule: str) -> Emptied:
    """Names are gone, texts are one sentence; number, kind, dates and counts stay, so that no figure changes. A draft is thrown away with it."""
    if holds.is_held(incident):
        raise Stale("it is held")
    people = texts = 0
    for model, columns in by_model().items():
        with reading_police_notes(model):
            for row in rows_of(model, incident):
                taken = take_out(row, columns)
                texts += sum(columns[column] == "sentence" for column in taken)
                people += model is Person and bool(taken)
    for file in casefile.children(Attachment, incident).exclude(status=AttachmentStatus.DESTROYED).order_by("pk"):
        attachments.destroy(file)
    incident.content_hash = ""
    incident.save(update_fields=["content_hash"])
    if incident.status == IncidentStatus.DRAFT:
        move(incident, "discard", by=SYSTEM)
    CaseLife.objects.visible_to(SYSTEM).update_or_create(incident=incident, defaults={"emptied_at": clocks.now()})
    return Emptied(people, texts)


def by_model() -> dict[Any, dict[str, str]]:
    """The sealed columns of each table, with what becomes of them."""
    found: dict[Any, dict[str, str]] = defaultdict(dict)
    for (label, column), sealed in SEALED.items():
        if sealed.at_end != WITH_FILE:
            found[apps.get_model(label)][column] = sealed.at_end
    return found


def rows_of(model: Any, incident: Incident) -> list[Any]:
    """The rows of a table that belong to a case."""
    return [incident] if model is Incident else list(model.objects.visible_to(SYSTEM).filter(incident=incident).order_by("pk"))


def take_out(row: Any, columns: dict[str, str]) -> list[str]:
    """Overwrite every sealed column that holds something but the one sentence; says which."""
    with override(settings.LANGUAGE_CODE):
        sentence = _("Nội dung đã gỡ bỏ khi hết thời hạn lưu giữ.")
    filled = [column for column in columns if getattr(row, column) not in ("", sentence)]
    for column in filled:
        setattr(row, column, sentence if columns[column] == "sentence" else "")
    if filled:
        row.save(update_fields=filled)
    return filled


@contextmanager
def reading_police_notes(model: Any) -> Iterator[None]:
    """Notes of the police answer only to their own database role: taken for them alone, and given back."""
    if model._meta.model_name != "policenote":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("set local role portal_police")
    yield
    with connection.cursor() as cursor:
        cursor.execute("set local role portal_app")


# What one person is given


def find(actor: Appointment, code: str, who: str, school: Organisation | None) -> Found | None:
    """A person of one case that the actor's body answers for, by the case's number and the pseudonym: no search goes across cases.

    Of a request about a school, a case of that school. A number that two communes gave is nobody's until the request names the school.
    """
    cases = Incident.objects.visible_to(actor).filter(spoken_code=code, jurisdiction_id=actor.body_id).exclude(spoken_code="")
    found = list((cases.filter(school=school) if school else cases)[:2])
    case = found[0] if len(found) == 1 else None
    known = case and casefile.children(Person, case).filter(pseudonym=who).exists()
    return Found(case.pk, case.spoken_code, tuple(case.kept_out)) if known else None


def kept_out(code: str, school: Organisation | None) -> set[int]:
    """From whom the case is kept that a request names by its number, for SYSTEM."""
    cases = Incident.objects.visible_to(SYSTEM).filter(spoken_code=code).exclude(spoken_code="")
    return {user for case in (cases.filter(school=school) if school else cases).only("kept_out") for user in case.kept_out}


def gather(incident_id: int, who: str) -> list[Section]:
    """What the tables hold of this person; everybody else under his pseudonym, and a gap for whatever else looks like a name."""
    case = Incident.objects.visible_to(SYSTEM).select_related("kind", "school", "commune__parent").get(pk=incident_id)
    person = casefile.children(Person, case).get(pseudonym=who)
    return [
        Section("Người được cung cấp dữ liệu", tuple(of_person(person))),
        Section("Vụ việc", tuple(of_case(case))),
        Section("Nội dung có liên quan", tuple(texts_of(case))),
        Section("Nơi đã nhận vụ việc và kết quả", tuple((referral.to_org.name, referral.get_outcome_display() or "Chưa có kết quả") for referral in actions.referrals_of(case))),
        Section("Đơn vị đã mở thông tin của người này", tuple((one.body.name, f"{clock_time(one.at)}: {one.get_purpose_display()}") for one in openings_of(case, person))),
    ]


def of_person(person: Person) -> list[tuple[str, str]]:
    """The row of the person."""
    return [
        ("Họ và tên", person.full_name),
        ("Lớp", person.class_name),
        ("Liên hệ", person.contact),
        ("Ký hiệu trong vụ việc", person.pseudonym),
        ("Tham gia với tư cách", str(person.get_role_display())),
        ("Nhóm tuổi", str(person.get_age_band_display())),
    ]


def of_case(case: Incident) -> list[tuple[str, str]]:
    """The facts without words of people."""
    return [
        ("Mã vụ việc", case.spoken_code),
        ("Nhà trường", case.school.name),
        ("Loại", case.kind.label),
        ("Mức độ", str(case.get_severity_display())),
        ("Xảy ra lúc", clock_time(case.occurred_at)),
        ("Nơi xảy ra", f"{case.get_place_kind_display()}; {case.commune.in_sentence}"),
        ("Kết thúc lúc", clock_time(case.closed_at) if case.closed_at else "Chưa kết thúc"),
    ]


def texts_of(case: Incident) -> Iterable[tuple[str, str]]:
    """The words of the school, without the names of anybody."""
    hidden = masks.of_case(case)
    report = actions.report_of(case)
    told = [("Địa điểm", case.place_detail), ("Tóm tắt", case.summary), ("Lý do rút", case.ended_reason)]
    told += [("Diễn biến", report.narrative), ("Biện pháp", report.measures)] if report else []
    told += [(f"Bổ sung {clock_time(one.at)}", one.text) for one in casefile.children(Addendum, case).order_by("at", "pk")]
    return [(label, nameless(text, hidden)) for label, text in told if text]


def openings_of(case: Incident, person: Person) -> Any:
    """Which offices opened the person's data."""
    return casefile.children(Opening, case).filter(person=person).select_related("body").order_by("at")


# Whom a leak reached


def reached(rows: dict[str, set[int]]) -> Iterator[Reached]:
    """The cases behind rows of the trail, with the number of their people."""
    keys = set(rows.get(Incident._meta.label_lower, set()))
    for label, ids in rows.items():
        app, _dot, name = label.partition(".")
        if app == "incidents" and name != "incident" and ids:
            model = apps.get_model(label)
            if any(field.name == "incident" for field in model._meta.fields):
                keys |= set(model.objects.visible_to(SYSTEM).filter(pk__in=ids).values_list("incident_id", flat=True))
    people = Person.objects.visible_to(SYSTEM).filter(incident=OuterRef("pk")).order_by().values("incident").annotate(n=Count("pk")).values("n")
    cases = Incident.objects.visible_to(SYSTEM).filter(pk__in=keys).annotate(people=Coalesce(Subquery(people), 0), school_name=F("school__name"))
    for case in cases.only("spoken_code", "code").order_by("pk"):
        yield Reached(case.pk, code_of(case), case.school_name, case.people)


def names(incident_ids: list[int]) -> Iterator[tuple[str, str, str]]:
    """Code, pseudonym, name: for the closed file of a leak alone."""
    for person in Person.objects.visible_to(SYSTEM).filter(incident__in=incident_ids).select_related("incident").order_by("incident_id", "pk"):
        yield code_of(person.incident), person.pseudonym, person.full_name


REACH = Reach(reached, names)
PART = Part(conflict.PART, _lazy("Người trong một vụ việc (ký hiệu, ví dụ HS-1)"), find, gather, kept_out)


# What the page of a case says


def lines(case: Any, actor: Any) -> list[CaseLine]:
    """That the proceedings ended, and that the words were taken out."""
    life = life_of(case)
    if life is None:
        return []
    said = [CaseLine(life.emptied_at, _("Họ tên và nội dung đã hủy khi hết thời hạn lưu giữ."), "")] if life.emptied_at else []
    if life.proceedings_ended_on and policy.can(actor, "incident.proceedings", case):
        said.append(CaseLine(clocks.midnight(life.proceedings_ended_on), _("Kết thúc tố tụng."), ""))
    return said
