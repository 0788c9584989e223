"""Every instant lies in one period of each scheme, and the windows are those of NĐ 09/2019."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from coordination import clocks, periods
from coordination.clocks import Calendar
from coordination.periods import SCHEMES

WHOLE = sorted(set(SCHEMES) - {"nine_month"})


def vn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clocks.ZONE)


@pytest.mark.parametrize(
    ("scheme", "moment", "label", "key", "first", "last"),
    [
        ("nd09_month", "2026-12-14", "Tháng 12 năm 2026", "2026-M12", "2026-11-15", "2026-12-14"),
        ("nd09_month", "2026-12-15", "Tháng 1 năm 2027", "2027-M01", "2026-12-15", "2027-01-14"),
        ("nd09_month", "2026-03-01", "Tháng 3 năm 2026", "2026-M03", "2026-02-15", "2026-03-14"),
        ("nd09_quarter", "2025-12-15", "Quý I năm 2026", "2026-Q1", "2025-12-15", "2026-03-14"),
        ("nd09_quarter", "2026-03-15", "Quý II năm 2026", "2026-Q2", "2026-03-15", "2026-06-14"),
        ("nd09_quarter", "2026-09-14", "Quý III năm 2026", "2026-Q3", "2026-06-15", "2026-09-14"),
        ("nd09_quarter", "2026-11-21", "Quý IV năm 2026", "2026-Q4", "2026-09-15", "2026-12-14"),
        ("nd09_half", "2026-06-14", "6 tháng đầu năm 2026", "2026-H1", "2025-12-15", "2026-06-14"),
        ("nd09_half", "2026-06-15", "6 tháng cuối năm 2026", "2026-H2", "2026-06-15", "2026-12-14"),
        ("nd09_year", "2026-12-14", "Năm 2026", "2026", "2025-12-15", "2026-12-14"),
        ("nine_month", "2026-09-14", "9 tháng năm 2026", "2026-9M", "2025-12-15", "2026-09-14"),
        ("calendar_quarter", "2026-12-31", "Quý IV năm 2026", "2026-C4", "2026-10-01", "2026-12-31"),
        ("school_year", "2026-09-01", "Năm học 2026–2027", "2026-2027", "2026-09-01", "2027-08-31"),
        ("school_year", "2026-08-31", "Năm học 2025–2026", "2025-2026", "2025-09-01", "2026-08-31"),
    ],
)
def test_the_windows(scheme: str, moment: str, label: str, key: str, first: str, last: str) -> None:
    period = periods.period_at(scheme, date.fromisoformat(moment))
    with translation.override("vi"):
        assert (period.label, period.key, str(period.first), str(period.last)) == (label, key, first, last)


def test_the_cut_off_is_midnight_in_viet_nam() -> None:
    third, fourth = (periods.period_by_key("nd09_quarter", key) for key in ("2026-Q3", "2026-Q4"))
    before, after = vn("2026-09-14T23:50"), vn("2026-09-15T00:10")
    assert third.contains(before) and not fourth.contains(before)
    assert fourth.contains(after) and not third.contains(after)
    assert fourth.contains(after.astimezone(timezone.utc))
    assert periods.period_at("nd09_quarter", datetime(2026, 9, 14, 17, 10, tzinfo=timezone.utc)) == fourth
    assert third.ends == fourth.begins == vn("2026-09-15T00:00")


@pytest.mark.parametrize(("day", "known"), [("2026-09-14", True), ("2026-09-15", False), ("2026-12-14", False), ("2026-12-15", True)])
def test_nine_month_answers_nothing_between_its_end_and_the_new_year(day: str, known: bool) -> None:
    assert (periods.period_at("nine_month", date.fromisoformat(day)) is not None) is known


def test_nine_months_follow_each_other_over_the_gap() -> None:
    period = periods.period_by_key("nine_month", "2026-9M")
    assert periods.next_(period).key == "2027-9M"
    assert periods.previous(periods.next_(period)) == period


def test_the_data_window_in_words() -> None:
    with translation.override("vi"):
        assert periods.data_window_words(periods.period_by_key("nd09_quarter", "2026-Q4")) == "(Số liệu từ ngày 15/9/2026 đến hết ngày 14/12/2026)"


def test_the_same_period_last_year() -> None:
    assert periods.same_last_year(periods.period_by_key("nd09_quarter", "2026-Q1")).key == "2025-Q1"


def test_the_days_on_which_each_level_hands_in() -> None:
    found = periods.due_dates(periods.period_by_key("nd09_quarter", "2026-Q4"), Calendar())
    assert found == {"school": vn("2026-12-16T17:00"), "commune": vn("2026-12-21T17:00"), "department": vn("2026-12-24T17:00"), "exchange": vn("2026-12-25T17:00")}


def test_a_day_off_moves_the_hand_in_to_the_next_working_day() -> None:
    calendar = Calendar(off=frozenset({date(2026, 9, 16)}))
    found = periods.due_dates(periods.period_by_key("nd09_quarter", "2026-Q3"), calendar)
    assert found["school"] == vn("2026-09-17T17:00")
    assert periods.due_dates(periods.period_by_key("nd09_quarter", "2026-Q2"), Calendar())["commune"] == vn("2026-06-22T17:00")


@pytest.mark.parametrize("key", ["2026-Q5", "2026-H1", "", "2026", "0000-Q1", "9999-Q4", "２０２６-Q1"])
def test_a_key_of_no_period_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="Không có kỳ"):
        periods.period_by_key("nd09_quarter", key)


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="cách chia kỳ"):
        periods.period_at("quarter", date(2026, 1, 1))


instants = st.datetimes(datetime(1976, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc))


@given(st.sampled_from(WHOLE), instants)
def test_every_instant_lies_in_exactly_one_period(scheme: str, instant: datetime) -> None:
    period = periods.period_at(scheme, instant)
    assert period.contains(instant)
    assert period.begins <= instant < period.ends
    assert not periods.previous(period).contains(instant)
    assert not periods.next_(period).contains(instant)


@given(st.sampled_from(WHOLE), instants)
def test_consecutive_periods_touch(scheme: str, instant: datetime) -> None:
    period = periods.period_at(scheme, instant)
    following = periods.next_(period)
    assert following.first == period.last + timedelta(days=1)
    assert periods.previous(following) == period
    assert periods.period_at(scheme, following.first) == following


@given(st.sampled_from(sorted(SCHEMES)), instants)
def test_a_key_finds_its_period_again(scheme: str, instant: datetime) -> None:
    period = periods.period_at(scheme, instant)
    assert period is None or periods.period_by_key(scheme, period.key) == period


@given(instants)
def test_months_make_quarters_make_halves_make_years(instant: datetime) -> None:
    month, quarter, half, year = (periods.period_at(f"nd09_{name}", instant) for name in ("month", "quarter", "half", "year"))
    assert year.first <= half.first <= quarter.first <= month.first
    assert month.last <= quarter.last <= half.last <= year.last


@given(instants)
def test_nine_month_is_silent_exactly_in_the_fourth_quarter(instant: datetime) -> None:
    fourth = periods.period_at("nd09_quarter", instant).number == 4
    assert (periods.period_at("nine_month", instant) is None) is fourth


@given(st.sampled_from(sorted(SCHEMES)), instants, st.frozensets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=20))
def test_every_level_has_a_working_day_after_the_cut_off(scheme: str, instant: datetime, off: frozenset[date]) -> None:
    period = periods.period_at(scheme, instant)
    if period is None:
        return
    calendar = Calendar(off=off)
    found = list(periods.due_dates(period, calendar).values())
    assert found == sorted(found)
    assert all(calendar.is_working(instant.date()) and instant > period.ends for instant in found)


class TestTheCommand:
    @pytest.mark.parametrize(
        ("scheme", "moment", "line"),
        [
            ("nd09_quarter", "2026-09-14T23:50", "Quý III năm 2026\t2026-06-15\t2026-09-14"),
            ("nd09_quarter", "2026-09-14T17:10:00Z", "Quý IV năm 2026\t2026-09-15\t2026-12-14"),
            ("nd09_quarter", "2026-09-15T00:10:00+07:00", "Quý IV năm 2026\t2026-09-15\t2026-12-14"),
            ("school_year", "2026-11-21", "Năm học 2026–2027\t2026-09-01\t2027-08-31"),
        ],
    )
    def test_it_prints_label_and_days(self, scheme: str, moment: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("periods", "at", scheme, moment)
        assert capsys.readouterr().out == line + "\n"

    def test_it_prints_nothing_in_the_gap_and_says_so_on_the_side(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("periods", "at", "nine_month", "2026-11-21")
        said = capsys.readouterr()
        assert said.out == ""
        assert "nine_month" in said.err

    @pytest.mark.parametrize(("scheme", "moment"), [("quarter", "2026-11-21"), ("nd09_year", "mai"), ("nd09_year", "2026-02-30"), ("nd09_year", "0001-01-01")])
    def test_it_refuses_nonsense_in_one_line(self, scheme: str, moment: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            call_command("periods", "at", scheme, moment)
        said = capsys.readouterr()
        assert stopped.value.code == 2
        assert (said.out, len(said.err.strip().splitlines())) == ("", 1)
