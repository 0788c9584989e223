"""Files of a case: send, check, open for a purpose, take down, destroy. The bytes lie sealed in PostgreSQL, written in the transaction that lists them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from coordination import audit, clocks, jobs, notices, policy
from coordination.fields import SealBroken
from coordination.intake import scanner
from coordination.intake.gate import Taken
from coordination.models import SYSTEM, Appointment, Job, Post
from coordination.models.notices import NoticeKind
from coordination.sealed import keys
from coordination.workflow import Refused, Stale, move
from incidents import actions, casefile, vault
from incidents.conflict import answering_post
from incidents.forms_attachments import FilePurposeForm
from incidents.models import Attachment, AttachmentBytes, AttachmentOpening, Incident
from incidents.models.attachments import IMAGES, STANDING, AttachmentStatus

MOST_PER_CASE = 20
MOST_A_DAY = 200_000_000  # bytes that one body may send in a day; a school's whole year of cases is less
KEPT_IMAGES = timedelta(days=90)  # domain/privacy.md 6: pictures until verified, at most ninety days
SCAN = "scan_attachment"


class Spoiled(Exception):
    """What is stored is no longer what was sent."""


def standing(incident: Incident) -> Any:
    """The files of a case already in scope that are neither taken down nor destroyed."""
    return casefile.children(Attachment, incident).filter(status__in=STANDING)


# Sending


@transaction.atomic
def send(incident: Incident, *, by: Appointment, files: Iterable[Taken]) -> tuple[list[Attachment], list[Taken]]:
    """Keep the files, all or none; what the case already holds, by its hash, is kept once and said. Raises Refused with what to do."""
    incident = actions.sent(incident, by)
    held = set(standing(incident).values_list("original_hash", flat=True))
    fresh, again = [], []
    for taken in files:
        (again if taken.original_hash in held else fresh).append(taken)
        held.add(taken.original_hash)
    refuse_too_many(incident, by, fresh)
    last = casefile.children(Attachment, incident).order_by("-number").values_list("number", flat=True).first() or 0
    made = [keep(incident, taken, number, by) for number, taken in enumerate(fresh, last + 1)]
    if made:
        for post in told_of(incident):
            if post.organisation.body_id != by.body_id:
                notices.tell(post, NoticeKind.FILE_SENT, incident)
    return made, again


def refuse_too_many(incident: Incident, by: Appointment, fresh: list[Taken]) -> None:
    """Twenty files a case, and a quota for each body and day."""
    if standing(incident).count() + len(fresh) > MOST_PER_CASE:
        raise Refused(_("Một vụ việc có tối đa %(most)s tệp. Gỡ tệp thừa, hoặc ghép các trang vào một PDF.") % {"most": MOST_PER_CASE})
    today = Attachment.objects.visible_to(by).filter(body_id=by.body_id, at__gte=clocks.midnight(clocks.today()))
    if (today.aggregate(sum=Sum("stored"))["sum"] or 0) + sum(weight(taken) for taken in fresh) > MOST_A_DAY:
        raise Refused(_("Đơn vị đã gửi hết dung lượng của hôm nay. Gửi tiếp vào ngày mai; việc gấp, gọi trực ban Công an và bàn giao trực tiếp."))


def weight(taken: Taken) -> int:
    """Bytes of the copy and of the original."""
    return len(taken.content) + len(taken.original)


def keep(incident: Incident, taken: Taken, number: int, by: Appointment) -> Attachment:
    """One file: its row, its two sealed values, its check, its line in the trail with the hash of the original."""
    row = Attachment.objects.visible_to(by).create(
        incident=incident,
        by=by,
        at=clocks.now(),
        body_id=by.body_id,
        number=number,
        kind=taken.kind,
        name=taken.name,
        size=len(taken.content),
        stored=weight(taken),
        original_hash=taken.original_hash,
        content_hash=hashlib.sha256(taken.content).hexdigest(),
    )
    for is_original, content in ((False, taken.content), (True, taken.original)):
        sealed = AttachmentBytes(incident=incident, by=by, at=row.at, attachment=row, is_original=is_original)
        sealed.seal(content)
        sealed.save(force_insert=True)
    jobs.add(SCAN, row.pk)
    audit.record("send", row, by=by, incident=incident.pk, kind=row.kind, size=row.size, original_hash=row.original_hash)
    return row


def told_of(incident: Incident) -> list[Post]:
    """Everybody who hears of a new file: the school's side and the other side, each once."""
    return list({post.pk: post for post in (answering_post(incident), *actions.told_about(incident))}.values())


