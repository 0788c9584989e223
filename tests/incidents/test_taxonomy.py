"""The taxonomy is complete, in the words of practice, and loads any number of times."""

import unicodedata
from datetime import date

import pytest

from incidents.models.taxonomy import ClockRule, Kind, KindGroup, Severity, SourceKind, Step
from incidents.taxonomy import load_taxonomy, read_clock_rules, read_kinds

KINDS: dict[str, Kind] = {kind.code: kind for kind in read_kinds()}


def test_every_group_has_kinds_and_no_code_comes_twice() -> None:
    assert {kind.group for kind in KINDS.values()} == set(KindGroup.values)
    assert len(KINDS) == len(list(read_kinds())) == 66


@pytest.mark.parametrize(
    ("code", "label", "severity"),
    [
        ("school_violence_group", "Nhiều học sinh đánh một học sinh (có quay, phát tán clip)", "s3"),
        ("cyberbullying", "Bạo lực học đường trên môi trường mạng", "s2"),
        ("extortion_robbery", "Cưỡng đoạt tài sản (trấn lột)", "s3"),
        ("abduction_attempt", "Nghi bắt cóc, người lạ đón trẻ", "s4"),
        ("self_harm", "Tự gây thương tích", "s3"),
        ("suicide_attempt", "Có ý định/hành vi tự sát", "s4"),
        ("suicide_death", "Tử vong nghi do tự sát", "s4"),
        ("new_psychoactive_lure", "Chất lạ, thực phẩm nghi có ma túy", "s3"),
        ("snatching", "Cướp, cướp giật tài sản", "s3"),
        ("property_damage", "Hủy hoại, làm hư hỏng tài sản", "s1"),
        ("black_credit", "Cho vay lãi nặng (“tín dụng đen”)", "s3"),
        ("illegal_recruitment", "Dụ dỗ bỏ học, đi làm trái pháp luật", "s4"),
        ("human_trafficking", "Nghi mua bán người", "s4"),
        ("underage_riding", "Điều khiển xe khi chưa đủ tuổi, không có giấy phép", "s1"),
        ("illegal_racing", "Tụ tập lạng lách, đua xe trái phép", "s3"),
        ("outsider_intrusion", "Người không phận sự vào trường", "s2"),
        ("fake_authority_scam", "“Bắt cóc online”, giả danh Công an", "s4"),
        ("sextortion", "Tống tiền bằng hình ảnh nhạy cảm, ảnh ghép", "s4"),
        ("threat_attack", "Đe dọa gây án, đặt chất nổ", "s4"),
        ("parent_disturbance", "Phụ huynh gây rối tại trường", "s2"),
        ("vehicle_lent", "Giao xe cho người không đủ điều kiện", "s1"),
        ("child_marriage", "Tảo hôn, mang thai tuổi học sinh", "s3"),
        ("domestic_violence", "Bạo lực gia đình", "s3"),
        ("choking_lost_child", "Hóc dị vật, thất lạc trẻ mầm non", "s4"),
        ("left_on_bus", "Bỏ quên trẻ trên xe", "s4"),
        ("school_bus_fault", "Sự cố khác của xe đưa đón học sinh", "s2"),
    ],
)
def test_the_words_and_minimums_of_practice(code: str, label: str, severity: str) -> None:
    assert (KINDS[code].label, KINDS[code].min_severity) == (label, severity)


def test_what_must_not_be_there() -> None:
    assert "game_addiction" not in KINDS
    assert "suicide" not in KINDS
    assert not any(word in kind.label.lower() for kind in KINDS.values() for word in ("tư tưởng", "tôn giáo", "quan điểm", "chính trị"))


def test_every_label_is_nfc_and_unlike_the_others() -> None:
    labels = [kind.label for kind in KINDS.values()]
    assert len(set(labels)) == len(labels)
    assert all(unicodedata.is_normalized("NFC", text) for kind in KINDS.values() for text in (kind.label, kind.police_offence, kind.source))


def test_restricted_kinds() -> None:
    assert {code for code, kind in KINDS.items() if kind.restricted} == {
        "violence_by_staff",
        "child_sexual_abuse",
        "child_abuse_other",
        "child_abuse_risk",
        "domestic_violence",
        "sextortion",
        "human_trafficking",
        "child_marriage",
        "self_harm",
        "suicide_attempt",
        "suicide_death",
        "drug_use",
        "drug_possession_trade",
    }


def test_what_the_law_wants_at_once_says_to_whom_and_by_which_text() -> None:
    for kind in KINDS.values():
        assert (kind.report == "R0") == bool(kind.at_once_to)
        assert (kind.report == "R0") == (kind.source_kind == SourceKind.STATUTORY)


def test_the_most_used_kinds_are_six_in_order() -> None:
    shown = sorted((kind for kind in KINDS.values() if kind.most_used), key=lambda kind: kind.most_used)
    assert [kind.most_used for kind in shown] == list(range(1, 7))
    assert [kind.code for kind in shown] == ["school_violence_fight", "ecigarette", "theft", "underage_riding", "weapon_possession", "firecracker_use"]


def test_the_police_name_the_act() -> None:
    assert KINDS["theft"].police_label == "Trộm cắp tài sản"
    assert KINDS["parent_disturbance"].police_label == "Gây rối trật tự công cộng"
    assert KINDS["drowning"].police_label == "Đuối nước"
    assert not KINDS["suicide_attempt"].police_offence


def test_every_step_has_its_clocks() -> None:
    rules = {(rule.step, rule.severity): rule for rule in read_clock_rules()}
    assert {step for step, _severity in rules} == set(Step.values)
    assert rules["police_acknowledge", "s4"].clock == "safety:30m"
    assert all(("police_acknowledge", severity) in rules for severity in Severity.values)
    assert all(rule.source for rule in rules.values())


@pytest.mark.django_db
class TestLoading:
    def test_twice_is_once(self) -> None:
        counts = load_taxonomy()
        before = list(Kind.objects.values()), list(ClockRule.objects.values())
        assert load_taxonomy() == counts == (Kind.objects.count(), ClockRule.objects.count())
        assert (list(Kind.objects.values()), list(ClockRule.objects.values())) == before

    def test_a_changed_file_row_is_brought_up_to_date(self) -> None:
        load_taxonomy()
        Kind.objects.filter(code="theft").update(label="Mất cắp")
        load_taxonomy()
        assert Kind.objects.get(code="theft").label == "Trộm cắp tài sản"

    def test_a_clock_of_an_agreement_stays(self) -> None:
        load_taxonomy()
        ClockRule.objects.filter(step="police_acknowledge", severity="s3").update(clock="safety:2h", source_kind=SourceKind.AGREEMENT)
        load_taxonomy()
        assert ClockRule.objects.get(step="police_acknowledge", severity="s3").clock == "safety:2h"

    def test_kinds_are_dated(self) -> None:
        load_taxonomy()
        Kind.objects.filter(code="theft").update(valid_to=date(2027, 1, 1))
        assert Kind.objects.on(date(2026, 12, 31)).filter(code="theft").exists()
        assert not Kind.objects.on(date(2027, 1, 1)).filter(code="theft").exists()
        assert not Kind.objects.on(date(2025, 12, 31)).exists()

    def test_the_most_used_come_first(self) -> None:
        load_taxonomy()
        assert list(Kind.objects.most_used().values_list("code", flat=True))[:2] == ["school_violence_fight", "ecigarette"]
