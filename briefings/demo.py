"""The ward's briefing of quarter III/2026 in the sample data, through the ordinary actions under a set clock."""

from datetime import date, datetime

from briefings import actions
from briefings.models import Briefing, Conclusion
from coordination import clocks
from coordination.models import Appointment, Post, Role
from coordination.scope import reading_as

PLANNED_AT = datetime(2026, 9, 3, 9, 0, tzinfo=clocks.ZONE)
MEETS_AT = datetime(2026, 9, 10, 14, 0, tzinfo=clocks.ZONE)
ENDED_AT = datetime(2026, 9, 10, 16, 10, tzinfo=clocks.ZONE)
DONE_AT = datetime(2026, 9, 18, 10, 20, tzinfo=clocks.ZONE)
CONFIRMED_AT = datetime(2026, 9, 21, 8, 45, tzinfo=clocks.ZONE)
GATE = "Thống nhất lịch trực cổng trường giờ đến trường, giờ tan học với từng trường; gửi lịch về UBND phường."
BIKES = "Phổ biến tới cha mẹ học sinh quy định không giao xe cho người chưa đủ điều kiện điều khiển."
SPOTS = "Lập danh sách địa điểm cần chú ý quanh các trường, gửi Công an phường trước giao ban quý IV."


def load() -> None:
    """Planned, held and closed by UBND phường Đức Xuân; of its three conclusions one is confirmed, one done, one still owed."""
    office, desk, school = holder("vhxh.ducxuan"), holder("ca.phuong.ducxuan"), holder("hieutruong.bk-cs-01")
    briefing = planned(office)
    with clocks.set_to(MEETS_AT), reading_as(office):
        briefing = actions.hold(briefing, by=office)
        actions.attend(briefing, by=office, came=everybody_but(briefing, holder("hieutruong.bk-mn-06").body_id, "Đi tập huấn theo lịch của Sở"))
        gate = agreed(briefing, office, desk.post, date(2026, 9, 20), GATE)
        bikes = agreed(briefing, office, school.post, date(2026, 9, 30), BIKES)
        agreed(briefing, office, office.post, date(2026, 11, 30), SPOTS)
    with clocks.set_to(ENDED_AT), reading_as(office):
        actions.close(briefing, by=office)
    with clocks.set_to(DONE_AT), reading_as(desk):
        gate = actions.carry_out(gate, by=desk, note="Đã thống nhất lịch với 12 đơn vị, gửi UBND phường ngày 17/9/2026.")
    with clocks.set_to(DONE_AT), reading_as(school):
        actions.carry_out(bikes, by=school, note="Đã phổ biến tại cuộc họp cha mẹ học sinh đầu năm học.")
    with clocks.set_to(CONFIRMED_AT), reading_as(office):
        actions.confirm(gate, by=office)


def holder(username: str) -> Appointment:
    """Who holds the post of a sample account."""
    return Appointment.objects.with_post().get(user__username=username)


def planned(office: Appointment) -> Briefing:
    """The plan of the Phòng VH-XH, chaired by the leader of the UBND."""
    chair = Post.objects.get(organisation_id=office.body_id, role=Role.COMMUNE_LEADER)
    answers = {"meets_at": MEETS_AT, "place": "Phòng họp tầng 2, UBND phường Đức Xuân", "chair_post": chair, "secretary_post": office.post}
    with clocks.set_to(PLANNED_AT), reading_as(office):
        return actions.plan(by=office, answers=answers)


def everybody_but(briefing: Briefing, absent: int, reason: str) -> dict[int, tuple[bool, str]]:
    """All bodies came except one."""
    return {body: (body != absent, reason) for body in briefing.parties}


def agreed(briefing: Briefing, office: Appointment, owner: Post, due_on: date, text: str) -> Conclusion:
    """One conclusion of the meeting."""
    return actions.conclude(briefing, by=office, text=text, owner_post=owner, due_on=due_on)
