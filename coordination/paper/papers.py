"""Official papers printed from one entry: what the apps offer, who may order, the worker's part, and the day after which nothing is left.

An app offers a kind of paper with a function that fills it from a thing, for one reader. Printing changes nothing of the thing.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination import audit, clocks, jobs, policy
from coordination.fields import SealBroken
from coordination.models.jobs import Job
from coordination.models.papers import Paper, PaperStatus
from coordination.models.people import SYSTEM, Appointment
from coordination.paper.documents import VIETNAM, OfficialPaper
from coordination.pdf import PdfFailed, render_pdf
from coordination.scope import reading_as
from coordination.sealed import masking
from coordination.workflow import Stale, move

KEPT = timedelta(hours=24)
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Offer:
    """A kind of paper: about which model, by which act of the policy, when it can be printed, and how it is filled."""

    kind: str
    words: Any
    model: Any
    act: str
    fill: Callable[[Any, Appointment], OfficialPaper]
    name: Callable[[Any], str]
    ready: Callable[[Any], bool]
    open_to: Callable[[Any, Any], bool]

    def may(self, thing: Any, actor: Any) -> bool:
        """Whether this reader may print this thing: the policy, and whatever else closes the thing to him."""
        return policy.can(actor, self.act, thing) and self.open_to(thing, actor)

    def find(self, actor: Any, **key: Any) -> Any:
        """The thing among the rows the actor sees, or None."""
        return self.model.objects.visible_to(actor).filter(**key).first()


_offers: dict[str, Offer] = {}


def offer(kind: str, words: Any, *, model: Any, act: str, fill: Any, name: Any, ready: Any, open_to: Any = lambda thing, actor: True) -> None:
    """An app names a paper. `kind` stands in addresses; `name` gives a thing's spoken code, for the name of the file. Called by ready()."""
    _offers[kind] = Offer(kind, words, model, act, fill, name, ready, open_to)


def offered(kind: str) -> Offer | None:
    """The offer of a kind, or None."""
    return _offers.get(kind)


def printable(thing: Any, actor: Any) -> list[Offer]:
    """The papers this reader may print of this thing as it stands now."""
    return [each for each in _offers.values() if isinstance(thing, each.model) and each.ready(thing) and each.may(thing, actor)]


# The acts


class TooMany(Exception):
    """This appointment has ordered as many papers today as one may (settings.PAPERS_PER_DAY)."""


@transaction.atomic
def order(found: Offer, thing: Any, *, by: Appointment) -> Paper:
    """Ask for a paper: a row and its job in one transaction. An order of the same person that still waits is the same order. Raises TooMany."""
    if not found.ready(thing):
        raise Stale("it cannot be printed in this state")
    waiting = Paper.objects.visible_to(by).filter(status=PaperStatus.ORDERED)
    paper, made = waiting.get_or_create(ordered_by=by, kind=found.kind, about_id=thing.pk, defaults={"ordered_at": clocks.now()})
    if made:
        if Paper.objects.visible_to(by).filter(ordered_by=by, ordered_at__gte=clocks.midnight(clocks.today())).count() > settings.PAPERS_PER_DAY:
            raise TooMany
        jobs.add("render_paper", paper.pk, key=paper.job_key, by=by)
        audit.record("order", paper, by=by, code=audit.code_of(thing), kind=found.kind, thing=thing.pk)
    return paper


def job_of(paper: Paper) -> Job:
    """The work behind a paper already in scope."""
    return Job.objects.get(key=paper.job_key)


@transaction.atomic
def retry(paper: Paper, *, by: Appointment) -> Paper:
    """Ask again after a failure; raises Stale while the job still stands or when it is done."""
    job = Job.objects.select_for_update().get(key=paper.job_key)
    if job.state != "parked":
        raise Stale("the job is not parked")
    jobs.retry(job, by=by)
    audit.record("retry", paper, by=by)
    return paper


def print_ordered(paper_id: int) -> None:
    """The worker's part, as SYSTEM: fill for the one who ordered, print, seal. Harmless when it comes again."""
    paper = Paper.objects.visible_to(SYSTEM).filter(pk=paper_id, status=PaperStatus.ORDERED).first()
    if paper is None:
        return
    try:
        content = render_pdf("pdf/paper.html", filled(paper).as_context())
    except PdfFailed as failure:
        raise jobs.Permanent(str(failure)) from failure
    store(paper, content)


def store(paper: Paper, content: bytes) -> Paper:
    """The worker's last step: the sealed file, its hash and its end in one row."""
    sealed = base64.b64encode(content).decode("ascii")
    return move(paper, "finish", by=SYSTEM, content=sealed, pdf_hash=hashlib.sha256(content).hexdigest(), expires_at=clocks.now() + KEPT)


def filled(paper: Paper) -> OfficialPaper:
    """The paper as its reader may have it now, behind his own walls: who lost the thing since ordering gets nothing."""
    reader = Appointment.objects.with_post().get(pk=paper.ordered_by_id)
    found = _offers[paper.kind]
    with override("vi"), reading_as(reader):
        thing = found.find(reader, pk=paper.about_id)
        if thing is None or not found.may(thing, reader):
            raise jobs.Permanent(_("Người đặt in không còn được in văn bản này."))
        return without_names(found.fill(thing, reader), thing)


def without_names(paper: OfficialPaper, thing: Any) -> OfficialPaper:
    """The last look at a paper before it is printed: a name of those it is about parks its job, and a person mends the words (security.md 5.3)."""
    try:
        masking.refuse(paper, masking.secrets_of(thing))
    except masking.Leak as leak:
        raise jobs.Permanent(str(leak)) from leak
    return paper


class Spoiled(Exception):
    """The stored file is no longer what was stored."""


def content_of(paper: Paper) -> bytes:
    """The printed file, opened and checked against its hash; raises Spoiled."""
    try:
        content = base64.b64decode(paper.content)
    except SealBroken as broken:
        raise Spoiled(paper.code) from broken
    if hashlib.sha256(content).hexdigest() != paper.pdf_hash:
        raise Spoiled(paper.code)
    return content


def is_kept(paper: Paper) -> bool:
    """Whether the file may still be fetched."""
    return paper.status == PaperStatus.READY and clocks.now() < paper.expires_at


def sweep() -> int:
    """The loop's chore: a paper whose day is over loses its file. Says how many."""
    over = Paper.objects.visible_to(SYSTEM).filter(status=PaperStatus.READY, expires_at__lte=clocks.now()).defer("content").order_by("expires_at")
    emptied = [move(paper, "expire", by=SYSTEM, content="") for paper in over[:MOST_AT_ONCE]]
    return len(emptied)


# What every filling needs


def hour_and_day(instant: datetime) -> str:
    """08 giờ 30 phút, ngày 05/01/2027: the form of records and forms."""
    local = instant.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, ngày {local:%d/%m/%Y}"


def veiled(text: str, hidden: Mapping[str, str]) -> str:
    """The text with each word that may not be printed replaced by the one that may, the longest first, however it is written."""
    for word, shown in sorted(hidden.items(), key=lambda pair: -len(pair[0])):
        if word.strip():
            spaced = r"\s+".join(re.escape(part) for part in word.split())
            text = re.sub(rf"(?<!\w){spaced}(?!\w)", lambda _found, shown=shown: shown, text, flags=re.IGNORECASE)
    return text
