"""Safety and office clocks: what time it is, when a thing is due, how much is left. Pure functions (ground.md 17, 18)."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CLOSING = time(17, 0)
ONE_DAY = timedelta(days=1)

_set_instant: ContextVar[datetime | None] = ContextVar("set_instant", default=None)


def now() -> datetime:
    """This instant in Việt Nam time. The only place in the portal that asks."""
    return _set_instant.get() or datetime.now(ZONE)


def today() -> date:
    """The day it is in Việt Nam."""
    return now().date()


def local(instant: datetime) -> datetime:
    """The same instant in Việt Nam time; refuses one without an offset, which could be any hour."""
    if instant.tzinfo is None:
        raise ValueError(f"An instant needs an offset from UTC: {instant!r}")
    return instant.astimezone(ZONE)


@contextmanager
def set_to(instant: datetime) -> Iterator[datetime]:
    """Stop the clock at an instant, for the demo loader and for tests only. May be nested; holds in this thread or task alone."""
    token = _set_instant.set(local(instant))
    try:
        yield now()
    finally:
        _set_instant.reset(token)


@dataclass(frozen=True)
class Calendar:
    """When offices are open: sessions and weekdays, less the days off, plus the make-up days that are worked."""

    sessions: tuple[tuple[time, time], ...] = ((time(7, 30), time(11, 30)), (time(13, 30), CLOSING))
    weekdays: frozenset[int] = frozenset(range(5))
    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices are open that day; a make-up day wins over a day off."""
        return day in self.working or (day.weekday() in self.weekdays and day not in self.off)

    def working_days_from(self, day: date) -> Iterator[date]:
        """The working days from a day on, that day included when it is one."""
        while True:
            if self.is_working(day):
                yield day
            day += ONE_DAY

    def spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of office time from an instant on, the first one cut at it."""
        for day in self.working_days_from(start.date()):
            for opens, closes in self.sessions:
                begin, end = at(day, opens), at(day, closes)
                if end > start:
                    yield max(begin, start), end

    def next_working_moment(self, start: datetime) -> datetime:
        """The instant itself inside office hours, otherwise the next opening."""
        return next(self.spans_from(start))[0]

    def next_working_day(self, day: date) -> date:
        """The day itself when worked, otherwise the next that is."""
        return next(self.working_days_from(day))

    def closing_of(self, day: date) -> datetime:
        """The end of a working day: 17:00."""
        return at(day, self.sessions[-1][1])


def at(day: date, hour: time) -> datetime:
    """A wall-clock time of a day in Việt Nam."""
    return datetime.combine(day, hour, ZONE)


def midnight(day: date) -> datetime:
    """The beginning of a day in Việt Nam."""
    return at(day, time())


@dataclass(frozen=True)
class Clock:
    """A kind of clock, read from words such as `office:1d` or `safety:30m`."""

    is_office: bool
    amount: int
    unit: str

    KIND = re.compile(r"(?:office:(?P<office>[1-9]\d{0,3})(?P<office_unit>[dh])|safety:(?P<safety>[1-9]\d{0,3})(?P<safety_unit>[dhm]))\Z", re.ASCII)
    UNITS = {"d": "days", "h": "hours", "m": "minutes"}

    @classmethod
    def read(cls, kind: str) -> "Clock":
        """The clock a word names; ValueError in words for anything else."""
        found = cls.KIND.match(kind)
        if found is None:
            raise ValueError(_("Không có loại đồng hồ “%(kind)s”. Loại đúng: office:1d, office:4h, safety:10d, safety:2h, safety:30m.") % {"kind": kind})
        office = found["office"] is not None
        return cls(office, int(found["office"] or found["safety"]), found["office_unit"] or found["safety_unit"])

    @property
    def length(self) -> timedelta:
        """How long it runs; for office:Nd the days are counted instead."""
        return timedelta(**{self.UNITS[self.unit]: self.amount})


@dataclass(frozen=True)
class Pause:
    """A stretch in which a clock stands still, with its reason; still standing when it has no end."""

    start: datetime
    end: datetime | None
    reason: str


def due(kind: str, start: datetime, calendar: Calendar) -> datetime:
    """When a clock started at an instant runs out.

    `safety:` runs day and night. `office:Nh` counts N hours of office time. `office:Nd` is the closing of the Nth working
    day after the start day. An office clock started outside hours starts at the next working moment (ground.md 18).
    """
    return _runs_out(Clock.read(kind), local(start), (), calendar)


def due_after_pauses(kind: str, start: datetime, pauses: Iterable[Pause], calendar: Calendar) -> datetime | None:
    """When a clock with pauses runs out; None while it stands still.

    Paused time is not counted. For `office:Nd` a working day is not counted when the clock stood still at its closing.
    """
    pauses = tuple(pauses)
    finished = tuple((local(pause.start), local(pause.end)) for pause in pauses if pause.end is not None)
    found = _runs_out(Clock.read(kind), local(start), finished, calendar)
    standing = any(pause.end is None and pause.start < found for pause in pauses)
    return None if standing else found


Stretches = tuple[tuple[datetime, datetime], ...]


def _runs_out(clock: Clock, start: datetime, pauses: Stretches, calendar: Calendar) -> datetime:
    """The instant at which a clock has counted its amount outside the pauses."""
    if not clock.is_office:
        return _count(clock.length, iter([(start, start + clock.length + sum((end - begin for begin, end in pauses), timedelta()))]), pauses)
    start = calendar.next_working_moment(_after(start, pauses))
    if clock.unit == "h":
        return _count(clock.length, calendar.spans_from(start), pauses)
    closings = (calendar.closing_of(day) for day in calendar.working_days_from(start.date() + ONE_DAY))
    counted = (closing for closing in closings if not any(begin <= closing < end for begin, end in pauses))
    return next(islice(counted, clock.amount - 1, None))


def _after(start: datetime, pauses: Stretches) -> datetime:
    """The first instant from the start on that lies in no pause."""
    for begin, end in sorted(pauses):
        if begin <= start < end:
            start = end
    return start


def _count(length: timedelta, spans: Iterator[tuple[datetime, datetime]], pauses: Stretches) -> datetime:
    """Walk the spans, leaving the pauses out, until the length is used up."""
    for span in spans:
        for begin, end in _without(span, pauses):
            if length <= end - begin:
                return begin + length
            length -= end - begin
    raise AssertionError("a clock's spans never end before the clock does")


def _without(span: tuple[datetime, datetime], pauses: Stretches) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a span once the pauses are cut out, in order."""
    begin, end = span
    for pause_begin, pause_end in sorted(pauses):
        if pause_begin >= end or pause_end <= begin:
            continue
        if pause_begin > begin:
            yield begin, pause_begin
        begin = pause_end
    if begin < end:
        yield begin, end


