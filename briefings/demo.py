"""Sample briefings of the quarter that closed last, in seven communes, through the ordinary actions under a set clock.

Source: domain/demo_data.md 7: held in five of seven units, one late, one missed; eighteen conclusions, eleven done, three late.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from briefings import actions
from briefings.models import Briefing, Conclusion
from coordination import clocks, periods
from coordination.demo import holder
from coordination.models import Appointment, Organisation, Post, Role
from coordination.scope import reading_as

GATE = "Thống nhất lịch trực cổng trường giờ đến trường, giờ tan học với từng trường; gửi lịch về UBND."
RIDERS = "Phổ biến tới cha mẹ học sinh quy định không giao xe cho người chưa đủ điều kiện điều khiển."
SPOTS = "Lập danh sách địa điểm cần chú ý quanh các trường, gửi Công an trước giao ban quý sau."
DONE = {
    GATE: "Đã thống nhất lịch với các đơn vị, gửi UBND đúng hạn.",
    RIDERS: "Đã phổ biến tại cuộc họp cha mẹ học sinh đầu năm học.",
    SPOTS: "Đã lập danh sách cùng các trường, gửi Công an.",
}
OWED, LATE, CARRIED_OUT, CONFIRMED = "owed", "late", "carried out", "confirmed"


@dataclass(frozen=True)
class Meeting:
    """One commune's meeting: who hosts it, how many days before the quarter closes, how long it was put off, what became of its three conclusions."""

    ward: str
    school: str
    days_before_the_end: int
    put_off: int = 0
    by_police: bool = False
    held: bool = True
    ends: tuple[str, str, str] = (OWED, OWED, OWED)


MEETINGS = (
    Meeting("ducxuan", "bk-cs-01", 5, ends=(CONFIRMED, CARRIED_OUT, OWED)),
    Meeting("backan", "bk-cs-02", 9, put_off=8, ends=(CONFIRMED, LATE, OWED)),
    Meeting("lechan", "dh-th-01", 6, ends=(CONFIRMED, CONFIRMED, CARRIED_OUT)),
    Meeting("ninhkieu", "ct-mn-01", 4, ends=(CONFIRMED, CARRIED_OUT, LATE)),
    Meeting("tanan", "ct-cs-01", 7, by_police=True, ends=(CARRIED_OUT, LATE, OWED)),
    Meeting("saigon", "q1-th-01", 6, by_police=True, ends=(CONFIRMED, CARRIED_OUT, OWED)),
    Meeting("anbien", "hp-ml-01", 4, held=False),
)
NEXT_ONE = Meeting("lechan", "dh-th-01", 0)


def load() -> None:
    """The meetings of every commune that has its accounts in this database; phường Lê Chân has planned the next one too."""
    closed = periods.previous(periods.period_at("nd09_quarter", clocks.now()))
    there = set(Appointment.objects.values_list("user__username", flat=True))
    for meeting in (meeting for meeting in MEETINGS if f"vhxh.{meeting.ward}" in there):
        tell(meeting, closed, soon=clocks.today() + timedelta(days=9))
    if f"vhxh.{NEXT_ONE.ward}" in there:
        plan(NEXT_ONE, on_a_working_day(clocks.today() + timedelta(days=12), 14), clocks.now())


def tell(meeting: Meeting, closed: periods.Period, soon: date) -> None:
    """Plan, perhaps put off, hold, conclude, close; then what the owners did."""
    meets_at = on_a_working_day(closed.last - timedelta(days=meeting.days_before_the_end), 14)
    briefing = plan(meeting, meets_at, meets_at - timedelta(days=7, hours=5))
    if not meeting.held:
        return
    if meeting.put_off:
        meets_at = on_a_working_day(closed.last - timedelta(days=meeting.days_before_the_end - meeting.put_off), 14)
        briefing = put_off(briefing, host_of(meeting), meets_at)
    for conclusion, end in zip(hold(meeting, briefing, meets_at, soon), meeting.ends, strict=True):
        follow(meeting, conclusion, end, meets_at)


