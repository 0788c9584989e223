"""What the law, the agreement and the portal ask about an incident: pure functions on a kind and a severity."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination.models.organisations import SchoolType
from incidents.models.people import PersonRole
from incidents.models.taxonomy import AtOnceTo, ClockRule, ReportClass, Severity, SourceKind, Step


class KindFacts(Protocol):
    """What the rules need to know of a kind: a row of the taxonomy has it."""

    min_severity: str
    report: str
    at_once_to: str
    child_protection: bool
    source: str


FLAGGED_BY_SEVERITY = frozenset({Severity.S3, Severity.S4})
# Telling, receiving and escalating happen at once when the law says "ngay"; what follows keeps the clock of the severity.
AT_ONCE_STEPS = frozenset({Step.FIRST_WORD, Step.QUICK_REPORT, Step.FAMILY_TOLD})
AT_ONCE_POLICE_STEPS = frozenset({Step.POLICE_ACKNOWLEDGE, Step.ESCALATE})


def lowest_severity(kind: KindFacts) -> Severity:
    """The kind gives the minimum; facts only raise it (domain/incidents.md 2)."""
    return Severity(kind.min_severity)


def severity_allowed(kind: KindFacts, severity: str) -> bool:
    """Whether the severity may be chosen for the kind (ground.md 11)."""
    return Severity(severity) >= lowest_severity(kind)


def flags_to_police(kind: KindFacts, severity: str) -> bool:
    """Whether the rule itself flags the case: s3 and s4, R0 towards police, child protection from s2; R3 never (ground.md 11)."""
    if kind.report == ReportClass.R3:
        return False
    at_once = kind.report == ReportClass.R0 and kind.at_once_to == AtOnceTo.POLICE
    return severity in FLAGGED_BY_SEVERITY or at_once or (kind.child_protection and Severity(severity) >= Severity.S2)


def clock_for(step: str, severity: str, kind: KindFacts, table: Mapping[tuple[str, str], str] | None = None) -> str | None:
    """The clock of a step ("safety:30m"), or None where nothing runs, such as the full report of s1.

    R0 ("ngay") overrides the severity (practice.md 2.1): telling takes the value of s4, and so do the police's receipt and
    the escalation when it is the police who must be told. Without a table the rows in force are read. A step nobody knows
    is a ValueError.
    """
    step = Step(step)
    if table is None:
        table = clock_table()
    at_once = kind.report == ReportClass.R0 and (step in AT_ONCE_STEPS or (step in AT_ONCE_POLICE_STEPS and kind.at_once_to == AtOnceTo.POLICE))
    return table.get((step, Severity.S4 if at_once else severity))


def clock_table() -> dict[tuple[str, str], str]:
    """Every clock in force by step and severity, in one query."""
    return {(rule.step, rule.severity): rule.clock for rule in ClockRule.objects.all()}


class RecipientRole(models.TextChoices):
    """Who hears of a case."""

    EMERGENCY_POLICE = "113", _("113 Công an")
    EMERGENCY_FIRE = "114", _("114 Cháy, cứu nạn")
    EMERGENCY_HEALTH = "115", _("115 Cấp cứu")
    CHILD_LINE = "111", _("111 Bảo vệ trẻ em")
    COMMUNE_POLICE = "commune_police", _("Công an xã (phường)")
    MANAGING_BODY = "managing_body", _("Cấp quản lý của trường")
    COMMUNE_AUTHORITY = "commune_authority", _("UBND xã (phường)")
    DEPARTMENT = "department", _("Sở Giáo dục và Đào tạo")
    HEALTH_FACILITY = "health_facility", _("Cơ sở y tế gần nhất")
    DATA_AUTHORITY = "data_authority", _("Cơ quan bảo vệ dữ liệu cá nhân")
    FAMILY = "family", _("Cha mẹ/người giám hộ")


class Way(models.TextChoices):
    """How a recipient hears of it."""

    PHONE = "phone", _("Gọi điện trước")
    CHECKLIST = "checklist", _("Ghi vào bảng kiểm bảo vệ trẻ em")
    PORTAL = "portal", _("Gửi trong hệ thống")
    HEADS_UP = "heads_up", _("Tin vắn, không có thông tin cá nhân")
    BY_SCHOOL = "by_school", _("Nhà trường báo trực tiếp")


@dataclass(frozen=True)
class Recipient:
    """Who hears of a case, how, and on whose word."""

    role: RecipientRole
    way: Way
    source: str
    source_kind: SourceKind


CHILD_LAW = "Luật Trẻ em 2016 Điều 51; NĐ 56/2017/NĐ-CP Điều 25"
FOOD_LAW = "Luật An toàn thực phẩm 2010"
DATA_LAW = "Luật 91/2025/QH15 Điều 23"
PORTAL = "Mặc định của hệ thống"


def recipients(kind: KindFacts, severity: str, *, managed_by_department: bool = False, flagged: bool = False, relative_suspected: bool = False) -> list[Recipient]:
    """Who hears of a case, the phone first (domain/incidents.md 4, domain/practice.md 2).

    `managed_by_department`: THPT and GDTX, whose managing body is the Sở itself. `flagged`: a person flagged what the rule
    would not. `relative_suspected`: the family is not told yet; the reason is recorded and police or 111 asked first.
    """
    found = [*_phoned(kind, severity), *_told_by_law(kind, severity)]
    if flagged or flags_to_police(kind, severity):
        found.append(Recipient(RecipientRole.COMMUNE_POLICE, Way.PORTAL, *_source_of_flag(kind)))
    found.append(_by_default(RecipientRole.MANAGING_BODY, Way.PORTAL))
    if severity in FLAGGED_BY_SEVERITY and not managed_by_department:
        found.append(_by_default(RecipientRole.DEPARTMENT, Way.HEADS_UP))
    if severity == Severity.S4 and managed_by_department:
        found.append(_by_default(RecipientRole.COMMUNE_AUTHORITY, Way.BY_SCHOOL))
    if not relative_suspected:
        found.append(_by_default(RecipientRole.FAMILY, Way.BY_SCHOOL))
    return found


def _phoned(kind: KindFacts, severity: str) -> Iterator[Recipient]:
    """The emergency numbers: all three at s4; the one that fits for fire and for food."""
    if severity == Severity.S4:
        yield _by_default(RecipientRole.EMERGENCY_POLICE, Way.PHONE)
    if severity == Severity.S4 or kind.at_once_to == AtOnceTo.FIRE:
        yield _by_default(RecipientRole.EMERGENCY_FIRE, Way.PHONE)
    if severity == Severity.S4 or kind.at_once_to == AtOnceTo.HEALTH:
        yield _by_default(RecipientRole.EMERGENCY_HEALTH, Way.PHONE)


def _told_by_law(kind: KindFacts, severity: str) -> Iterator[Recipient]:
    """Those a text names: 111 for a child, the health facility for food, the authority for personal data."""
    if kind.child_protection and Severity(severity) >= Severity.S2:
        yield Recipient(RecipientRole.CHILD_LINE, Way.CHECKLIST, CHILD_LAW, SourceKind.STATUTORY)
    if kind.at_once_to == AtOnceTo.HEALTH:
        yield Recipient(RecipientRole.HEALTH_FACILITY, Way.PHONE, FOOD_LAW, SourceKind.STATUTORY)
    if kind.at_once_to == AtOnceTo.DATA_AUTHORITY:
        yield Recipient(RecipientRole.DATA_AUTHORITY, Way.BY_SCHOOL, DATA_LAW, SourceKind.STATUTORY)


def _source_of_flag(kind: KindFacts) -> tuple[str, SourceKind]:
    """On whose word the police hear of it: the text named by the kind, or the portal's rule."""
    if kind.at_once_to == AtOnceTo.POLICE:
        return kind.source, SourceKind.STATUTORY
    return PORTAL, SourceKind.PORTAL_DEFAULT


