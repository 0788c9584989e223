"""The table of days off: loaded from the `holidays` package, read as a Calendar with a short memory."""

import time
from collections.abc import Iterator
from datetime import date

import holidays
from django.db import transaction
from django.db.models import F, Q

from coordination.clocks import Calendar
from coordination.models.calendar import CalendarDay, DayKind

YEARS = range(2024, 2028)
# The Labour Code fixes the feast days; the swaps of each year are decreed late in the year before.
DECREED_UNTIL = 2026
SOURCE = "Bộ luật Lao động 2019, Điều 112, và thông báo nghỉ lễ hằng năm (theo gói holidays)"
CULTURE_DAY = (11, 24)
CULTURE_DAY_SOURCE = "NQ 80-NQ/TW; hiệu lực chưa được xác nhận (theo gói holidays)"
REMEMBERED_FOR = 60.0

_remembered: dict[int | None, tuple[float, Calendar]] = {}


def load_calendar(using: str = "default") -> int:
    """Put the package's days into the table and say how many; rows corrected by people stay as they are.

    A row is the package's as long as it carries the package's source; change the source when you change the row.
    """
    days = CalendarDay.objects.using(using)
    with transaction.atomic(using=using):
        days.filter(province=None, source__in=[SOURCE, CULTURE_DAY_SOURCE]).delete()
        rows = list(_package_days())
        days.bulk_create(rows, ignore_conflicts=True)
    forget()
    return len(rows)


def _package_days() -> Iterator[CalendarDay]:
    """Days off and make-up days of Việt Nam, with Ngày Văn hóa Việt Nam switched off (practice.md 3)."""
    known = holidays.country_holidays("VN", years=YEARS, language="vi")
    for day, name in sorted(known.items()):
        unconfirmed = (day.month, day.day) == CULTURE_DAY
        kind = DayKind.WORKING if unconfirmed else DayKind.OFF
        source = CULTURE_DAY_SOURCE if unconfirmed else SOURCE
        yield CalendarDay(day=day, kind=kind, name=name, source=source, provisional=unconfirmed or day.year > DECREED_UNTIL)
    for day in sorted(known.weekend_workdays):
        if day.year in YEARS:
            yield CalendarDay(day=day, kind=DayKind.WORKING, name="Ngày làm bù", source=SOURCE, provisional=day.year > DECREED_UNTIL)


def calendar_for(province_id: int | None) -> Calendar:
    """The calendar of a province, or of the country; remembered for a minute in this process."""
    known_at, calendar = _remembered.get(province_id, (float("-inf"), None))
    if calendar is None or time.monotonic() - known_at > REMEMBERED_FOR:
        calendar = _read(province_id)
        _remembered[province_id] = (time.monotonic(), calendar)
    return calendar


def forget() -> None:
    """Read the table again at the next question."""
    _remembered.clear()


def _read(province_id: int | None) -> Calendar:
    """Nationwide rows first, the province's own over them."""
    rows = CalendarDay.objects.filter(Q(province=None) | Q(province=province_id)).order_by(F("province_id").asc(nulls_first=True))
    kinds: dict[date, str] = dict(rows.values_list("day", "kind"))
    return Calendar(
        off=frozenset(day for day, kind in kinds.items() if kind == DayKind.OFF),
        working=frozenset(day for day, kind in kinds.items() if kind == DayKind.WORKING),
    )