# Checking


def scan(attachment_id: int) -> None:
    """The worker's part, as SYSTEM. Harmless when it comes again; a scanner that says nothing leaves the file where it is."""
    row = Attachment.objects.visible_to(SYSTEM).filter(pk=attachment_id, status=AttachmentStatus.CHECKING).first()
    if row is None:
        return
    if scanner.is_off():
        move(row, "let_pass", by=SYSTEM, checked_at=clocks.now())
        return
    found = next(filter(None, (scanner.found_in(content_of(row, original=original)) for original in (True, False))), "")
    if not found:
        move(row, "clear", by=SYSTEM, checked_at=clocks.now())
        return
    move(row, "block", by=SYSTEM, checked_at=clocks.now(), found=found[:120])
    notices.tell(row.by.post, NoticeKind.FILE_BLOCKED, row.incident)


def scan_again(kind: str = SCAN) -> int:
    """The loop's chore: checks that were given up while no scanner answered start anew once one does. Says how many."""
    parked = Job.objects.filter(kind=kind, done_at=None, parked_at__isnull=False)
    if not parked.exists() or not scanner.is_there():
        return 0
    waiting = list(parked[:100])
    for job in waiting:
        jobs.retry(job)
    return len(waiting)


# Opening


@transaction.atomic
def open_file(attachment: Attachment, *, by: Appointment, purpose: str) -> AttachmentOpening:
    """Open one file for a stated purpose and as long as a name is opened; the school sees office and hour."""
    incident = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=attachment.incident_id).first()
    if incident is None or not Attachment.objects.visible_to(by).get(pk=attachment.pk).is_readable:
        raise Stale("kept apart, or not to be handed out")
    if not casefile.may_read(incident, by):
        raise PermissionDenied("a restricted case is opened first")
    now = clocks.now()
    opening = AttachmentOpening.objects.visible_to(by).create(incident=incident, attachment=attachment, by=by, body_id=by.body_id, at=now, purpose=purpose, until=now + vault.LASTS)
    audit.record("open_file", attachment, by=by, incident=incident.pk, purpose=purpose)
    post = answering_post(incident)
    if post.organisation.body_id != by.body_id:
        notices.tell(post, NoticeKind.FILE_OPENED, incident)
    return opening


def held_open(incident: Incident, by: Appointment) -> dict[int, datetime]:
    """The files this appointment holds open now, and until when."""
    running = AttachmentOpening.objects.visible_to(by).filter(incident=incident, by=by, until__gt=clocks.now())
    return dict(running.order_by("until").values_list("attachment_id", "until"))


def content_of(attachment: Attachment, *, original: bool = False) -> bytes:
    """The copy or the original of a file already in scope, opened and held against its hash; raises Spoiled."""
    try:
        content = casefile.children(AttachmentBytes, attachment.incident).get(attachment=attachment, is_original=original).opened()
    except SealBroken as broken:
        raise Spoiled(attachment.uid) from broken
    if hashlib.sha256(content).hexdigest() != (attachment.original_hash if original else attachment.content_hash):
        raise Spoiled(attachment.uid)
    return content


@transaction.atomic
def verify(attachment: Attachment, *, by: Appointment) -> Attachment:
    """What a picture shows was verified: noted once. Nothing else begins with it but the end of its keeping."""
    locked = Attachment.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=attachment.pk)
    if not (locked.is_image and locked.is_readable) or locked.verified_at:
        raise Stale("verified before, or no picture")
    locked.verified_at, locked.verified_by = clocks.now(), by
    locked.save(update_fields=["verified_at", "verified_by"])
    audit.record("verify", locked, by=by, incident=locked.incident_id)
    return locked


# The end


def take_down(attachment: Attachment, *, by: Appointment, reason: str) -> Attachment:
    """Out of sight, with a reason: what was sent by mistake. It stays sealed as proof until it is destroyed."""
    return move(attachment, "take_down", by=by, ended_at=clocks.now(), ended_by=by, ended_reason=reason)