def _by_default(role: RecipientRole, way: Way) -> Recipient:
    return Recipient(role, way, PORTAL, SourceKind.PORTAL_DEFAULT)


PSEUDONYMS = {
    SchoolType.PRESCHOOL: "Trẻ",
    SchoolType.INDEPENDENT_CLASS: "Trẻ",
    SchoolType.CONTINUING: "HV",
    SchoolType.COLLEGE: "HV",
    SchoolType.UNIVERSITY: "HV",
}


OTHER_PSEUDONYMS = {PersonRole.WITNESS: "NC", PersonRole.STAFF: "NV", PersonRole.OUTSIDER: "NN"}


def pseudonym(level: str, number: int, role: str = PersonRole.INVOLVED) -> str:
    """What lists and papers call a person in a case (practice.md 1).

    Learners are HS-1, in a preschool Trẻ-1, in continuing education HV-1; a witness (người chứng kiến) is NC-1, staff
    (nhân viên) NV-1, an outsider (người ngoài trường) NN-1.
    """
    return f"{OTHER_PSEUDONYMS.get(role) or PSEUDONYMS.get(level, 'HS')}-{number}"


class Suspicion(models.TextChoices):
    """What a text seems to hold that does not belong in it."""

    NAME = "name", _("họ tên")
    PHONE = "phone", _("số điện thoại")
    ID_NUMBER = "id_number", _("số định danh")
    SECRECY = "secrecy", _("dấu chỉ độ mật")


@dataclass(frozen=True)
class Finding:
    """A suspicion and where it stands in the text (in its NFC form); the words themselves are not kept."""

    what: Suspicion
    start: int
    end: int


