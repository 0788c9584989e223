"""Sample returns of the quarter that closed last: ten of twelve schools have handed in, through the ordinary actions."""

from datetime import timedelta

from coordination import clocks, periods
from coordination.models import Appointment, Role
from coordination.scope import reading_as
from reports import actions, figures
from reports.models import QUARTER, Return

STILL_SILENT = ("hieutruong.bk-cs-01", "hieutruong.bk-mn-06")
FIRST_HOUR = timedelta(hours=8)
BETWEEN_SCHOOLS = timedelta(hours=2, minutes=35)
ONE_COMES_LATE = timedelta(days=4)
WORDS = "Đề nghị Công an phường tiếp tục bố trí lực lượng tại cổng trường giờ tan học."


def load() -> None:
    """Open the last closed quarter as the clocks would have done, hand in for ten schools, open the running one."""
    running = periods.period_at(QUARTER, clocks.now())
    closed = periods.previous(running)
    with clocks.set_to(closed.begins):
        actions.open_period(QUARTER, closed.key)
    with clocks.set_to(closed.ends - timedelta(days=10)):
        actions.ask_for_returns()
    hand_in(closed)
    actions.keep_periods()


def hand_in(closed: periods.Period) -> None:
    """One school after the other from the first morning on; the last of them late."""
    heads = {head.body_id: head for head in Appointment.objects.with_post().filter(post__role=Role.PRINCIPAL).exclude(user__username__in=STILL_SILENT)}
    returns = Return.objects.unscoped("sample data are made for every school").of_period(closed).filter(school__in=heads).select_related("school__unit").order_by("pk")
    for place, item in enumerate(returns):
        pause = ONE_COMES_LATE if place == len(heads) - 1 else place * BETWEEN_SCHOOLS / 2
        with clocks.set_to(closed.ends + FIRST_HOUR + pause), reading_as(heads[item.school_id]):
            hand_in_for(item, heads[item.school_id])


def hand_in_for(item: Return, head: Appointment) -> None:
    """What the school's own cases ask for: counts confirmed, or nothing happened."""
    counted = figures.of_school(item.school, item.period)
    nil = not counted["totals"]["cases"]
    actions.submit(item, by=head, nil=nil, ticks=dict.fromkeys(actions.TICKS, nil), seen=figures.hash_of(counted), words="" if nil else WORDS)