@transaction.atomic
def destroy(attachment: Attachment) -> Attachment:
    """The end of its keeping: the bytes, the name and the reason are gone; number, kind, hash and hours stay as the record of it. By SYSTEM alone."""
    gone = move(attachment, "destroy", by=SYSTEM, destroyed_at=clocks.now(), name="", ended_reason="")
    AttachmentBytes.objects.visible_to(SYSTEM).filter(attachment=gone).delete()
    jobs.drop(SCAN, gone.pk)
    return gone


def images_to_destroy(now: datetime) -> Any:
    """Pictures whose keeping is over: verified and of a case that has ended, or ninety days old (domain/privacy.md 6). For SYSTEM."""
    kept = Attachment.objects.visible_to(SYSTEM).filter(kind__in=IMAGES).exclude(status=AttachmentStatus.DESTROYED)
    done = Q(verified_at__isnull=False) & (Q(incident__closed_at__isnull=False) | Q(incident__ended_at__isnull=False))
    return kept.filter(done | Q(at__lte=now - KEPT_IMAGES)).order_by("at")


def sealed_values() -> Iterator[keys.Sealed]:
    """Every sealed value of the files, one at a time, for a rotation of the keys."""
    rows = AttachmentBytes.objects.visible_to(SYSTEM)
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        row = rows.filter(pk=pk).first()
        if row:
            value = bytes(row.content)
            yield keys.Sealed(value, row.bound_to, lambda fresh, pk=pk, value=value: bool(rows.filter(pk=pk, content=value).update(content=fresh)))


# The page of the case


@dataclass(frozen=True)
class Line:
    """A file as the page of its case shows it to one reader; its name only while he holds it open, and the question for its purpose while he does not."""

    file: Attachment
    minutes: int
    question: FilePurposeForm | None
    may_have_original: bool
    may_verify: bool
    may_take_down: bool


def for_page(incident: Incident, actor: Appointment) -> dict[str, Any]:
    """The block of files on the page of a case, for whoever reads its story or was granted a look."""
    shown = policy.can(actor, "incident.read_text", incident) or policy.can(actor, "attachment.read", incident)
    return {
        "shows_files": shown,
        "files": lines_of(incident, actor) if shown else [],
        "may_send_files": incident.is_live and policy.can(actor, "attachment.send", incident),
        "file_receipts": receipts_of(incident) if policy.can(actor, "person.receipts", incident) else None,
        "without_scanner": scanner.is_off(),
    }


def lines_of(incident: Incident, actor: Appointment) -> list[Line]:
    """The files of a case for one reader; as many queries for twenty as for one."""
    rows = list(casefile.children(Attachment, incident).select_related("body").order_by("number"))
    held = held_open(incident, actor) if rows else {}
    purposes = vault.purposes_for(actor, incident) if rows else []
    standings = incident.relations_to(actor)
    return [line_of(row, standings, actor, held.get(row.pk), purposes) for row in rows]


def line_of(row: Attachment, standings: set[str], actor: Appointment, until: datetime | None, purposes: list[tuple[str, Any]]) -> Line:
    """What this reader may do with one file as it stands."""
    here = row.standing(standings, actor)
    may_open = row.is_readable and may(actor, "read", here)
    is_open = may_open and until is not None
    return Line(
        file=row,
        minutes=vault.minutes_until(until) if is_open else 0,
        question=FilePurposeForm(purposes=purposes, auto_id=f"tep_{row.number}_%s") if may_open and not is_open else None,
        may_have_original=is_open and may(actor, "read_original", here),
        may_verify=is_open and row.is_image and not row.verified_at and may(actor, "verify", here),
        may_take_down=row.stands and may(actor, "take_down", here),
    )


def may(actor: Appointment, act: str, here: set[str]) -> bool:
    """The policy's answer for a reader who stands so to a file; asked once for the case, not once for each file."""
    return bool(policy.TABLE.get((actor.role, f"attachment.{act}"), frozenset()) & here)


def receipts_of(incident: Incident) -> Any:
    """Who opened which file: offices and hours for the school, never an officer's name."""
    return casefile.children(AttachmentOpening, incident).select_related("body", "attachment").order_by("-at")[:50]