def guard_text(text: str) -> list[Finding]:
    """What in a summary looks like a full name, a phone or ID number, or a secrecy mark; a hint, never a verdict (INC-9)."""
    text = unicodedata.normalize("NFC", text)
    phones = [Finding(Suspicion.PHONE, *found.span()) for found in PHONE.finditer(text)]
    numbers = [Finding(Suspicion.ID_NUMBER, *found.span()) for found in ID_NUMBER.finditer(text)]
    numbers = [number for number in numbers if not any(phone.start < number.end and number.start < phone.end for phone in phones)]
    secrets = [Finding(Suspicion.SECRECY, *found.span()) for found in SECRECY.finditer(text)]
    names = [Finding(Suspicion.NAME, *span) for span in _names(text)]
    return sorted(names + phones + numbers + secrets, key=lambda finding: finding.start)


def guard_sentence(findings: list[Finding]) -> str:
    """The question asked under the summary, or nothing (practice.md 4)."""
    if any(finding.what == Suspicion.SECRECY for finding in findings):
        return _now("Phần tóm tắt có vẻ có dấu chỉ độ mật. Hệ thống không nhận bí mật nhà nước; gửi theo đường công văn mật.")
    return _now("Phần tóm tắt có vẻ có họ tên hoặc số điện thoại. Chuyển sang “Người liên quan” (đã khóa)?") if findings else ""


# Mobile numbers begin with three digits together, so that "05.01.2026 10:42" is none; then landlines; then +84.
PHONE = re.compile(r"(?<![\d/.-])(?:0[35789]\d(?:[ .-]?\d){7}|\(?02\d{1,2}\)?(?:[ .-]?\d){7,8}|(?:\+84|0084)(?:[ .-]?\d){9,10})(?!\d)")
# CMND has 9 digits, a pupil's code 10, CCCD 12 (also written in threes or fours); a passport a letter and 7 or 8. Money is none.
ID_NUMBER = re.compile(r"(?<![\d.,/])(?:\d{9,10}|\d{12}|\d{3}(?: \d{3}){3}|\d{4}(?: \d{4}){2}|\b[A-Z]\d{7,8})(?![\d/]|[.,]\d| ?(?:đồng|VNĐ|VND|đ)\b)")
SECRECY = re.compile(
    r"\b(?:(?i:tuyệt mật|tối mật)|(?<!BẢO )(?<!BÍ )MẬT(?! (?:KHẨU|ONG|ĐỘ|THƯ|MÃ)\b)|(?i:tài liệu|văn bản|công văn|đóng dấu|dấu|độ)(?: chỉ)?(?: độ)? (?-i:[Mm]ật)(?! (?:khẩu|độ|mã|thư|ong)\b))\b"
)