class State(models.TextChoices):
    """How a running clock stands; derived, never stored (ground.md 16)."""

    ON_TIME = "on_time", gettext_lazy("Còn hạn")
    SOON = "soon", gettext_lazy("Sắp đến hạn")
    LATE = "late", gettext_lazy("Quá hạn")


def state(opened: datetime, due: datetime, now: datetime) -> State:
    """Late after the due instant; soon when less than a quarter of the whole time is left (ground.md 12)."""
    if now > due:
        return State.LATE
    return State.SOON if (due - now) * 4 < due - opened else State.ON_TIME


def time_left(due: datetime, now: datetime) -> str:
    """The time left in the two largest units: "còn 3 giờ 20 phút", "quá hạn 46 phút", "còn 1 ngày 4 giờ"."""
    length = duration(abs(due - now))
    return _("quá hạn %(length)s") % {"length": length} if now > due else _("còn %(length)s") % {"length": length}


def duration(length: timedelta) -> str:
    """A length of time in its two largest units, cut and not rounded: "1 ngày 4 giờ"; from two days on whole days: "66 ngày"."""
    minutes = int(length.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("%(count)d ngày", "%(count)d ngày", days)),
        (hours, ngettext("%(count)d giờ", "%(count)d giờ", hours)),
        (minutes, ngettext("%(count)d phút", "%(count)d phút", minutes)),
    ]
    first = next((place for place, (count, _words) in enumerate(parts) if count), None)
    if first is None:
        return _("dưới 1 phút")
    most = 1 if days >= 2 else 2
    return " ".join(words % {"count": count} for count, words in parts[first : first + most] if count)
