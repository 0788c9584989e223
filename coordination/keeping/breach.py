"""A leak: who was affected, read from the trail; the register of leaks with its clocks (Luật 91 Art. 23; NĐ 331/2026 Art. 31)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from coordination import audit, clocks, duties
from coordination.models import Appointment, Breach, Organisation, Paper, TrailLine
from coordination.models.keeping import BreachStatus
from coordination.paper import papers
from coordination.people.postings import dpo_of
from coordination.workflow import Stale, move

FIRST_WORD, NOTICE = "breach_first_word", "breach_notice"
FIRST_WORD_CLOCK, NOTICE_CLOCK = "safety:24h", "safety:72h"


@dataclass(frozen=True)
class Reached:
    """One record that was touched: its code, whose it is, and how many people stand in it."""

    about_id: int
    code: str
    school: str
    people: int


@dataclass(frozen=True)
class Reach:
    """What an app answers: which records stand behind rows of the trail, and the sealed names of their people."""

    records: Callable[[dict[str, set[int]]], Iterable[Reached]]
    names: Callable[[list[int]], Iterable[tuple[str, str, str]]]


_reaches: list[Reach] = []


def offer(reach: Reach) -> None:
    """Called by an app's ready()."""
    _reaches.append(reach)


def lines_between(start: datetime, end: datetime, *, user: str = "", body: Organisation | None = None) -> Any:
    """The trail of a window: of one user, of one body, or of everybody. PostgreSQL must know SYSTEM as the reader."""
    lines = TrailLine.objects.filter(recorded_at__gte=start, recorded_at__lt=end, actor_id__isnull=False)
    if user:
        lines = lines.filter(actor_id__in=list(Appointment.objects.filter(user__username=user).values_list("pk", flat=True)))
    if body:
        lines = lines.filter(actor_id__in=[held.pk for held in Appointment.objects.with_post() if held.body_id == body.body_id])
    return lines.order_by("pk")


def touched(lines: Any) -> dict[str, set[int]]:
    """The rows that the lines name, by model; a line about a list names its rows in `ids`, a paper stands for what was printed."""
    found: dict[str, set[int]] = defaultdict(set)
    for model, key, detail in lines.values_list("about_model", "about_id", "detail").iterator(chunk_size=5000):
        found[model].update([key] if key else [], detail.get("ids") or [])
    for paper in Paper.objects.unscoped("what was printed was read").filter(pk__in=found.pop(Paper._meta.label_lower, set())):
        offered = papers.offered(paper.kind)
        if offered:
            found[offered.model._meta.label_lower].add(paper.about_id)
    return found


def affected(lines: Any) -> list[Reached]:
    """Every record behind the lines, by code."""
    rows = touched(lines)
    return sorted((record for reach in _reaches for record in reach.records(rows)), key=lambda record: record.code)


def people_per_school(records: Iterable[Reached]) -> dict[str, tuple[int, int]]:
    """For the notice of 72 hours: cases and persons of each school."""
    sums: dict[str, tuple[int, int]] = {}
    for record in records:
        cases, people = sums.get(record.school, (0, 0))
        sums[record.school] = (cases + 1, people + record.people)
    return dict(sorted(sums.items()))


def names_of(records: list[Reached]) -> Iterable[tuple[str, str, str]]:
    """Code, pseudonym and name of everybody affected: for the file that tells whom to inform, nowhere else."""
    keys = [record.about_id for record in records]
    return (row for reach in _reaches for row in reach.names(keys))


# The register


@transaction.atomic
def record(*, by: Appointment, answers: dict[str, Any]) -> Breach:
    """A leak is written down; the clocks run from its discovery."""
    found = Breach(**answers, department=by.organisation, recorded_by=by, recorded_at=clocks.now(), parties=[by.body_id])
    found.save()
    officer = dpo_of(found.department)
    for kind, clock in ((FIRST_WORD, FIRST_WORD_CLOCK), (NOTICE, NOTICE_CLOCK)):
        if kind == NOTICE or found.serious:
            duties.open(kind, found, owed_by=officer, due_at=found.discovered_at + clocks.Clock.read(clock).length, parties=found.parties)
    audit.record("record", found, by=by, serious=found.serious)
    return found


@transaction.atomic
def tell_first(breach: Breach, *, by: Appointment) -> Breach:
    """The first word of a serious leak was given."""
    locked = Breach.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=breach.pk)
    if locked.told_at or not locked.serious or locked.status != BreachStatus.RECORDED:
        raise Stale("told before, or none is owed")
    locked.told_at = clocks.now()
    locked.save(update_fields=["told_at"])
    duties.discharge(FIRST_WORD, locked)
    audit.record("tell_first", locked, by=by)
    return locked


@transaction.atomic
def notify(breach: Breach, *, by: Appointment) -> Breach:
    """The data-protection authority was told; both clocks stop."""
    notified = move(breach, "notify", by=by, notified_at=clocks.now())
    for kind in (FIRST_WORD, NOTICE):
        duties.discharge(kind, notified)
    return notified


@transaction.atomic
def close(breach: Breach, *, by: Appointment, measures: str) -> Breach:
    """What was done about it; the record is complete."""
    return move(breach, "close", by=by, measures=measures, closed_at=clocks.now())