FAMILY_NAMES = frozenset(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đào Đoàn Lương Lưu Cao Tạ Tô Tăng Phùng Chu Châu Quách Kiều Lâm Thái Trương Mai Hà "
    "Nông Triệu Vi Lò Quàng Giàng Vàng Sùng Thào Lường Cà Ma Bàn Hứa Mạc Nghiêm Tống Vương Thạch Bế Chẩu Đàm Giáp Khổng Nhữ Phí Tôn Uông Vừ Mùa Hờ "
    # Typed without marks: only those that are hardly anything else.
    "Nguyen Tran Pham Hoang Huynh Dang Bui Duong Trinh Truong Luong".split()
)
MIDDLE_NAMES = frozenset({"Văn", "Thị", "Van", "Thi"})
NOT_PEOPLE = ("Hồ Chí Minh", "Đoàn Thanh Niên", "Đoàn Thanh", "Hà Nội")
# A name right after one of these names a place, a school, a prize: "Trường THPT Lê Hồng Phong", "đường Trần Phú", "số 12 Lê Lợi".
PLACE_BEFORE = re.compile(
    r"(?:\b(?:trường|học|mầm non|mẫu giáo|nhóm trẻ|th|thcs|thpt|gdtx|chuyên|đẳng|viện|công viên|nội trú|bán trú|tư thục|dân lập|công lập|quốc tế|cơ sở|phổ thông|trung tâm|xã|phường|p\.|đặc khu|quận|huyện|"
    r"tỉnh|thị trấn|thị xã|thành phố|phố|tp\.?|đường|đại lộ|ngõ|ngách|hẻm|kiệt|chợ|cầu|cống|bến|ga|đảo|núi|sông|suối|đèo|dốc|hồ|ao|đình|chùa|đền|lăng|tượng đài|quảng trường|thôn|bản|ấp|làng|xóm|buôn|khu|"
    r"chi đội|liên đội|quỹ|giải|cúp|học bổng|phong trào|công ty|cửa hàng|quán|tiệm|siêu thị)|(?<![\d/:])(?<!lớp )(?<!khối )(?<!năm )\b\d{1,4}) *\Z",
    re.IGNORECASE,
)
JOINED_TO_PLACE = re.compile(r"\s*(?:và|-|–|/)\s*\Z")
SPOKEN_TO = r"em|cháu|bé|bạn|thầy|cô|tên là|tên|họ tên|họ và tên"
SPOKEN_TO_BEFORE = re.compile(rf"(?:\A|[^\w])(?:{SPOKEN_TO})(?: là)?:? *\Z")
SPOKEN_TO_FIRST = re.compile(rf"(?:\A|[.!?:;\n(“\"-]\s*)(?i:{SPOKEN_TO}) \Z")
PERSON_BEFORE = re.compile(rf"(?:\A|[^\w])(?:{SPOKEN_TO}|anh|chị|ông|bà|chú|bác|giáo viên|phụ huynh|học sinh|học viên|nam sinh|nữ sinh|sinh viên|mẹ|bố|cha)(?: là)?:? *\Z", re.IGNORECASE)
INSTITUTIONS = frozenset("Trường Công Ủy Ban Sở Phòng Tiểu Mầm Trung Hội Đoàn Đội Chi Liên Tổng Bộ Nhà Phụ Giáo Học Hiệu Bí Chủ Phó Trưởng Cán Trạm Bệnh Đồn Tổ Khối Lớp".split())
WORD = re.compile(r"[^\W\d_]+")
LOWER_NAME = re.compile(r"\b(?:nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|ngô|dương|đinh|trịnh|đào|đoàn|lương|nông|triệu) (?:văn|thị) (?!hóa|phòng|bản|nghệ|minh|học|trấn|xã|trường)[^\W\d_]+")


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Runs of capitalised syllables that look like a full name and do not stand after a word for a place."""
    place_ended_at = -1
    for run in _runs(text):
        beside_place = place_ended_at >= 0 and JOINED_TO_PLACE.fullmatch(text[place_ended_at : run[0].start()]) is not None
        start = None if beside_place else _name_in(run, text)
        if start is not None:
            yield start, run[-1].end()
        elif beside_place or _is_place(run, text):
            place_ended_at = run[-1].end()
    for found in LOWER_NAME.finditer(text):
        if not PLACE_BEFORE.search(_ahead(text, found.start())):
            yield found.span()


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Neighbouring words written alike: Each Capitalised, or ALL IN CAPITALS."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        style = _style(word[0])
        joined = run and text[run[-1].end() : word.start()] == " " and style == _style(run[0][0])
        if run and not joined:
            yield run
            run = []
        if style:
            run.append(word)
    if run:
        yield run


def _style(word: str) -> str:
    """How a word is written; a single capital may be an initial and counts as Capitalised."""
    if word[0].isupper() and word[1:] == word[1:].lower():
        return "title"
    return "capitals" if word.isupper() else ""


def _is_place(run: list[re.Match[str]], text: str) -> bool:
    """Whether the run, or a part of it, follows a word for a place."""
    return any(PLACE_BEFORE.search(_ahead(text, word.start())) for word in run)


def _ahead(text: str, start: int) -> str:
    """The few letters before a place in the text: longer than any pattern that looks back, short enough for long texts."""
    return text[max(0, start - 32) : start]


def _name_in(run: list[re.Match[str]], text: str) -> int | None:
    """Where a full name begins in the run, if it holds one."""
    for place, word in enumerate(run):
        ahead = _ahead(text, word.start())
        if PLACE_BEFORE.search(ahead):
            return None
        words = [later[0] for later in run[place:]]
        spoken_to = SPOKEN_TO_BEFORE.search(ahead) or SPOKEN_TO_FIRST.search(ahead)
        if _is_family_name(words, after_person=PERSON_BEFORE.search(ahead) is not None) or (spoken_to and _is_given_name(words)):
            return word.start()
    return None


def _is_family_name(words: list[str], *, after_person: bool) -> bool:
    """A family name and two more syllables, or one more after a word for a person; in capitals only with Văn or Thị."""
    known = words[0].capitalize() in FAMILY_NAMES
    middle = any(word.capitalize() in MIDDLE_NAMES for word in words[1:3])
    if not known or len(words) < 2 or " ".join(words).title().startswith(NOT_PEOPLE):
        return False
    plain = len(words) in {3, 4, 5} and _style(words[0]) == "title"
    return middle or after_person or plain


def _is_given_name(words: list[str]) -> bool:
    """Two to four syllables after "em" or "cô" that begin no institution: "em Minh Anh"."""
    return 2 <= len(words) <= 4 and _style(words[0]) == "title" and words[0] not in INSTITUTIONS and words[0].lower() not in SPOKEN_TO.split("|")
