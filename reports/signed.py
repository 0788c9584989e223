"""The file that comes back from a body's own signing tool: looked through like every file that is sent, checked for viruses before anybody gets it (ASVS V5.4.3).

What is verified: it is one whole PDF without anything that runs; a signature in it covers every byte of it; its words hold number and date of the report.
What is not: whether the signature is mathematically right, whose it is, and whether the certificate was in force on that day. That the body's own tool shows.
"""

import re
import unicodedata
from typing import Any

from django.db import transaction

from coordination import audit, jobs, notices
from coordination.intake import gate, scanner
from coordination.models import SYSTEM, Job
from coordination.models.notices import NoticeKind
from coordination.paper.documents import long_date
from reports import files
from reports.models import Report

SCAN = "scan_signed_report"
# The dictionary of a signature says which bytes it signs: all before its own value and all behind it.
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
VALUE = re.compile(rb"<30[0-9A-Fa-f\s]*>")  # a CMS structure in hex


def has_signature(content: bytes) -> bool:
    """Whether anything in it says that it is signed."""
    return RANGE.search(content) is not None


def signs_the_whole(content: bytes) -> bool:
    """Whether one signature covers the file from its first byte to its last, but for its own value: nothing was added behind it."""
    ranges = ([int(number) for number in found.groups()] for found in RANGE.finditer(content))
    return any(start == 0 and VALUE.fullmatch(content, first, second) and second + rest == len(content) for start, first, second, rest in ranges)


def is_of(report: Report, content: bytes) -> bool:
    """Whether its words hold the number and the date of the report; read by a child with limits. Raises NotTaken for what is no plain PDF."""
    words = squeezed(gate.ask_words(content))
    return squeezed(report.number_words) in words and squeezed(long_date(report.issued_on)) in words


def squeezed(words: str) -> str:
    """Letters and signs alone: programs set blanks as they like."""
    return "".join(unicodedata.normalize("NFC", words).casefold().split())


# Its check


def wait_for_check(report: Report) -> None:
    """In the transaction that keeps the file; where the owner goes without a scanner there is nothing to wait for."""
    if not scanner.is_off():
        jobs.add(SCAN, report.pk, key=key_of(report))


def key_of(report: Report) -> str:
    """The one check of one file."""
    return f"{SCAN}:{report.pk}:{report.signed_hash}"


def is_checked(report: Report) -> bool:
    """Whether the file may be handed out."""
    return bool(report.signed_hash) and not Job.objects.filter(key=key_of(report), done_at=None).exists()


@transaction.atomic
def scan(report_id: int) -> None:
    """The worker's part, as SYSTEM: what is found is thrown away, and the clerk brings another file. A scanner that says nothing leaves it where it is."""
    report = Report.objects.unscoped("the worker checks for every unit").select_related("issued_by__post__organisation").select_for_update(of=("self",)).get(pk=report_id)
    if not report.signed_hash or scanner.is_off() or not scanner.found_in(files.read(report.signed_hash)):
        return
    digest, report.signed_hash, report.signed_at = report.signed_hash, "", None
    report.save(update_fields=["signed_hash", "signed_at"])
    audit.record("block", report, by=SYSTEM, pdf=digest)
    notices.tell(report.issued_by.post, NoticeKind.FILE_BLOCKED, report)
    transaction.on_commit(lambda: files.drop(digest))


def state_of(report: Report) -> dict[str, Any]:
    """What the page of the report says of the file."""
    return {"signed_ready": is_checked(report), "signed_waits": bool(report.signed_hash) and not is_checked(report)}
