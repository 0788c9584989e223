"""Sample cases of the ward, filed and answered through the ordinary actions under a set clock; neutral words, no names.

Source: domain/demo_data.md 6 (pattern and sample sentences).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from coordination import clocks
from coordination.models import Appointment
from coordination.scope import reading_as
from incidents import actions, referral_actions
from incidents.models import Incident, Kind
from incidents.workflow import Outcome

SPACE = uuid.UUID("6f0b4c1e-6f0e-4a9d-9d7e-2f3c8f5a1b20")
DESK = "ca.phuong.ducxuan"


@dataclass(frozen=True)
class Sample:
    """One case: who files it, what, when, and how far it has come."""

    school: str
    kind: str
    severity: str
    when: Callable[[], datetime]
    place: str
    summary: str
    pupils: tuple[int, int, int, int] = (1, 0, 1, 0)  # pupils, of these female, victims under 16, injured
    steps: tuple[str, ...] = ()

    @property
    def happened(self) -> datetime:
        """The hour of the event."""
        return self.when()


def ago(days: int, hour: int, minute: int = 0) -> Callable[[], datetime]:
    """An hour so many days before the day of loading, so that the queue of the demo is never stale."""
    return lambda: clocks.at(clocks.today() - timedelta(days=days), time(hour, minute))


def on(day: int, month: int, hour: int, minute: int = 0) -> Callable[[], datetime]:
    """A fixed hour of 2026, for the quarters that are closed."""
    return lambda: clocks.at(date(2026, month, day), time(hour, minute))


TO_THE_END = ("receive", "progress", "complete", "answer", "acknowledge", "close")
SAMPLES = (
    Sample("bk-cs-04", "school_violence_fight", "s2", on(18, 6, 16, 50), "gate", "Hai học sinh lớp 8 xô xát sau giờ tan học trước cổng trường, một em trầy xước nhẹ, đã sơ cứu tại phòng y tế; đã báo gia đình.", (2, 0, 1, 1), TO_THE_END),
    Sample("bk-cs-01", "ecigarette", "s2", on(8, 9, 9, 15), "in_school", "Phát hiện ba học sinh dùng thuốc lá điện tử trong nhà vệ sinh; đã lập biên bản và mời gia đình.", (3, 0, 0, 0), ("complete", "close")),
    Sample("bk-pt-02", "theft", "s2", on(21, 8, 18, 30), "in_school", "Mất một xe đạp điện trong nhà để xe; bảo vệ đã kiểm tra, nhà trường đề nghị Công an phối hợp.", (1, 1, 0, 0), ("flag", *TO_THE_END)),
    Sample("bk-th-01", "accident_injury", "s2", on(14, 9, 14, 50), "in_school", "Một học sinh ngã cầu thang giờ ra chơi, đau cổ tay, đã đưa đến trạm y tế; đã báo gia đình.", (1, 1, 1, 1), ("complete", "close")),
    Sample("bk-cs-01", "weapon_possession", "s3", on(9, 10, 10, 5), "in_school", "Phát hiện một học sinh mang dao gọt hoa quả trong cặp; đã yêu cầu giao nộp, lập biên bản và bàn giao Công an phường.", (1, 0, 0, 0), TO_THE_END),
    Sample("bk-cs-04", "firecracker_use", "s2", ago(4, 10, 20), "gate", "Hai học sinh đốt pháo tự chế trước cổng trường giờ ra chơi, không ai bị thương.", (2, 0, 0, 0), ("flag", "receive", "progress")),
    Sample("bk-mn-01", "outsider_intrusion", "s2", ago(1, 16, 10), "gate", "Một người không quen biết vào sân trường giờ trả trẻ, bảo vệ đã mời ra; chưa có thiệt hại.", (0, 0, 0, 0), ("flag",)),
)


def load() -> None:
    """File every sample in the order of its day."""
    for number, sample in enumerate(SAMPLES):
        principal, desk = holder(f"hieutruong.{sample.school}"), holder(DESK)
        incident = filed(number, sample, principal)
        for place, step in enumerate(sample.steps):
            take(step, incident, sample, principal, desk, later(sample.happened, place))


def later(happened: datetime, place: int) -> datetime:
    """The hour of a later act: the first at once, the others on the following days in office hours."""
    if place == 0:
        return happened + timedelta(minutes=55)
    day = happened.date() + timedelta(days=(place + 1) // 2)
    return min(clocks.at(day, time(9 if place % 2 else 15, 10 + 5 * place)), clocks.now())


def holder(username: str) -> Appointment:
    """The appointment behind an account."""
    return Appointment.objects.with_post().get(user__username=username)


def filed(number: int, sample: Sample, principal: Appointment) -> Incident:
    """The case as its principal filed it, forty minutes after it happened."""
    kind = Kind.objects.get(code=sample.kind)
    answers = {"kind": kind, "severity": sample.severity, "occurred_at": sample.happened, "place_kind": sample.place, "place_detail": "", "summary": sample.summary}
    with clocks.set_to(sample.happened + timedelta(minutes=40)), reading_as(principal):
        return actions.file(uuid.uuid5(SPACE, str(number)), by=principal, answers=answers)


def take(step: str, incident: Incident, sample: Sample, principal: Appointment, desk: Appointment, moment: datetime) -> None:
    """One later act, by whoever does it, at its hour."""
    by = desk if step in {"receive", "progress", "answer"} else principal
    with clocks.set_to(moment), reading_as(by):
        fresh = Incident.objects.visible_to(by).get(pk=incident.pk)
        referral = actions.referrals_of(fresh).last()
        if step == "flag":
            referral or actions.flag(fresh, by=by, reason="Đề nghị Công an phường phối hợp giải quyết.")
        elif step == "receive":
            referral_actions.receive(referral_actions.see(referral, by=by), by=by)
        elif step == "progress":
            referral_actions.follow_up(referral, by=by, step="progress")
        elif step == "complete":
            actions.complete(fresh, by=by, answers=full_report(sample, moment))
        elif step == "answer":
            referral_actions.answer(referral, by=by, outcome=Outcome.REMINDED)
        elif step == "acknowledge":
            referral_actions.acknowledge(referral, by=by)
        elif step == "close":
            actions.close(fresh, by=by)


def full_report(sample: Sample, moment: datetime) -> dict[str, object]:
    """The counts and a short story."""
    pupils, female, victims, injured = sample.pupils
    return {
        "session": "after" if sample.place == "gate" else "class",
        "handling": "with_police" if "receive" in sample.steps else "at_school",
        "pupils": pupils,
        "pupils_female": female,
        "victims_under_16": victims,
        "injured": injured,
        "deaths": 0,
        "family_told_at": moment,
        "narrative": sample.summary,
        "measures": "Giáo viên chủ nhiệm theo dõi, gặp gia đình; nhà trường nhắc nhở chung trong tiết sinh hoạt.",
    }
