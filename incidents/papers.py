"""Fills the papers of one case: phiếu báo nhanh, biên bản vụ việc, thông báo kết quả. Their words are Vietnamese by law and are not translated.

No paper carries a person's name (ground.md 7, domain/practice.md 15): people stand under their pseudonyms, and where a name
belongs there is room for a hand.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from coordination import clocks
from coordination.models import Appointment, Organisation, Role, School
from coordination.models.organisations import OrganisationKind, SchoolType
from coordination.paper.documents import INTERNAL, Blank, Block, Column, Heading, OfficialPaper, Paragraph, Row, Table, clock_time, long_date
from coordination.paper.letterhead import letterhead
from coordination.paper.papers import hour_and_day, veiled
from coordination.sealed.masking import Secrets, veil
from incidents import actions, casefile, masks, rules
from incidents.masks import GAP
from incidents.models import Addendum, FullReport, Incident, Person, PhoneCall, Referral
from incidents.workflow import IncidentStatus, Outcome, ReferralStatus

HEADS = {SchoolType.CONTINUING: "Giám đốc", SchoolType.SPECIAL: "Giám đốc", SchoolType.INDEPENDENT_CLASS: "Chủ nhóm, lớp"}
NOT_A_CRIME_REPORT = "Phiếu này không thay thế tin báo, tố giác về tội phạm."
FIRST_WORD = "Thông tin ban đầu, chưa xác minh; được bổ sung, đính chính."
MOST_CALLS = 5
NOBODY = Secrets()
NO_WORDS: Mapping[str, str] = {}


# Who may have them, and when


def is_sent(incident: Incident) -> bool:
    """A draft and a case taken back have no papers."""
    return incident.status in (IncidentStatus.SUBMITTED, IncidentStatus.CLOSED)


def has_result(referral: Referral) -> bool:
    """The police have answered, and nobody disputes it: a discussed or ruled result is no longer the last word."""
    return referral.status in (ReferralStatus.ANSWERED, ReferralStatus.SETTLED)


def is_open_to(referral: Referral, actor: Any) -> bool:
    """Whether the case behind the referral is open to the reader; of one that was passed on a plain line is left, which is not printed."""
    return referral.status != ReferralStatus.FORWARDED and casefile.may_read(referral.incident, actor)


def name_of(referral: Referral) -> str:
    """The spoken code of its case."""
    return referral.incident.spoken_code


# Words without names


def nameless(text: str, hidden: Secrets = NOBODY, words: Mapping[str, str] = NO_WORDS) -> str:
    """The text with known names under their pseudonyms, some words under others, and a gap for whatever else the guard takes for a name or a number of a person."""
    text = veil(veiled(unicodedata.normalize("NFC", text), words), hidden)
    for found in reversed(rules.guard_text(text)):
        if found.what != rules.Suspicion.SECRECY:
            text = text[: found.start] + GAP + text[found.end :]
    return text


def paragraphs(text: str) -> Iterable[Paragraph]:
    """One paragraph for each line of a text."""
    return (Paragraph(line.strip()) for line in text.splitlines() if line.strip())


# The school


def signature(incident: Incident, reader: Appointment) -> dict[str, Any]:
    """Who signs for the school: its head, or the deputy for him when it is the deputy who prints; never for a head whom the case concerns."""
    school_type = School.objects.values_list("school_type", flat=True).get(organisation_id=incident.school_id)
    head = HEADS.get(SchoolType(school_type), "Hiệu trưởng")
    if reader.role == Role.PRINCIPAL:
        return {"signer": head}
    return {"authority": () if incident.stand_in_id else (f"KT. {head}",), "signer": f"Phó {head}"}


def kept_where(incident: Incident) -> str:
    """Who keeps the school's copy: the clerk, but not of a case about the school's own leadership."""
    return "Lưu: Hồ sơ vụ việc" if incident.stand_in_id else "Lưu: VT, Hồ sơ"


def of_school(incident: Incident, kind: str) -> dict[str, Any]:
    """What both papers of the school begin with. They go out signed by hand, so nothing says draft across them."""
    school = Organisation.objects.select_related("parent", "unit").get(pk=incident.school_id)
    return letterhead(school, kind) | {"made_at": clocks.now(), "draft": False, "circulation": INTERNAL}


def first_police(incident: Incident) -> list[str]:
    """The police bodies to which the school itself sent the case."""
    return [referral.to_org.name for referral in actions.referrals_of(incident) if referral.previous_id is None]


def where(incident: Incident, hidden: Secrets) -> str:
    """The kind of place, the spot, the commune."""
    spot = f" – {nameless(incident.place_detail, hidden)}" if incident.place_detail else ""
    return f"{incident.get_place_kind_display()}{spot}; {incident.commune.in_sentence}"


def calls_of(incident: Incident) -> list[str]:
    """Whom the school rang, and when: the first few."""
    calls = casefile.children(PhoneCall, incident).order_by("called_at", "pk")
    return [f"{call.get_called_display()} lúc {clock_time(call.called_at)}" for call in calls[:MOST_CALLS]]


def quick_report(incident: Incident, reader: Appointment) -> OfficialPaper:
    """Phiếu báo nhanh: one page without number, the receipt on paper (domain/practice.md 2.9, 4)."""
    hidden = masks.of_case(incident)
    told = (*first_police(incident), incident.jurisdiction.name)
    rows = (
        ("Nơi gửi", incident.school.name),
        ("Mã vụ việc", incident.spoken_code),
        ("Báo nhanh lúc", clock_time(incident.filed_at)),
        ("Loại, mức độ", f"{incident.kind.label}; mức độ: {incident.get_severity_display()}"),
        ("Xảy ra lúc", clock_time(incident.occurred_at)),
        ("Địa điểm", where(incident, hidden)),
        ("Tóm tắt", nameless(incident.summary, hidden)),
        ("Đã gọi điện", "; ".join(calls_of(incident)) or f"{GAP * 4} lúc {GAP} giờ {GAP}"),
    )
    table = Table((Column("Mục", 1, words=True), Column("Nội dung", 5, words=True)), tuple(Row(row) for row in rows))
    return OfficialPaper(
        **of_school(incident, "PB") | signature(incident, reader) | {"symbol": ""},
        kind="Phiếu báo nhanh",
        subject=f"Vụ việc mã {incident.spoken_code}",
        day=clocks.local(incident.filed_at).date(),
        addressees=told,
        body=(table, Blank("Người báo:", f"Điện thoại: {GAP * 4}"), Paragraph(f"{FIRST_WORD} {NOT_A_CRIME_REPORT}")),
        recipients=("Như trên", kept_where(incident)),
    )


def record(incident: Incident, reader: Appointment) -> OfficialPaper:
    """Biên bản vụ việc (Mẫu 1.9): what the portal knows is printed, what only those present know is left to their hand."""
    hidden = masks.of_case(incident)
    report = actions.report_of(incident)
    signs = signature(incident, reader)
    return OfficialPaper(
        **of_school(incident, "BB") | signs,
        kind="Biên bản",
        subject=f"Ghi nhận vụ việc mã {incident.spoken_code}",
        secretary="Thư ký",
        witnesses=("Cha mẹ/người giám hộ", "Người chứng kiến"),
        body=(
            *who_met(signs["signer"]),
            *what_happened(incident, report, hidden),
            *who_is_concerned(incident, report),
            Heading("Vật chứng (nếu có)"),
            Blank("Tên, số lượng, tình trạng:", more=1),
            Blank("Người đang giữ:"),
            Blank("Bàn giao cho:", f"hồi {GAP} giờ {GAP}, ngày {GAP}/{GAP}/{GAP}"),
            *what_was_done(incident, report, hidden),
            Heading("Ý kiến của những người có mặt"),
            Blank(more=3),
            Paragraph(f"Biên bản kết thúc hồi {GAP} giờ {GAP} phút cùng ngày; đã đọc lại cho mọi người cùng nghe, công nhận đúng và cùng ký tên. Biên bản được lập thành {GAP} bản."),
        ),
        recipients=(*first_police(incident), kept_where(incident)),
    )


def who_met(chair: str) -> list[Block]:
    """The opening of a record: hour, place and those present, all by hand but for the posts."""
    year = clocks.today().year
    return [
        Paragraph(f"Hôm nay, hồi {GAP} giờ {GAP} phút, ngày {GAP} tháng {GAP} năm {year}, tại {GAP * 8}, chúng tôi gồm:"),
        Blank("1. Chủ trì: Ông (bà)", f"Chức vụ: {chair}"),
        Blank("2. Thư ký: Ông (bà)", f"Chức vụ: {GAP * 4}"),
        Blank("3. Người phát hiện, chứng kiến: Ông (bà)"),
        Blank("4. Cha mẹ/người giám hộ (nếu có): Ông (bà)"),
        Blank("5. Người khác:"),
        Paragraph("Cùng lập biên bản ghi nhận vụ việc như sau:"),
    ]


def what_happened(incident: Incident, report: FullReport | None, hidden: Secrets) -> Iterable[Block]:
    """When, where, what, and the story in the order in which it was told."""
    yield Heading("Thời gian, địa điểm")
    yield Paragraph(f"Xảy ra lúc {hour_and_day(incident.occurred_at)}, tại: {where(incident, hidden)}.")
    yield Paragraph(f"Loại vụ việc: {incident.kind.label}. Mức độ: {incident.get_severity_display()}.")
    yield Heading("Diễn biến")
    yield from paragraphs(nameless(incident.summary, hidden))
    if report:
        yield from paragraphs(nameless(report.narrative, hidden))
    for addendum in casefile.children(Addendum, incident).order_by("at", "pk"):
        yield from paragraphs(f"Bổ sung lúc {hour_and_day(addendum.at)}: {nameless(addendum.text, hidden)}")
    yield Blank("Ghi thêm:", more=1)


def who_is_concerned(incident: Incident, report: FullReport | None) -> Iterable[Block]:
    """People under their pseudonyms, with an empty column for the hand that may write their names."""
    yield Heading("Người có liên quan")
    if report:
        yield Paragraph(
            f"Học sinh có liên quan, bị ảnh hưởng: {report.pupils} (nữ {report.pupils_female}); dưới 16 tuổi bị ảnh hưởng: {report.victims_under_16}; "
            f"bị thương: {report.injured}; tử vong: {report.deaths}."
        )
    people = casefile.children(Person, incident).order_by("pk")
    known = tuple(Row((person.pseudonym, person.get_role_display(), person.get_age_band_display(), "")) for person in people)
    columns = (Column("Ký hiệu", 2), Column("Tham gia với tư cách", 4, words=True), Column("Nhóm tuổi", 3), Column("Họ và tên, lớp (ghi tay)", 6))
    yield Table(columns, known or (Row(("", "", "", "")),) * 3)


def what_was_done(incident: Incident, report: FullReport | None, hidden: Secrets) -> Iterable[Block]:
    """Measures, calls, family, police."""
    yield Heading("Biện pháp đã thực hiện")
    if report:
        yield from paragraphs(nameless(report.measures, hidden))
    calls = calls_of(incident)
    if calls:
        yield Paragraph(f"Đã gọi điện: {'; '.join(calls)}.")
    if report and report.family_told_at:
        yield Paragraph(f"Đã thông báo cho cha mẹ/người giám hộ lúc {hour_and_day(report.family_told_at)}.")
    elif report:
        yield Paragraph(f"Tạm chưa báo gia đình – lý do: {nameless(report.family_not_told_reason, hidden)}")
    for referral in actions.referrals_of(incident):
        if referral.previous_id is None:
            yield Paragraph(f"Đã chuyển {referral.to_org.name} lúc {hour_and_day(referral.sent_at)}.")
    yield Blank("Biện pháp khác:", more=1)


# The police


def result_notice(referral: Referral, reader: Appointment) -> OfficialPaper:
    """Thông báo kết quả (Mẫu 1.4): from the body that answered to the school, or to the managing body when the case concerns the school's head.

    What the school prints says that it is not the signed paper.
    """
    incident = referral.incident
    police = Organisation.objects.select_related("parent", "unit").get(pk=referral.to_org_id)
    return OfficialPaper(
        **letterhead(police, "TB"),
        kind="Thông báo",
        subject=f"Kết quả giải quyết vụ việc mã {incident.spoken_code}",
        made_at=clocks.now(),
        signer=head_of(police),
        draft=False,
        across="BẢN THAM KHẢO" if reader.is_school else "",
        circulation=INTERNAL,
        addressees=(incident.jurisdiction.name if incident.stand_in_id else incident.school.name,),
        body=tuple(result_words(referral, police)),
        recipients=("Như trên", "Lưu: VT"),
    )


def head_of(police: Organisation) -> str:
    """The post that signs for a police body."""
    if police.kind == OrganisationKind.POLICE_DEPARTMENT:
        return "Trưởng phòng"
    return f"Trưởng Công an {police.unit.full_name.split()[0].lower()}" if police.kind == OrganisationKind.COMMUNE_POLICE else "Giám đốc"


def result_words(referral: Referral, police: Organisation) -> Iterable[Paragraph]:
    """What came in, what came of it, and what the school does now. The kind of a restricted case is not written."""
    incident = referral.incident
    sender = referral.previous.to_org.name if referral.previous_id else incident.school.name
    kind = "" if incident.restricted else f" ({incident.kind.label})"
    yield Paragraph(
        f"{long_date(clocks.local(referral.sent_at).date()).capitalize()}, {police.name} nhận được thông tin về vụ việc mã {incident.spoken_code}{kind} do {sender} chuyển đến. "
        "Sau khi xem xét theo thẩm quyền, xin thông báo kết quả như sau:"
    )
    yield Paragraph(f"Kết quả: {referral.get_outcome_display()} (đã báo trên hệ thống lúc {hour_and_day(referral.answered_at)}).")
    if referral.outcome_note:
        yield from paragraphs(f"Nội dung trao đổi thêm: {nameless(referral.outcome_note, masks.of_case(incident))}")
    if referral.outcome == Outcome.PROCEEDINGS:
        yield Paragraph("Thông tin về quá trình giải quyết được cung cấp theo quy định của pháp luật về tố tụng.")
    reader = "quý cơ quan" if incident.stand_in_id else "nhà trường"
    yield Paragraph(f"Đề nghị {reader} xác nhận đã nhận kết quả; nếu cần trao đổi thêm, gửi đề nghị trong thời hạn 05 ngày làm việc kể từ ngày được báo.")
    yield Paragraph(f"{police.name} thông báo để {reader} biết, phối hợp.")
