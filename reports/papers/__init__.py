"""Fills the official paper of a report from its frozen figures. Its words are Vietnamese by law and are not translated.

Two versions of one count (ground.md 30). What is hidden is decided once, per kind, so that the police version, whose rows are
sums of kinds, tells nothing that the other one hides.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import override

from coordination.models.territory import Level
from coordination.paper.documents import VIETNAM, OfficialPaper, Snapshot, short_date
from coordination.trail import checkpoints
from reports.figures import hash_of, units_reported
from reports.models import Audience, Report
from reports.papers import education, police
from reports.papers.common import Section
from reports.papers.letterhead import letterhead_of
from reports.papers.shown import Shown

SUBJECT = "{begin} công tác phối hợp bảo đảm an ninh, trật tự, an toàn trường học {where}{period}"
FORMER = "trên địa bàn {area} (trước ngày 01/7/2025) "
PART = "trên địa bàn {area} "
VERSIONS = {Audience.EDUCATION: education.fill, Audience.POLICE: police.fill}
WRITTEN = {Audience.EDUCATION: education.WRITTEN, Audience.POLICE: police.WRITTEN}


def sections_of(report: Report) -> tuple[Section, ...]:
    """The sections of its version that people write."""
    return WRITTEN[Audience(report.audience)]


def lacking(report: Report) -> list[Section]:
    """Those that nobody has written yet."""
    return [section for section in sections_of(report) if not report.said.get(section.key)]


def fill(report: Report, figures: dict[str, Any], taken_at: Any) -> OfficialPaper:
    """The whole paper: a draft without number and date, or the issued one when the report carries them (ground.md 31)."""
    with override("vi"):
        head, shown = letterhead_of(report), Shown(figures, report.area)
        label = report.period.label
        body, appendices = VERSIONS[Audience(report.audience)](report, shown, taken_at)
        return OfficialPaper(
            superior=head.superior,
            issuer=head.issuer,
            kind="Báo cáo",
            subject=SUBJECT.format(begin="Bổ sung kết quả" if figures["supplements"] else "Kết quả", where=where(report), period=label[0].lower() + label[1:]),
            symbol=head.symbol,
            made_at=taken_at,
            number=report.number,
            day=report.issued_on,
            draft=not report.has_number,
            signer=head.signer,
            authority=head.authority,
            place=head.place,
            data_window=(report.first, report.last),
            addressees=head.addressees,
            body=tuple(body),
            recipients=head.recipients,
            appendices=tuple(appendices),
            snapshot=Snapshot(hash_of(figures), taken_at, units_reported(figures), trail_line(taken_at)),
        )


def trail_line(taken_at: datetime) -> str:
    """Under which root the trail stood when the figures were frozen, so that every reader of the paper holds a witness; the same at every printing."""
    point = checkpoints.before(taken_at)
    return f"Mã kiểm tra nhật ký ngày {short_date(point.time.astimezone(VIETNAM))}: {point.root}" if point else ""


def where(report: Report) -> str:
    """The area, where it is not simply that of the body."""
    if report.area_id == report.issuer.unit_id:
        return ""
    return (FORMER if report.area.level == Level.DISTRICT else PART).format(area=report.area.in_sentence)
