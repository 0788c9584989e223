"""What one person is given of what the portal holds of them: each app offers its part, others stay masked, two people agree (security.md 5.4)."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination import audit, clocks, jobs, notices
from coordination.models import SYSTEM, Appointment, DataRequest, Organisation, SubjectExport
from coordination.models.keeping import ExportStatus, RequestStatus
from coordination.models.notices import NoticeKind
from coordination.paper.documents import INTERNAL, Column, Heading, OfficialPaper, Paragraph, Row, Table
from coordination.paper.letterhead import letterhead
from coordination.people.postings import dpo_of
from coordination.scope import beyond_the_reader
from coordination.workflow import Refused, Stale, move


@dataclass(frozen=True)
class Section:
    """One group of what is held: a title, and pairs of label and value."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """A person that was found: the row the export is about, its code, and from whom it is kept."""

    about_id: int
    code: str
    kept_out: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sealed:
    """One sealed column: what destruction makes of it ("empty", "sentence", "stay"), and why a person is not given it; empty when he is."""

    at_end: str
    withheld: str = ""


_sealed: dict[tuple[str, str], Sealed] = {}


def declare(columns: dict[tuple[str, str], Sealed]) -> None:
    """Called by an app's ready(): each of its sealed columns by (model, column). The register of columns in which words of people lie."""
    _sealed.update(columns)


def register() -> dict[tuple[str, str], Sealed]:
    """Every declared column."""
    return dict(_sealed)


@dataclass(frozen=True)
class Part:
    """What an app holds of people: how one is found inside what the actor sees, what is given of him, and from whom what a request names is kept."""

    name: str
    words: Any
    find: Callable[[Appointment, str, str, Organisation | None], Found | None]
    gather: Callable[[int, str], list[Section]]
    kept_out: Callable[[str, Organisation | None], set[int]] = lambda code, school: set()


_parts: dict[str, Part] = {}


def offer(part: Part) -> None:
    """Called by an app's ready()."""
    _parts[part.name] = part


def parts() -> list[Part]:
    """Every app that holds data of people."""
    return list(_parts.values())


def kept_from(code: str, school: Organisation | None) -> set[int]:
    """From whom the thing is kept that a request names; whoever writes it down may not know of it."""
    with beyond_the_reader("a request may name what its writer does not see"):
        return set().union(*(part.kept_out(code, school) for part in _parts.values())) if code else set()


# Two people and a worker


@transaction.atomic
def prepare(request: DataRequest, *, by: Appointment, part: str, code: str, who: str) -> SubjectExport:
    """The office names the case and the person in it. There is no search of persons: a wrong code or pseudonym finds nobody."""
    locked = DataRequest.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if locked.status not in (RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY):
        raise Stale("not acknowledged yet, or over")
    found = _parts[part].find(by, code, who, locked.school)
    if found is None:
        raise Refused(_("Không thấy người này trong vụ việc của đơn vị. Kiểm tra lại mã vụ việc và ký hiệu, ví dụ HS-1."))
    running = SubjectExport.objects.visible_to(by).filter(request=locked, part=part, about_id=found.about_id, who=who, status__in=(ExportStatus.PREPARED, ExportStatus.APPROVED, ExportStatus.READY))
    if running.exists():
        raise Stale("already being exported")
    export = SubjectExport.objects.visible_to(by).create(
        request=locked, part=part, about_id=found.about_id, about_code=found.code, who=who, prepared_by=by, prepared_at=clocks.now(),
        parties=sorted({locked.office_id, locked.department_id}), kept_out=list(found.kept_out),
    )
    notices.tell(dpo_of(locked.department), NoticeKind.EXPORT_PREPARED, export)
    audit.record("prepare", export, by=by, request=locked.pk, part=part, thing=found.about_id)
    return export


@transaction.atomic
def approve(export: SubjectExport, *, by: Appointment) -> SubjectExport:
    """The second person agrees; the worker gathers."""
    approved = move(export, "approve", by=by, approved_by=by, approved_at=clocks.now())
    jobs.add("gather_subject", approved.pk, key=approved.job_key)
    return approved


@transaction.atomic
def refuse(export: SubjectExport, *, by: Appointment) -> SubjectExport:
    """It is not gathered."""
    return move(export, "refuse", by=by)


def gather(export_id: int) -> None:
    """The worker's part, as SYSTEM: what every table holds of this person, sealed in the row. Harmless when it comes again."""
    export = SubjectExport.objects.visible_to(SYSTEM).filter(pk=export_id, status=ExportStatus.APPROVED).first()
    if export is None:
        return
    with override("vi"):
        sections = _parts[export.part].gather(export.about_id, export.who)
    data = json.dumps({"who": export.who, "about": export.about_code, "sections": [{"title": each.title, "rows": each.rows} for each in sections]}, ensure_ascii=False, indent=1)
    ready = move(export, "gather", by=SYSTEM, data=data, data_hash=hashlib.sha256(data.encode()).hexdigest())
    notices.tell(ready.prepared_by.post, NoticeKind.EXPORT_READY, ready)


@transaction.atomic
def hand_over(export: SubjectExport, *, by: Appointment) -> SubjectExport:
    """The officer gave it to the person; the gathered copy is emptied."""
    return move(export, "hand_over", by=by, handed_at=clocks.now(), data="")


# Its paper


def is_ready(export: SubjectExport) -> bool:
    """Whether there is something to print."""
    return export.status == ExportStatus.READY


def paper_of(export: SubjectExport, reader: Appointment) -> OfficialPaper:
    """Bản cung cấp dữ liệu cá nhân: what is held of one person, under the pseudonym of the case; the officer who hands it over writes the name by hand."""
    office = Organisation.objects.select_related("parent", "unit").get(pk=reader.body_id)
    held = json.loads(export.data)
    columns = (Column("Mục", 2, words=True), Column("Nội dung", 5, words=True))
    body: list[Any] = [Paragraph("Căn cứ Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15 và Nghị định số 356/2025/NĐ-CP, đơn vị cung cấp dữ liệu cá nhân hiện đang lưu như sau. Dữ liệu của người khác đã được che.")]
    for section in held["sections"]:
        body += [Heading(section["title"]), Table(columns, tuple(Row(tuple(row)) for row in section["rows"])) if section["rows"] else Paragraph("Không có.")]
    return OfficialPaper(
        **letterhead(office, "CCDL") | {"symbol": ""},
        kind="Bản cung cấp dữ liệu cá nhân",
        subject=f"Người có ký hiệu {export.who}, mã {export.about_code}",
        made_at=clocks.now(),
        signer="Người giao",
        draft=False,
        circulation=INTERNAL,
        body=(*body, Paragraph("Người nhận đã đọc và nhận đủ các nội dung trên.")),
        witnesses=("Người nhận",),
        recipients=("Người yêu cầu", "Lưu: Hồ sơ yêu cầu"),
    )
