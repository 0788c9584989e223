"""Sample returns of the quarter that closed last, handed in through the ordinary actions; a few schools still silent, one let off, the last of each Sở's province late."""

from collections import defaultdict
from datetime import timedelta

from coordination import clocks, periods
from coordination.models import Appointment, Role
from coordination.scope import reading_as
from reports import figures, returning
from reports.models import QUARTER, Return

STILL_SILENT = ("bk-cs-01", "bk-mn-06", "q1-ml-01", "ct-dh-01", "hp-gn-01", "dh-mn-03")
LET_OFF = {"hp-tt-01": "Đơn vị trực thuộc không có học sinh."}
FIRST_HOUR = timedelta(hours=8)
BETWEEN_SCHOOLS = timedelta(minutes=33)
IN_A_DAY = 15
ONE_COMES_LATE = timedelta(days=4)
WORDS = "Đề nghị Công an tiếp tục bố trí lực lượng tại cổng trường giờ tan học."


def load() -> None:
    """Open the last closed quarter as the clocks would have done, hand in school by school, open the running one."""
    running = periods.period_at(QUARTER, clocks.now())
    closed = periods.previous(running)
    with clocks.set_to(closed.begins):
        returning.open_period(QUARTER, closed.key)
    with clocks.set_to(closed.ends - timedelta(days=10)):
        returning.ask_for_returns()
    hand_in(closed)
    let_off(closed)
    returning.keep_periods()


def hand_in(closed: periods.Period) -> None:
    """In each province one school after the other from the first morning on; the last of them late."""
    silent = [f"hieutruong.{school}" for school in (*STILL_SILENT, *LET_OFF)]
    heads = {head.body_id: head for head in Appointment.objects.with_post().filter(post__role=Role.PRINCIPAL).exclude(user__username__in=silent)}
    lines: dict[int, list[Return]] = defaultdict(list)
    for item in Return.objects.unscoped("sample data are made for every school").of_period(closed).filter(school__in=heads).select_related("school__unit").order_by("pk"):
        lines[item.province_id].append(item)
    for items in lines.values():
        for place, item in enumerate(items):
            pause = ONE_COMES_LATE if place == len(items) - 1 else timedelta(days=place // IN_A_DAY) + place % IN_A_DAY * BETWEEN_SCHOOLS
            with clocks.set_to(closed.ends + FIRST_HOUR + pause), reading_as(heads[item.school_id]):
                hand_in_for(item, heads[item.school_id])


def hand_in_for(item: Return, head: Appointment) -> None:
    """What the school's own cases ask for: counts confirmed, or nothing happened."""
    counted = figures.of_school(item.school, item.period)
    nil = not counted["totals"]["cases"]
    returning.submit(item, by=head, nil=nil, ticks=dict.fromkeys(returning.TICKS, nil), seen=figures.hash_of(counted), words="" if nil else WORDS)


def let_off(closed: periods.Period) -> None:
    """Units without learners are let off by the Sở."""
    for school, reason in LET_OFF.items():
        head = Appointment.objects.with_post().filter(user__username=f"hieutruong.{school}").first()
        if head is None:
            continue
        item = Return.objects.unscoped("sample data are made for every school").of_period(closed).get(school_id=head.body_id)
        office = Appointment.objects.with_post().filter(post__organisation_id=item.managing_body_id, post__role=Role.DOET_OFFICER).first()
        with clocks.set_to(closed.ends + FIRST_HOUR), reading_as(office):
            returning.leave_out(item, by=office, reason=reason)
