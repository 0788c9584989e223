"""What is flagged, who hears of it, by when, and what does not belong in a summary."""

import time
import unicodedata

import pytest
from django.utils import translation

from incidents import rules
from incidents.models.taxonomy import ClockRule, Kind, Severity, SourceKind
from incidents.rules import RecipientRole, Suspicion, Way
from incidents.taxonomy import read_clock_rules, read_kinds

KINDS: dict[str, Kind] = {kind.code: kind for kind in read_kinds()}
TABLE = {(rule.step, rule.severity): rule.clock for rule in read_clock_rules()}


class TestFlag:
    @pytest.mark.parametrize(
        ("code", "severity", "flagged"),
        [
            ("theft", "s2", False),
            ("theft", "s3", True),
            ("ecigarette", "s2", False),
            ("school_violence_fight", "s2", True),  # child protection
            ("school_violence_verbal", "s1", False),
            ("school_violence_verbal", "s2", True),
            ("child_abuse_risk", "s2", True),  # R0 towards police
            ("weapon_possession", "s3", True),
            ("food_poisoning", "s3", True),  # R0 towards health, but s3
            ("tobacco", "s4", False),  # R3 never
            ("underage_riding", "s3", False),
            ("drowning", "s4", True),
        ],
    )
    def test_the_rule_flags(self, code: str, severity: str, flagged: bool) -> None:
        assert rules.flags_to_police(KINDS[code], severity) is flagged

    @pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
    def test_a_graver_case_is_never_flagged_less(self, kind: Kind) -> None:
        answers = [rules.flags_to_police(kind, severity) for severity in Severity]
        assert answers == sorted(answers)

    def test_an_r0_kind_that_is_not_for_the_police_follows_its_severity(self) -> None:
        mild = Kind(report="R0", at_once_to="health", child_protection=False, min_severity="s1")
        assert not rules.flags_to_police(mild, "s2")
        assert rules.flags_to_police(Kind(report="R0", at_once_to="police", child_protection=False, min_severity="s1"), "s1")


class TestSeverity:
    def test_under_the_minimum_cannot_be_chosen(self) -> None:
        kind = KINDS["weapon_possession"]
        assert rules.lowest_severity(kind) == Severity.S3
        assert [rules.severity_allowed(kind, severity) for severity in Severity] == [False, False, True, True]


class TestClock:
    @pytest.mark.parametrize(
        ("step", "severity", "code", "clock"),
        [
            ("police_acknowledge", "s2", "school_violence_fight", "office:1d"),
            ("police_acknowledge", "s3", "snatching", "safety:4h"),
            ("police_acknowledge", "s4", "drowning", "safety:30m"),
            ("police_acknowledge", "s2", "child_abuse_risk", "safety:30m"),  # practice.md 2.1
            ("police_acknowledge", "s3", "weapon_possession", "safety:30m"),
            ("quick_report", "s2", "child_abuse_risk", "safety:2h"),
            ("full_report", "s2", "child_abuse_risk", "office:5d"),
            ("police_acknowledge", "s3", "food_poisoning", "safety:4h"),  # at once to the health facility, not to the police
            ("first_word", "s3", "food_poisoning", "safety:1h"),
            ("full_report", "s3", "snatching", "office:3d"),
            ("full_report", "s4", "drowning", "safety:24h"),
            ("full_report", "s1", "tobacco", None),
            ("school_acknowledge", "s2", "theft", "office:5d"),
            ("managing_look", "s2", "theft", "office:1d"),
        ],
    )
    def test_the_clock_of_a_step(self, step: str, severity: str, code: str, clock: str | None) -> None:
        assert rules.clock_for(step, severity, KINDS[code], TABLE) == clock

    def test_every_flagged_case_has_the_clocks_of_the_main_job(self) -> None:
        for kind in KINDS.values():
            for severity in Severity:
                for step in ("police_acknowledge", "first_result", "school_acknowledge", "managing_look", "school_reply", "escalate"):
                    assert rules.clock_for(step, severity, kind, TABLE)

    def test_an_unknown_step_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="coffee"):
            rules.clock_for("coffee", "s2", KINDS["theft"], TABLE)

    @pytest.mark.django_db
    def test_without_a_table_the_rows_in_force_are_read(self) -> None:
        ClockRule.objects.update_or_create(step="police_acknowledge", severity="s3", defaults={"clock": "safety:90m", "source_kind": SourceKind.AGREEMENT, "source": "QCPH"})
        assert rules.clock_for("police_acknowledge", "s3", KINDS["snatching"]) == "safety:90m"


