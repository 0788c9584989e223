"""Clocks run out when the rules say so, whatever the hour, the day or the pause."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from coordination import calendars, clocks
from coordination.clocks import Calendar, Pause, State
from coordination.models.calendar import CalendarDay, DayKind

PLAIN = Calendar()
TET = Calendar(off=frozenset(date(2026, 2, day) for day in range(16, 21)))
SWAP = Calendar(off=frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}), working=frozenset({date(2026, 8, 22)}))


def vn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clocks.ZONE)


@pytest.mark.parametrize(
    ("kind", "start", "expected"),
    [
        ("office:1d", "2026-11-25T10:42", "2026-11-26T17:00"),
        ("office:3d", "2026-11-25T10:42", "2026-11-30T17:00"),  # the receipt of practice.md 4
        ("office:1d", "2026-11-20T16:59", "2026-11-23T17:00"),  # Friday to Monday
        ("office:1d", "2026-11-20T17:00", "2026-11-24T17:00"),  # closed: counts from Monday 07:30
        ("office:1d", "2026-11-21T09:00", "2026-11-24T17:00"),  # Saturday
        ("office:1d", "2026-11-23T06:00", "2026-11-24T17:00"),  # before opening, the same day
        ("office:1d", "2026-11-23T12:15", "2026-11-24T17:00"),  # lunch
        ("office:5d", "2026-11-23T08:00", "2026-11-30T17:00"),
        ("office:4h", "2026-11-25T07:30", "2026-11-25T11:30"),
        ("office:4h", "2026-11-25T10:00", "2026-11-25T16:00"),
        ("office:4h", "2026-11-25T15:00", "2026-11-26T09:30"),
        ("office:4h", "2026-11-20T16:00", "2026-11-23T10:30"),
        ("office:1h", "2026-11-25T12:00", "2026-11-25T14:30"),
        ("safety:30m", "2026-11-22T23:50", "2026-11-23T00:20"),
        ("safety:2h", "2026-11-21T22:30", "2026-11-22T00:30"),
        ("safety:10d", "2026-11-25T10:42", "2026-12-05T10:42"),
    ],
)
def test_a_clock_runs_out_at(kind: str, start: str, expected: str) -> None:
    assert clocks.due(kind, vn(start), PLAIN) == vn(expected)


def test_an_office_clock_sleeps_through_tet() -> None:
    assert clocks.due("office:1d", vn("2026-02-13T15:00"), TET) == vn("2026-02-23T17:00")
    assert clocks.due("office:4h", vn("2026-02-13T15:00"), TET) == vn("2026-02-23T09:30")


def test_a_make_up_saturday_is_worked() -> None:
    assert clocks.due("office:1d", vn("2026-08-21T10:00"), SWAP) == vn("2026-08-22T17:00")
    assert clocks.due("office:1d", vn("2026-08-28T10:00"), SWAP) == vn("2026-09-03T17:00")


def test_a_safety_clock_does_not_know_holidays() -> None:
    assert clocks.due("safety:24h", vn("2026-02-16T15:00"), TET) == vn("2026-02-17T15:00")


def test_the_offset_of_the_start_does_not_matter() -> None:
    utc = datetime(2026, 11, 25, 3, 42, tzinfo=timezone.utc)
    assert clocks.due("office:1d", utc, PLAIN).isoformat() == "2026-11-26T17:00:00+07:00"


@pytest.mark.parametrize("kind", ["", "office", "office:", "office:0d", "office:30m", "office:1D", "office:-1d", "safety:1w", "day", " office:1d", "office:1d\n", "office:١d", "safety:1.5h"])
def test_a_bad_kind_is_refused_in_words(kind: str) -> None:
    with pytest.raises(ValueError, match="Không có loại đồng hồ"):
        clocks.due(kind, vn("2026-11-25T10:42"), PLAIN)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        clocks.due("office:1d", datetime(2026, 11, 25), PLAIN)


class TestPauses:
    def test_a_safety_clock_moves_by_the_length_of_the_pause(self) -> None:
        pause = Pause(vn("2026-11-25T11:00"), vn("2026-11-25T12:30"), "chờ nhà trường bổ sung")
        assert clocks.due_after_pauses("safety:4h", vn("2026-11-25T10:00"), [pause], PLAIN) == vn("2026-11-25T15:30")

    def test_overlapping_pauses_count_once(self) -> None:
        pauses = [Pause(vn("2026-11-25T12:00"), vn("2026-11-25T13:00"), "b"), Pause(vn("2026-11-25T11:00"), vn("2026-11-25T12:30"), "a")]
        assert clocks.due_after_pauses("safety:4h", vn("2026-11-25T10:00"), pauses, PLAIN) == vn("2026-11-25T16:00")

    def test_office_hours_in_the_pause_are_not_counted(self) -> None:
        pause = Pause(vn("2026-11-25T11:00"), vn("2026-11-25T14:30"), "chờ nhà trường bổ sung")
        assert clocks.due_after_pauses("office:4h", vn("2026-11-25T10:00"), [pause], PLAIN) == vn("2026-11-26T08:00")

    def test_a_working_day_that_closes_in_the_pause_is_not_counted(self) -> None:
        pause = Pause(vn("2026-11-26T09:00"), vn("2026-11-27T09:00"), "chờ nhà trường bổ sung")
        assert clocks.due_after_pauses("office:1d", vn("2026-11-25T10:00"), [pause], PLAIN) == vn("2026-11-27T17:00")

    def test_a_clock_started_in_a_pause_starts_after_it(self) -> None:
        pause = Pause(vn("2026-11-25T09:00"), vn("2026-11-26T08:00"), "đang giải quyết theo tố tụng")
        assert clocks.due_after_pauses("office:1d", vn("2026-11-25T10:00"), [pause], PLAIN) == vn("2026-11-27T17:00")

    def test_an_open_pause_stops_the_clock(self) -> None:
        pause = Pause(vn("2026-11-25T11:00"), None, "đang giải quyết theo tố tụng")
        assert clocks.due_after_pauses("office:3d", vn("2026-11-25T10:00"), [pause], PLAIN) is None

    def test_a_pause_after_the_end_changes_nothing(self) -> None:
        pause = Pause(vn("2026-11-26T11:00"), None, "đang giải quyết theo tố tụng")
        assert clocks.due_after_pauses("safety:4h", vn("2026-11-25T10:00"), [pause], PLAIN) == vn("2026-11-25T14:00")


class TestTimeLeft:
    @pytest.mark.parametrize(
        ("now", "words"),
        [
            ("2026-11-25T13:40", "còn 3 giờ 20 phút"),
            ("2026-11-24T13:00", "còn 1 ngày 4 giờ"),
            ("2026-11-23T13:00", "còn 2 ngày"),
            ("2027-01-31T16:00", "quá hạn 66 ngày"),
            ("2026-11-25T14:00", "còn 3 giờ"),
            ("2026-11-25T16:59:30", "còn dưới 1 phút"),
            ("2026-11-25T17:46", "quá hạn 46 phút"),
            ("2026-11-26T17:05", "quá hạn 1 ngày"),
        ],
    )
    def test_in_words(self, now: str, words: str) -> None:
        with translation.override("vi"):
            assert clocks.time_left(vn("2026-11-25T17:00"), vn(now)) == words

    @pytest.mark.parametrize(("now", "state"), [("10:00", State.ON_TIME), ("13:00", State.ON_TIME), ("13:01", State.SOON), ("14:00", State.SOON), ("14:01", State.LATE)])
    def test_the_last_quarter_is_soon(self, now: str, state: State) -> None:
        assert clocks.state(vn("2026-11-25T10:00"), vn("2026-11-25T14:00"), vn(f"2026-11-25T{now}")) == state


class TestSetClock:
    def test_set_to_stops_the_clock_and_lets_it_go(self) -> None:
        instant = vn("2026-11-25T10:42")
        with clocks.set_to(instant):
            assert clocks.now() == instant
            assert clocks.today() == date(2026, 11, 25)
            with clocks.set_to(instant + timedelta(days=1)):
                assert clocks.today() == date(2026, 11, 26)
            assert clocks.now() == instant
        assert abs(clocks.now() - datetime.now(timezone.utc)) < timedelta(seconds=5)

    def test_it_is_let_go_after_a_failure(self) -> None:
        with pytest.raises(KeyError), clocks.set_to(vn("2020-01-01T00:00")):
            raise KeyError
        assert clocks.today().year > 2020

    def test_the_day_is_the_day_in_viet_nam(self) -> None:
        with clocks.set_to(datetime(2026, 9, 14, 17, 10, tzinfo=timezone.utc)):
            assert clocks.today() == date(2026, 9, 15)
            assert clocks.now().utcoffset() == timedelta(hours=7)


instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1), timezones=st.just(clocks.ZONE))
kinds = st.one_of(
    st.integers(1, 60).map(lambda count: f"office:{count}d"),
    st.integers(1, 200).map(lambda count: f"office:{count}h"),
    st.tuples(st.integers(1, 200), st.sampled_from("dhm")).map(lambda pair: f"safety:{pair[0]}{pair[1]}"),
)
days = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30)
calendar_values = st.builds(lambda off, working: Calendar(off=off, working=working), days, days)
pauses = st.lists(st.tuples(instants, st.timedeltas(timedelta(0), timedelta(days=9))).map(lambda pair: Pause(pair[0], pair[0] + pair[1], "chờ")), max_size=4)


@given(kinds, instants, calendar_values)
def test_due_is_after_the_start(kind: str, start: datetime, calendar: Calendar) -> None:
    assert clocks.due(kind, start, calendar) > start


@given(kinds.filter(lambda kind: kind.startswith("office")), instants, calendar_values)
def test_an_office_clock_ends_on_a_working_day_in_a_session(kind: str, start: datetime, calendar: Calendar) -> None:
    end = clocks.due(kind, start, calendar)
    assert calendar.is_working(end.date())
    assert any(opens < end.time() <= closes for opens, closes in calendar.sessions)
    if kind.endswith("d"):
        assert end.time() == time(17, 0)


@given(kinds, instants, st.timedeltas(timedelta(0), timedelta(days=30)), calendar_values)
def test_a_later_start_is_never_due_earlier(kind: str, start: datetime, later: timedelta, calendar: Calendar) -> None:
    assert clocks.due(kind, start, calendar) <= clocks.due(kind, start + later, calendar)


@given(st.sampled_from(["office:{}d", "office:{}h", "safety:{}m"]), st.integers(1, 90), instants, calendar_values)
def test_a_longer_clock_is_due_later(kind: str, count: int, start: datetime, calendar: Calendar) -> None:
    assert clocks.due(kind.format(count), start, calendar) < clocks.due(kind.format(count + 1), start, calendar)


@given(kinds, instants, pauses, calendar_values)
def test_pauses_never_shorten_and_end_outside_a_pause(kind: str, start: datetime, stops: list[Pause], calendar: Calendar) -> None:
    end = clocks.due_after_pauses(kind, start, stops, calendar)
    assert end is not None
    assert end >= clocks.due(kind, start, calendar)
    assert not any(stop.start < end < stop.end for stop in stops)


@given(kinds, instants, calendar_values)
def test_without_pauses_both_ways_agree(kind: str, start: datetime, calendar: Calendar) -> None:
    assert clocks.due_after_pauses(kind, start, [], calendar) == clocks.due(kind, start, calendar)


@given(instants, st.timedeltas(timedelta(minutes=1), timedelta(days=90)), st.timedeltas(timedelta(0), timedelta(days=180)))
def test_a_clock_only_moves_from_on_time_to_soon_to_late(opened: datetime, length: timedelta, passed: timedelta) -> None:
    order = list(State)
    assume(passed > timedelta(0))
    earlier, later = (clocks.state(opened, opened + length, opened + part) for part in (passed / 2, passed))
    assert order.index(earlier) <= order.index(later)


@pytest.mark.django_db
class TestTheTable:
    @pytest.fixture(autouse=True)
    def loaded(self) -> Iterator[None]:
        calendars.load_calendar()
        yield
        calendars.forget()

    def test_it_knows_tet_and_the_make_up_day(self) -> None:
        calendar = calendars.calendar_for(None)
        assert not calendar.is_working(date(2026, 2, 17))
        assert calendar.is_working(date(2026, 8, 22))
        assert not calendar.is_working(date(2026, 8, 31))

    def test_the_culture_day_is_known_and_switched_off(self) -> None:
        row = CalendarDay.objects.get(day=date(2026, 11, 24))
        assert (row.kind, row.provisional) == (DayKind.WORKING, True)
        assert calendars.calendar_for(None).is_working(date(2026, 11, 24))

    def test_2027_is_provisional_and_2026_is_not(self) -> None:
        assert set(CalendarDay.objects.filter(day__year=2027).values_list("provisional", flat=True)) == {True}
        assert not CalendarDay.objects.get(day=date(2026, 9, 2)).provisional

    def test_loading_again_changes_nothing_and_keeps_what_people_corrected(self) -> None:
        CalendarDay.objects.filter(day=date(2027, 2, 4)).update(kind=DayKind.WORKING, source="Thông báo nghỉ Tết 2027")
        before = list(CalendarDay.objects.values_list("day", "kind", "name", "source", "provisional"))
        calendars.load_calendar()
        assert list(CalendarDay.objects.values_list("day", "kind", "name", "source", "provisional")) == before
        assert calendars.calendar_for(None).is_working(date(2027, 2, 4))

    def test_the_answer_is_remembered_for_a_short_time(self, django_assert_num_queries: Callable) -> None:
        calendars.calendar_for(None)
        with django_assert_num_queries(0):
            calendars.calendar_for(None)

    def test_the_command_prints_the_due_instant(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("clocks", "due", "office:1d", "2026-11-20T16:30")
        call_command("clocks", "due", "safety:30m", "2026-11-20T16:45:00Z")
        call_command("clocks", "due", "office:1d", "2026-02-13T15:00+07:00")
        assert capsys.readouterr().out.splitlines() == ["2026-11-23T17:00:00+07:00", "2026-11-21T00:15:00+07:00", "2026-02-23T17:00:00+07:00"]

    @pytest.mark.parametrize(("kind", "start"), [("office:1w", "2026-11-20T16:30"), ("office:1d", "hôm qua"), ("office:1d", "2026-11-20"), ("office:1d", "2026-13-20T10:00"), ("office:1d", "9999-12-31T23:59")])
    def test_the_command_refuses_nonsense_in_one_line(self, kind: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            call_command("clocks", "due", kind, start)
        said = capsys.readouterr()
        assert stopped.value.code == 2
        assert said.out == ""
        assert len(said.err.strip().splitlines()) == 1
