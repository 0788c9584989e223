"""Fills the minutes of a handover (biên bản bàn giao): of a territory, and of a post at a change of staff. Vietnamese by law, not translated."""

from collections.abc import Iterable
from typing import Any

from coordination import clocks
from coordination.models import Appointment, Handover, Organisation, StaffHandover
from coordination.paper.documents import Blank, Block, Column, Heading, OfficialPaper, Paragraph, Row, Table, clock_time, long_date
from coordination.paper.letterhead import letterhead

COUNTED = {
    "schools": "Cơ sở giáo dục",
    "cases": "Vụ việc đang mở",
    "closed_cases": "Vụ việc đã kết thúc (để tra cứu)",
    "referrals": "Vụ việc đang chuyển Công an",
    "returns": "Số liệu kỳ chưa nộp",
    "duties": "Việc đang đến hạn",
}
SIGNERS = {"signer": "Đại diện bên nhận", "secretary": "Đại diện bên giao", "draft": False}


def name_of(handover: Handover | StaffHandover) -> str:
    """Which places or which post, from which day, as a page and a file say it."""
    what = handover.leaver.post_label if isinstance(handover, StaffHandover) else f"{handover.from_unit.in_sentence} – {handover.to_unit.in_sentence}"
    return f"{what}, {handover.on:%d-%m-%Y}"


def of_territory(handover: Handover, reader: Appointment) -> OfficialPaper:
    """Biên bản bàn giao địa bàn: printed by the Sở on either side, for both bodies to sign."""
    issuer = Organisation.objects.select_related("parent", "unit").get(pk=reader.organisation.body_id)
    gives = handover.from_body.called if handover.from_body_id else handover.from_unit.full_name
    takes = handover.to_body.called if handover.to_body_id else handover.to_unit.full_name
    return OfficialPaper(
        **letterhead(issuer, "BB") | SIGNERS,
        kind="Biên bản",
        subject=f"Bàn giao địa bàn {handover.from_unit.in_sentence} sang {handover.to_unit.in_sentence}",
        made_at=clocks.now(),
        body=(
            *opening(handover, gives, takes),
            Heading("Nội dung bàn giao"),
            counts(handover),
            *schools(handover),
            Paragraph("Thời hạn của việc đang đến hạn giữ nguyên. Nơi xảy ra vụ việc và số liệu của các kỳ đã qua không thay đổi."),
            *closing(handover),
        ),
        recipients=("Bên giao, bên nhận", "Lưu: VT, Hồ sơ"),
    )


def of_post(handover: StaffHandover, reader: Appointment) -> OfficialPaper:
    """Biên bản bàn giao công việc: codes and kinds of what lies open; the names of both are written by hand (nobody's name is kept)."""
    issuer = Organisation.objects.select_related("parent", "unit").get(pk=handover.leaver.organisation.pk)
    return OfficialPaper(
        **letterhead(issuer, "BB") | SIGNERS | {"signer": "Người nhận", "secretary": "Người giao"},
        kind="Biên bản",
        subject=f"Bàn giao công việc: {handover.leaver.post.get_role_display()}",
        made_at=clocks.now(),
        body=(
            Blank("Người giao: Ông (bà)"),
            Paragraph(f"Chức vụ: {post_of(handover.leaver)}."),
            Blank("Người nhận: Ông (bà)"),
            Paragraph(f"Chức vụ: {post_of(handover.successor)}."),
            Paragraph(f"Bàn giao từ {long_date(handover.on)}. Căn cứ: {handover.reason.rstrip('.')}."),
            *passed(handover),
            *closing(handover),
        ),
        recipients=("Người giao, người nhận", "Lưu: Hồ sơ"),
    )


def post_of(held: Appointment) -> str:
    """A post and where it stands."""
    return f"{held.post.get_role_display()}, {held.organisation_name}"


def opening(handover: Handover, gives: str, takes: str) -> Iterable[Block]:
    """The two sides, the day, the ground."""
    yield Paragraph(f"Bên giao: {gives}.")
    yield Paragraph(f"Bên nhận: {takes}.")
    ground = f" Căn cứ: {handover.reason.rstrip('.')}." if handover.reason else " Đơn vị sáp nhập trọn vẹn, hệ thống ghi bàn giao."
    yield Paragraph(f"Bàn giao từ {long_date(handover.on)}.{ground}")


def counts(handover: Handover) -> Table:
    """How many of each thing went over, as they were counted that day."""
    rows = tuple(Row((words, handover.moved.get(name, 0))) for name, words in COUNTED.items())
    return Table((Column("Nội dung", 5, words=True), Column("Số lượng", 2)), rows)


def schools(handover: Handover) -> Iterable[Block]:
    """The schools by name: a register, without anything about a case."""
    names = Organisation.objects.filter(pk__in=handover.schools).order_by("name").values_list("name", flat=True)
    if names:
        yield Heading("Danh sách cơ sở giáo dục")
        yield Table((Column("STT", 1), Column("Cơ sở giáo dục", 6, words=True)), tuple(Row((number, name)) for number, name in enumerate(names, 1)))


def passed(handover: StaffHandover) -> Iterable[Block]:
    """Each group of the list, in the words in which it was kept."""
    if not handover.passed:
        yield Paragraph("Không có việc, vụ việc nào đang mở.")
    for group in handover.passed:
        yield Heading(group["words"])
        yield Paragraph("Chuyển sang người nhận." if group["moved"] else "Ở lại với vị trí, đơn vị.")
        rows: list[Any] = [Row((number, line)) for number, line in enumerate(group["lines"], 1)]
        yield Table((Column("STT", 1), Column("Nội dung", 8, words=True)), tuple(rows))


def closing(handover: Any) -> Iterable[Block]:
    """When it was recorded, under which code it is found again."""
    yield Paragraph(f"Ghi trên hệ thống lúc {clock_time(handover.recorded_at)}, mã bàn giao {handover.code}. Biên bản lập thành 02 bản, mỗi bên giữ 01 bản.")