def on_a_working_day(day: date, hour: int) -> datetime:
    """The hour of a day, or of the Friday before a weekend."""
    return clocks.at(day - timedelta(days=max(0, day.weekday() - 4)), time(hour))


def host_of(meeting: Meeting) -> Appointment:
    """Who prepares it: the chief of police for a working briefing, otherwise the Phòng VH-XH."""
    return holder(f"{'truongca' if meeting.by_police else 'vhxh'}.{meeting.ward}")


def plan(meeting: Meeting, meets_at: datetime, planned_at: datetime) -> Briefing:
    """Chaired by the leader of the UBND, or by the chief himself."""
    host = host_of(meeting)
    chair = host.post if meeting.by_police else Post.objects.get(organisation_id=host.body_id, role=Role.COMMUNE_LEADER)
    secretary = holder(f"ca.phuong.{meeting.ward}").post if meeting.by_police else host.post
    place = f"Phòng họp, {Organisation.objects.get(pk=host.body_id).called}"
    with clocks.set_to(planned_at), reading_as(host):
        return actions.plan(by=host, answers={"meets_at": meets_at, "place": place, "chair_post": chair, "secretary_post": secretary})


def put_off(briefing: Briefing, host: Appointment, meets_at: datetime) -> Briefing:
    """Another day, told on the day before the first one."""
    with clocks.set_to(briefing.meets_at - timedelta(days=1)), reading_as(host):
        answers = {name: getattr(briefing, name) for name in ("place", "chair_post", "secretary_post")}
        return actions.amend(briefing, by=host, answers=answers | {"meets_at": meets_at})


def hold(meeting: Meeting, briefing: Briefing, meets_at: datetime, soon: date) -> list[Conclusion]:
    """Everybody came but one school; three conclusions for the police, a school and the host."""
    host, desk, school = host_of(meeting), holder(f"ca.phuong.{meeting.ward}"), holder(f"hieutruong.{meeting.school}")
    with clocks.set_to(meets_at), reading_as(host):
        briefing = actions.hold(briefing, by=host)
        actions.attend(briefing, by=host, came=everybody_but_one_school(briefing, school.body_id))
        made = [
            actions.conclude(briefing, by=host, text=text, owner_post=owner, due_on=soon if end == OWED else meets_at.date() + timedelta(days=days))
            for (text, owner, days), end in zip(((GATE, desk.post, 10), (RIDERS, school.post, 21), (SPOTS, host.post, 30)), meeting.ends, strict=True)
        ]
    with clocks.set_to(meets_at + timedelta(hours=2, minutes=10)), reading_as(host):
        actions.close(briefing, by=host)
    return made


def everybody_but_one_school(briefing: Briefing, owner: int) -> dict[int, tuple[bool, str]]:
    """The last school of the list was away, unless it owes a conclusion or is the only one."""
    schools = list(Organisation.objects.filter(pk__in=briefing.parties, kind="school").exclude(pk=owner).order_by("pk").values_list("pk", flat=True))
    away = schools[-1] if schools else None
    return {body: (body != away, "Đi tập huấn theo lịch của Sở") for body in briefing.parties}


def follow(meeting: Meeting, conclusion: Conclusion, end: str, meets_at: datetime) -> None:
    """The owner says that it is done, the host confirms it."""
    if end not in (CARRIED_OUT, CONFIRMED):
        return
    owner = Appointment.objects.with_post().filter(post=conclusion.owner_post).order_by("pk").first()
    with clocks.set_to(meets_at + timedelta(days=8, hours=-3)), reading_as(owner):
        conclusion = actions.carry_out(conclusion, by=owner, note=DONE[conclusion.text])
    if end == CONFIRMED:
        host = host_of(meeting)
        with clocks.set_to(meets_at + timedelta(days=11, hours=-5)), reading_as(host):
            actions.confirm(conclusion, by=host)