def roles(found: list[rules.Recipient]) -> list[str]:
    return [recipient.role.value for recipient in found]


class TestRecipients:
    def test_theft_stays_with_the_managing_body_and_the_family(self) -> None:
        assert roles(rules.recipients(KINDS["theft"], "s2")) == ["managing_body", "family"]

    def test_a_fight_goes_to_police_with_the_checklist(self) -> None:
        assert roles(rules.recipients(KINDS["school_violence_fight"], "s2")) == ["111", "commune_police", "managing_body", "family"]

    def test_an_emergency_is_phoned_first(self) -> None:
        found = rules.recipients(KINDS["drowning"], "s4")
        assert roles(found) == ["113", "114", "115", "commune_police", "managing_body", "department", "family"]
        assert [recipient.way for recipient in found[:3]] == [Way.PHONE] * 3

    def test_the_department_hears_without_persons(self) -> None:
        found = {recipient.role: recipient.way for recipient in rules.recipients(KINDS["snatching"], "s3")}
        assert found[RecipientRole.DEPARTMENT] == Way.HEADS_UP
        assert found[RecipientRole.COMMUNE_POLICE] == Way.PORTAL

    def test_a_school_of_the_department_has_one_managing_body_only(self) -> None:
        found = roles(rules.recipients(KINDS["drowning"], "s4", managed_by_department=True))
        assert "department" not in found
        assert "commune_authority" in found

    def test_food_and_data_have_their_own_doors(self) -> None:
        assert roles(rules.recipients(KINDS["food_poisoning"], "s3"))[:2] == ["115", "health_facility"]
        assert "data_authority" in roles(rules.recipients(KINDS["data_incident"], "s3"))
        assert roles(rules.recipients(KINDS["fire_explosion"], "s4"))[:3] == ["113", "114", "115"]

    def test_a_suspected_relative_is_not_told(self) -> None:
        assert "family" not in roles(rules.recipients(KINDS["domestic_violence"], "s3", relative_suspected=True))

    def test_a_person_may_flag_what_the_rule_does_not(self) -> None:
        assert "commune_police" in roles(rules.recipients(KINDS["theft"], "s2", flagged=True))

    def test_each_names_its_source(self) -> None:
        for kind in KINDS.values():
            assert all(recipient.source and recipient.source_kind for recipient in rules.recipients(kind, kind.min_severity))
        police = next(found for found in rules.recipients(KINDS["weapon_possession"], "s3") if found.role == RecipientRole.COMMUNE_POLICE)
        assert police.source_kind == SourceKind.STATUTORY


@pytest.mark.parametrize(("level", "name"), [("preschool", "Trẻ-1"), ("independent_class", "Trẻ-1"), ("primary", "HS-1"), ("upper_secondary", "HS-1"), ("multi_level_school", "HS-1"), ("continuing_education_centre", "HV-1")])
def test_the_name_of_nobody(level: str, name: str) -> None:
    assert rules.pseudonym(level, 1) == name


@pytest.mark.parametrize(("role", "name"), [("affected", "Trẻ-2"), ("involved", "Trẻ-2"), ("witness", "NC-2"), ("staff", "NV-2"), ("outsider", "NN-2")])
def test_grown_ups_are_not_called_pupils(role: str, name: str) -> None:
    assert rules.pseudonym("preschool", 2, role=role) == name


def suspicions(text: str) -> list[str]:
    return [finding.what.value for finding in rules.guard_text(text)]


CLEAN = [
    "Hai học sinh lớp 8 xô xát sau giờ tan học trước cổng trường, một em trầy xước nhẹ, đã sơ cứu tại phòng y tế; đã báo gia đình.",
    "Phát hiện một học sinh mang dao gọt hoa quả trong cặp, đã tạm giữ và bàn giao Công an phường.",
    "Học sinh Trường Tiểu học Ban Mai bị ngã ở sân sau.",
    "Công an phường Đức Xuân đã đến, đưa em đi Trạm Y tế.",
    "Trường THCS Bình Minh Xanh và Trường THPT Lê Hồng Phong có học sinh tham gia.",
    "Trường Tiểu học Nguyễn Văn Trỗi, phường Phùng Chí Kiên.",
    "Tại ngã tư đường Nguyễn Thị Minh Khai và Nguyễn Văn Cừ, phường Lê Chân.",
    "Đoàn TNCS Hồ Chí Minh và Đoàn Thanh Niên Cộng Sản phối hợp.",
    "Thành phố Hồ Chí Minh, phường Bến Thành, ngày 25.11.2026 10:42.",
    "Các em Trường Mầm non Hoa Mơ; thầy Hiệu trưởng và cô Chủ nhiệm đã báo.",
    "Đã gọi 113 lúc 10:42 ngày 25/11/2026, gọi 111 lúc 10 giờ 50.",
    "Mất 1.500.000 đồng và một xe đạp; hoặc 150000000 đồng.",
    "Theo công văn số 4411/SGDĐT-CTTTHSSV ngày 23/10/2025.",
    "Số 12 Nguyễn Văn Linh, ngõ 45 Nguyễn Trãi.",
    "Học sinh quên mật khẩu, mất mật ong, giữ bí mật, BẢO MẬT, MẬT ĐỘ xe đông trước cổng.",
    "Mã LC-26-0147, phòng 204, năm học 2026–2027.",
    "Em HS lớp 6 của Trung tâm GDNN-GDTX (mẫu) bị ngã.",
    "HỌC SINH ĐÁNH NHAU TRƯỚC CỔNG TRƯỜNG THCS ÁNH DƯƠNG",
    "Hà Nội mưa lớn. Mai Trường họp phụ huynh.",
    "",
]


