"""Fills the minutes of a briefing (Mẫu 1.9). Their words are Vietnamese by law and are not translated.

Cases stand under code and kind; no school is named with one, whoever prints (ground.md 33).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from briefings import pages
from briefings.actions import conclusions_of
from briefings.models import AgendaItem, Briefing, Conclusion, Heading
from briefings.workflow import BriefingStatus
from coordination import clocks
from coordination.models import Appointment, Organisation, Post
from coordination.models.organisations import OrganisationKind
from coordination.paper.documents import INTERNAL, Blank, Block, Column, Heading as Title, OfficialPaper, Paragraph, Row, Table, clock_time, long_date
from coordination.paper.letterhead import letterhead
from incidents.models import Referral
from incidents.papers import nameless

SOME_SCHOOL = "nhà trường có liên quan"
SAMPLE = "(mẫu)"


def has_ended(briefing: Briefing) -> bool:
    """Minutes are printed when nothing can be added to them any more."""
    return briefing.status == BriefingStatus.CLOSED


def name_of(briefing: Briefing) -> str:
    """How people call the meeting."""
    return f"số {briefing.number}, năm học {briefing.school_year}–{briefing.school_year + 1}"


def minutes(briefing: Briefing, reader: Appointment) -> OfficialPaper:
    """Biên bản giao ban: secretary left, chair right, no line of place and date."""
    host = Organisation.objects.select_related("parent", "unit").get(pk=briefing.host_id)
    items = pages.agenda_of(briefing)
    return OfficialPaper(
        **letterhead(host, "BB"),
        kind="Biên bản",
        subject=f"Hội nghị giao ban {name_of(briefing)}",
        made_at=clocks.now(),
        signer="Chủ trì",
        secretary="Thư ký",
        draft=False,
        circulation=INTERNAL,
        body=(
            *opening(briefing),
            *last_time(items, reader),
            *numbers(briefing),
            *open_cases(items),
            *agreed(briefing, reader),
            Paragraph(f"Hội nghị kết thúc vào {hour_words(briefing.closed_at)}."),
        ),
        recipients=("Thành phần dự họp", "Lưu: VT, Hồ sơ"),
    )


def hour_words(instant: datetime) -> str:
    """08 giờ 00 phút, ngày 05 tháng 01 năm 2027."""
    local = clocks.local(instant)
    return f"{local:%H} giờ {local:%M} phút, {long_date(local.date())}"


def opening(briefing: Briefing) -> Iterable[Block]:
    """When, where, who: the posts are known, their holders sign in by hand."""
    yield Paragraph(f"Thời gian bắt đầu: {hour_words(briefing.held_at)}.")
    yield Paragraph(f"Địa điểm: {briefing.place}.")
    yield from attendance(briefing)
    for part, post in (("Chủ trì", briefing.chair_post), ("Thư ký", briefing.secretary_post)):
        yield Blank(f"{part}: Ông (bà)")
        yield Paragraph(f"Chức vụ: {post_words(post)}.")
    yield Paragraph("Nội dung (theo diễn biến hội nghị):")


def post_words(post: Post) -> str:
    """A post and where it stands: Hiệu trưởng Trường …, Trưởng Công an phường …"""
    body = post.organisation
    return f"{post.get_role_display()} {body.called if body.kind == OrganisationKind.SCHOOL else body.unit.in_sentence}"


def attendance(briefing: Briefing) -> Iterable[Block]:
    """Who came, who did not and why; left to the hand when nobody noted it."""
    came = pages.attendance_of(briefing)
    if not came:
        yield Blank("Thành phần tham dự:", more=2)
        return
    present = [row.body.called for row in came if row.present]
    yield Paragraph(f"Thành phần tham dự: {len(present)}/{len(came)} đơn vị có mặt: {'; '.join(present)}.")
    absent = [f"{row.body.called} ({nameless(row.reason)})" for row in came if not row.present]
    if absent:
        yield Paragraph(f"Vắng: {'; '.join(absent)}.")


def last_time(items: list[AgendaItem], reader: Appointment) -> Iterable[Block]:
    """What was agreed before, and how it stood when the meeting opened."""
    yield Title("Kiểm điểm kết luận lần trước")
    rows = [
        Row((shown["item"].words, printed(shown["conclusion"], reader), owner(shown["conclusion"]), shown["conclusion"].due_on, shown["then"]))
        for shown in pages.last_conclusions(items, reader)
    ]
    if not rows:
        yield Paragraph("Không có kết luận cần kiểm điểm.")
        return
    columns = (Column("Kết luận", 4, words=True), Column("Nội dung", 7, words=True), Column("Chịu trách nhiệm", 4, words=True), Column("Hạn", 3), Column("Tình trạng khi họp", 3, words=True))
    yield Table(columns, tuple(rows))


def numbers(briefing: Briefing) -> Iterable[Block]:
    """The figures as they were frozen when the meeting opened, under the newest root of the trail."""
    figures = briefing.figures
    yield Title("Số liệu")
    yield Paragraph(f"{figures['label']} {figures['window']}, chốt lúc {clock_time(briefing.figured_at)}; phạm vi: vụ việc mà đơn vị chủ trì được xem.")
    tables = pages.tables_of(figures)
    if not tables:
        yield Paragraph("Không có vụ việc nào trong phạm vi này.")
    for place, table in enumerate(tables):
        columns = (Column("Loại vụ việc", 5, words=True), *(Column(str(words), 2) for words in table["columns"]))
        rows = tuple(Row((label, *(value for _words, value in cells))) for label, cells in table["rows"])
        yield Table(columns, rows, (f"Mã gốc nhật ký khi chốt: {briefing.root}.",) if briefing.root and not place else ())


def open_cases(items: list[AgendaItem]) -> Iterable[Block]:
    """Open referrals by code and kind, nothing else."""
    yield Title(str(Heading.REFERRALS.label))
    lines = [f"- {item.words}{' (quá hạn)' if item.late else ''};" for item in items if item.heading == Heading.REFERRALS]
    if not lines:
        yield Paragraph("Không có vụ việc nào đang mở.")
    for place, line in enumerate(lines, start=1):
        yield Paragraph(line if place < len(lines) else f"{line[:-1]}.")


def agreed(briefing: Briefing, reader: Appointment) -> Iterable[Block]:
    """The conclusions, each with its owner and its day."""
    yield Title("Kết luận")
    found = list(conclusions_of(briefing, reader).select_related("owner_post__organisation__unit"))
    if not found:
        yield Paragraph("Hội nghị không có kết luận.")
    for conclusion in found:
        yield Paragraph(f"{conclusion.number}. {printed(conclusion, reader)}. Chịu trách nhiệm: {owner(conclusion)}; hoàn thành trước 17 giờ 00 {long_date(conclusion.due_on)}.")


def owner(conclusion: Conclusion) -> str:
    """Who owes it; beside a case a school stays unnamed for every reader of the paper."""
    body = conclusion.owner_post.organisation
    if conclusion.referral_id and body.kind == OrganisationKind.SCHOOL:
        return SOME_SCHOOL
    return post_words(conclusion.owner_post)


def printed(conclusion: Conclusion, reader: Appointment) -> str:
    """Its text without names of people; about a case, with its code and without the name of the school."""
    text = " ".join(conclusion.text.split()).rstrip(" .")
    if not conclusion.referral_id:
        return nameless(text)
    item = AgendaItem.objects.visible_to(reader).filter(briefing_id=conclusion.briefing_id, about_model=Referral._meta.label_lower, about_id=conclusion.referral_id).select_related("own_school").first()
    about = f" (vụ việc {item.words})" if item else ""
    text = nameless(text, words=school_names(item, conclusion))
    return f"{text[:1].upper()}{text[1:]}{about}"


def school_names(item: AgendaItem | None, conclusion: Conclusion) -> dict[str, str]:
    """The ways to write the school of a case, each to be replaced."""
    bodies: list[Any] = [item.own_school if item else None, conclusion.owner_post.organisation]
    schools = [body for body in bodies if body and body.kind == OrganisationKind.SCHOOL]
    names = {name for school in schools for name in (school.name, school.called)}
    return {word: SOME_SCHOOL for name in names for word in (name, name.replace(SAMPLE, "").strip(), name.removeprefix("Trường ").replace(SAMPLE, "").strip())}
