"""Reporting periods and their data windows (NĐ 09/2019/NĐ-CP Art. 12; domain/reporting.md 2 and 3). Pure functions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from coordination import clocks
from coordination.clocks import Calendar

CUT_OFF = 14
ROMAN = ("I", "II", "III", "IV")
# Days after the data window closes, so that a window ending on the 14th is due on the 16th, 21st, 24th and 25th (reporting.md 3).
DUE_AFTER = {"school": 2, "commune": 7, "department": 10, "exchange": 11}


@dataclass(frozen=True)
class Scheme:
    """A way to cut the year into periods of whole reporting months."""

    months: int
    per_year: int
    first_month: int
    cut_off: int | None
    key: Callable[[int, int], str]
    label: Callable[[int, int], str]


def _half_label(year: int, number: int) -> str:
    words = _("6 tháng đầu năm %(year)d") if number == 1 else _("6 tháng cuối năm %(year)d")
    return words % {"year": year}


def _quarter_label(year: int, number: int) -> str:
    return _("Quý %(quarter)s năm %(year)d") % {"quarter": ROMAN[number - 1], "year": year}


SCHEMES = {
    "nd09_month": Scheme(1, 12, 1, CUT_OFF, lambda year, number: f"{year}-M{number:02d}", lambda year, number: _("Tháng %(month)d năm %(year)d") % {"month": number, "year": year}),
    "nd09_quarter": Scheme(3, 4, 1, CUT_OFF, lambda year, number: f"{year}-Q{number}", _quarter_label),
    "nd09_half": Scheme(6, 2, 1, CUT_OFF, lambda year, number: f"{year}-H{number}", _half_label),
    "nd09_year": Scheme(12, 1, 1, CUT_OFF, lambda year, _number: f"{year}", lambda year, _number: _("Năm %(year)d") % {"year": year}),
    # Not in Art. 12; provinces add it (Khánh Hòa, QĐ 01/2023/QĐ-UBND Art. 4).
    "nine_month": Scheme(9, 1, 1, CUT_OFF, lambda year, _number: f"{year}-9M", lambda year, _number: _("9 tháng năm %(year)d") % {"year": year}),
    "calendar_quarter": Scheme(3, 4, 1, None, lambda year, number: f"{year}-C{number}", _quarter_label),
    "school_year": Scheme(12, 1, 9, None, lambda year, _number: f"{year}-{year + 1}", lambda year, _number: _("Năm học %(first)d–%(last)d") % {"first": year, "last": year + 1}),
}


@dataclass(frozen=True)
class Period:
    """One period of a scheme: from its first day to its last, both included, in Việt Nam time."""

    scheme: str
    year: int
    number: int
    first: date
    last: date

    @property
    def key(self) -> str:
        """A stable name inside the scheme: `2026-Q4`."""
        return SCHEMES[self.scheme].key(self.year, self.number)

    @property
    def label(self) -> str:
        """What people call it, in the reader's language: "Quý IV năm 2026"."""
        return SCHEMES[self.scheme].label(self.year, self.number)

    @property
    def begins(self) -> datetime:
        """The first instant, included."""
        return clocks.midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant after it, excluded: with `begins`, the half-open window for a query."""
        return clocks.midnight(self.last + clocks.ONE_DAY)

    def contains(self, instant: datetime) -> bool:
        """Whether the instant falls into the data window: 14/09 23:50 is of quarter III, 15/09 00:10 of quarter IV."""
        return self.first <= clocks.local(instant).date() <= self.last


def scheme_named(name: str) -> Scheme:
    """The scheme of a name; ValueError in words for an unknown one."""
    if name not in SCHEMES:
        raise ValueError(_("Không có cách chia kỳ “%(name)s”. Dùng một trong: %(names)s.") % {"name": name, "names": ", ".join(SCHEMES)})
    return SCHEMES[name]


def period_at(scheme: str, moment: datetime | date) -> Period | None:
    """The period a day or an instant lies in; None between the 15th of September and the 14th of December for `nine_month`."""
    day = clocks.local(moment).date() if isinstance(moment, datetime) else moment
    rules = scheme_named(scheme)
    month = _month_index(day) + (1 if rules.cut_off and day.day > rules.cut_off else 0)
    year, place = divmod(month - (rules.first_month - 1), 12)
    number = place // rules.months + 1
    return _build(scheme, year, number) if number <= rules.per_year else None


def period_by_key(scheme: str, key: str) -> Period:
    """The period a key names; ValueError for a key of another scheme or of none."""
    rules = scheme_named(scheme)
    year = int(key[:4]) if key[:4].isdecimal() else 0
    for number in range(1, rules.per_year + 1):
        if 1 < year < 9998 and rules.key(year, number) == key:
            return _build(scheme, year, number)
    raise ValueError(_("Không có kỳ “%(key)s”.") % {"key": key})


def previous(period: Period) -> Period:
    """The period before this one in its scheme."""
    return _neighbour(period, -1)


def next_(period: Period) -> Period:
    """The period after this one in its scheme."""
    return _neighbour(period, 1)


def same_last_year(period: Period) -> Period:
    """The same period a year earlier, for the column "cùng kỳ"."""
    return _build(period.scheme, period.year - 1, period.number)


def data_window_words(period: Period) -> str:
    """The line under a report's title: "(Số liệu từ ngày 15/9/2026 đến hết ngày 14/12/2026)"."""
    return _("(Số liệu từ ngày %(first)s đến hết ngày %(last)s)") % {"first": _day_words(period.first), "last": _day_words(period.last)}


def due_dates(period: Period, calendar: Calendar) -> dict[str, datetime]:
    """When each level hands in, at the closing of the day, moved to the next working day (reporting.md 3).

    Keys: `school` (day 16), `commune` (21), `department` (24, the Sở), `exchange` (25, Sở and Công an tỉnh).
    """
    return {level: calendar.closing_of(calendar.next_working_day(period.last + timedelta(days=days))) for level, days in DUE_AFTER.items()}


def _build(scheme: str, year: int, number: int) -> Period:
    rules = scheme_named(scheme)
    begin = year * 12 + (rules.first_month - 1) + (number - 1) * rules.months
    return Period(scheme, year, number, _first_day(begin, rules.cut_off), _first_day(begin + rules.months, rules.cut_off) - timedelta(days=1))


def _neighbour(period: Period, step: int) -> Period:
    rules = scheme_named(period.scheme)
    year, place = divmod(period.year * rules.per_year + period.number - 1 + step, rules.per_year)
    return _build(period.scheme, year, place + 1)


def _month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int, cut_off: int | None) -> date:
    """The first day of a reporting month: the day after the cut-off of the month before, or the first of the month."""
    year, place = divmod(month - 1 if cut_off else month, 12)
    return date(year, place + 1, cut_off + 1 if cut_off else 1)


def _day_words(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