@pytest.mark.parametrize("text", CLEAN)
def test_an_ordinary_sentence_passes(text: str) -> None:
    assert suspicions(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Em Nguyễn Văn A bị bạn đánh.", ["name"]),
        ("Học sinh Trần Thị B lớp 8A bỏ nhà đi.", ["name"]),
        ("Nguyễn Văn An và Lê Thị Hoa đánh nhau.", ["name", "name"]),
        ("Trường báo em Hoàng Minh Đức bị ngã.", ["name"]),
        ("học sinh lớp 8 Nguyễn Văn An", ["name"]),
        ("Tại trường. Nguyễn Văn An bị ngã.", ["name"]),
        ("em Minh Anh khóc", ["name"]),
        ("Cô Lan Anh đã gọi gia đình.", ["name"]),
        ("em nguyễn văn an bị ngã", ["name"]),
        ("NGUYỄN VĂN AN lớp 9", ["name"]),
        ("Nguyen Van An lop 9", ["name"]),
        ("Phường Lê Chân, em Vàng A Súa", ["name"]),
        ("mẹ em gọi từ 0900 000 123", ["phone"]),
        ("gọi 0900000123", ["phone"]),
        ("gọi 0900.000.123 2026", ["phone"]),
        ("gọi +84 900 000 123", ["phone"]),
        ("gọi (024) 3825 1234", ["phone"]),
        ("CCCD 001200000123", ["id_number"]),
        ("CCCD 001 200 000 123", ["id_number"]),
        ("CMND 012345678", ["id_number"]),
        ("hộ chiếu B1234567", ["id_number"]),
        ("Văn bản TỐI MẬT của Công an", ["secrecy"]),
        ("tài liệu đóng dấu Tuyệt mật", ["secrecy"]),
        ("Độ mật: MẬT", ["secrecy", "secrecy"]),
        ("MẬT", ["secrecy"]),
        ("công văn mật về kỳ thi", ["secrecy"]),
        ("Em Nguyễn Văn A, mẹ em 0900 000 123", ["name", "phone"]),
    ],
)
def test_what_does_not_belong_is_noticed(text: str, what: list[str]) -> None:
    assert suspicions(text) == what


def test_decomposed_letters_are_read_too() -> None:
    assert suspicions(unicodedata.normalize("NFD", "Em Nguyễn Văn A bị ngã.")) == ["name"]


def test_a_finding_says_where() -> None:
    text = "Hôm nay em Nguyễn Văn A bị ngã."
    (finding,) = rules.guard_text(text)
    assert text[finding.start : finding.end] == "Nguyễn Văn A"


def test_a_long_text_is_read_in_no_time() -> None:
    text = "Hôm đó em Nguyễn Văn A đi học ở Trường Tiểu học Ban Mai, phường Đức Xuân. " * 200
    started = time.monotonic()
    assert len(rules.guard_text(text)) == 200
    assert time.monotonic() - started < 2


def test_the_question_is_the_one_of_the_page() -> None:
    with translation.override("vi"):
        assert rules.guard_sentence(rules.guard_text("em Nguyễn Văn A")) == "Phần tóm tắt có vẻ có họ tên hoặc số điện thoại. Chuyển sang “Người liên quan” (đã khóa)?"
        assert "độ mật" in rules.guard_sentence(rules.guard_text("văn bản TỐI MẬT"))
        assert rules.guard_sentence([]) == ""


def test_suspicions_have_words() -> None:
    assert all(suspicion.label for suspicion in Suspicion)
