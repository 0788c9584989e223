"""Shut, reopened, idle, reviewed: the administrator keeps accounts and sees no case (domain/privacy.md 4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client

from coordination import clocks
from coordination.models import SYSTEM, AccountReview, Appointment, Notice, TrailLine, User
from coordination.models.notices import NoticeKind
from coordination.people import account_lists, account_requests, postings
from coordination.people.account_lists import State
from coordination.workflow import Stale
from tests.world import NOW, World

LIST = "/tai-khoan-don-vi/"


def suspended(world: World, who: str = "deputy", why: str = "danger") -> User:
    """The administrator shuts an account."""
    with world.acting("sysadmin") as admin:
        return postings.suspend(world.actor(who).user, by=admin, why=why)


# Shut and reopened


def test_a_shut_account_is_out_at_once_everywhere_and_stays_out(world: World) -> None:
    client = world.client("deputy")
    assert client.get("/").status_code == 200
    suspended(world)
    assert client.get("/").url.startswith("/tai-khoan/login/")
    with world.acting("sysadmin") as admin:
        account_requests.ask_reopen(world.actor("deputy").user, by=admin, reason="Đã đổi máy.")
    assert client.get("/").url.startswith("/tai-khoan/login/"), "the old session does not come back to life"


def test_shutting_needs_one_person_and_opening_a_watched_post_two(world: World) -> None:
    for who, state in (("deputy", "done"), ("officer", "approved")):
        user = suspended(world, who)
        with world.acting("sysadmin") as admin:
            asked = account_requests.ask_reopen(user, by=admin, reason="Đã đi làm lại.")
        user.refresh_from_db()
        assert (asked.status, user.is_active) == (state, state == "done")
    with world.acting("chief") as chief:
        account_requests.confirm(asked, by=chief)
    user.refresh_from_db()
    assert user.is_active and user.is_open and user.suspended_at is None


def test_the_superior_is_told_and_the_reason_stands_in_the_trail(world: World) -> None:
    suspended(world)
    with world.acting("system"):
        [told] = Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.ACCOUNT_SUSPENDED)
        [line] = TrailLine.objects.filter(act="suspend_account")
    assert told.post == world.actor("principal").post and line.detail["why"] == "danger"


def test_a_second_press_finds_it_shut(world: World) -> None:
    suspended(world)
    with pytest.raises(Stale):
        suspended(world)


@pytest.mark.parametrize("who", ["principal", "dpo", "doet_leader", "chief"])
def test_nobody_but_an_administrator_shuts(world: World, who: str) -> None:
    with world.acting(who) as actor, pytest.raises((PermissionDenied, User.DoesNotExist)):
        postings.suspend(world.actor("deputy").user, by=actor, why="left")


# Idle


def used(who: str, world: World, ago: timedelta) -> User:
    """When somebody last signed in."""
    user = world.actor(who).user
    User.objects.filter(pk=user.pk).update(last_login=NOW - ago, active_since=NOW - timedelta(days=400))
    return user


@pytest.fixture
def everybody_came_today(world: World) -> World:
    """Nobody is idle but whom a test says."""
    User.objects.update(last_login=NOW, active_since=NOW - timedelta(days=400))
    return world


def watched(world: World, at: Any) -> tuple[int, int]:
    """The loop's look."""
    with world.acting("system", at):
        return postings.watch_idle()


def test_after_38_days_the_holder_is_told_once_and_after_45_he_is_out(everybody_came_today: World) -> None:
    world = everybody_came_today
    user = used("deputy", world, timedelta(days=37, hours=23))
    assert watched(world, NOW) == (0, 0)
    warned_at = NOW + timedelta(hours=1)
    assert watched(world, warned_at) == (1, 0) and watched(world, warned_at) == (0, 0)
    with world.acting("system"):
        [told] = Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.ACCOUNT_IDLE)
        assert told.user == user
    assert watched(world, warned_at + timedelta(days=7) - timedelta(seconds=1)) == (0, 0)
    assert watched(world, warned_at + timedelta(days=7)) == (0, 1)
    user.refresh_from_db()
    assert (user.is_active, user.suspension) == (False, "idle")


def test_whoever_comes_back_in_the_last_week_stays_and_is_told_anew_next_time(everybody_came_today: World) -> None:
    world = everybody_came_today
    user = used("deputy", world, timedelta(days=39))
    assert watched(world, NOW) == (1, 0)
    User.objects.exclude(pk=user.pk).update(last_login=NOW + timedelta(days=400))
    User.objects.filter(pk=user.pk).update(last_login=NOW + timedelta(days=5))
    assert watched(world, NOW + timedelta(days=10)) == (0, 0)
    assert watched(world, NOW + timedelta(days=44)) == (1, 0)


def test_a_loop_that_stood_still_gives_the_week_all_the_same(everybody_came_today: World) -> None:
    world = everybody_came_today
    used("deputy", world, timedelta(days=90))
    assert watched(world, NOW) == (1, 0)
    assert watched(world, NOW + timedelta(days=7)) == (0, 1)


def test_the_last_administrator_is_never_shut_by_the_clock(everybody_came_today: World) -> None:
    world = everybody_came_today
    used("sysadmin", world, timedelta(days=90))
    assert (watched(world, NOW), watched(world, NOW + timedelta(days=8))) == ((1, 0), (0, 0))


def test_an_account_that_waits_for_its_code_is_not_idle(everybody_came_today: World) -> None:
    user = used("deputy", everybody_came_today, timedelta(days=90))
    user.set_unusable_password()
    user.save(update_fields=["password"])
    assert watched(everybody_came_today, NOW) == (0, 0)


def test_nobody_is_absent_from_the_sample(everybody_came_today: World, monkeypatch: pytest.MonkeyPatch) -> None:
    used("deputy", everybody_came_today, timedelta(days=90))
    monkeypatch.setattr(settings, "DEMO", True)
    assert watched(everybody_came_today, NOW) == (0, 0)


def test_reopening_begins_the_count_anew(everybody_came_today: World) -> None:
    world = everybody_came_today
    used("deputy", world, timedelta(days=90))
    watched(world, NOW)
    watched(world, NOW + timedelta(days=7))
    with world.acting("sysadmin", NOW + timedelta(days=8)) as admin:
        account_requests.ask_reopen(world.actor("deputy").user, by=admin, reason="Đã đi làm lại.")
    User.objects.exclude(pk=world.actor("deputy").user.pk).update(last_login=NOW + timedelta(days=400))
    assert watched(world, NOW + timedelta(days=8 + 37)) == (0, 0)
    assert watched(world, NOW + timedelta(days=8 + 38)) == (1, 0)


def test_a_page_does_not_write_when_it_was_used(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client("principal")
    before = User.objects.get(username="hieutruong.bk-cs-01").last_login
    client.get("/")
    assert User.objects.get(username="hieutruong.bk-cs-01").last_login == before is not None


# The list


def listed(client: Client, **asked: str) -> list[str]:
    """The names on the page."""
    with clocks.set_to(NOW):
        return [row.user.username for row in client.get(LIST, asked).context["rows"]]


def test_each_filter_finds_what_it_says_and_agrees_with_the_row(everybody_came_today: World) -> None:
    world = everybody_came_today
    suspended(world, "deputy")
    used("principal", world, timedelta(days=40))
    Appointment.objects.filter(pk=world.actor("chief").pk).update(ends_on=NOW.date() + timedelta(days=30))
    Appointment.objects.filter(pk=world.actor("leader").pk).update(ends_on=NOW.date() + timedelta(days=31))
    User.objects.filter(pk=world.actor("culture").user.pk).update(password="!")
    client = world.client("sysadmin")
    found = {state: listed(client, state=state) for state in State.values}
    assert found["suspended"] == ["canbo.bk-cs-01"] and found["idle"] == ["hieutruong.bk-cs-01"]
    assert found["ends_soon"] == ["truongca.ducxuan"] and found["unopened"] == ["vhxh.ducxuan"]
    with clocks.set_to(NOW):
        for row in client.get(LIST).context["rows"]:
            for state in State.values:
                if row.user.username in found[state]:
                    assert state in row.states, (row.user.username, state)
                elif state in row.states:
                    raise AssertionError((row.user.username, state))


def test_the_search_knows_units_without_marks_and_the_filter_stays_in_the_address(world: World) -> None:
    client = world.client("sysadmin")
    assert set(listed(client, q="truong thcs anh duong")) >= {"canbo.bk-cs-01", "hieutruong.bk-cs-01"}
    assert listed(client, q="PA03") == ["pa03.bk", "truongpa03.bk"]
    assert listed(client, q="khong co ai") == []


def test_pages_follow_each_other_by_name_and_leave_nobody_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, names = world.client("sysadmin"), []
    everybody = sorted(User.objects.visible_to(world.actor("sysadmin")).values_list("username", flat=True))
    monkeypatch.setattr(account_lists, "PAGE", 7)
    after = ""
    with clocks.set_to(NOW):
        while True:
            page = client.get(LIST, {"after": after} if after else {})
            names += [row.user.username for row in page.context["rows"]]
            after = page.context["older"]
            if not after:
                break
    assert names == everybody


def test_the_list_costs_the_same_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client("sysadmin")
    with clocks.set_to(NOW), django_assert_max_num_queries(24):
        assert len(client.get(LIST).context["rows"]) > 30


def test_one_account_shows_its_events_and_no_case(world: World) -> None:
    world.file()
    suspended(world)
    client = world.client("sysadmin")
    with clocks.set_to(NOW):
        page = client.get(f"{LIST}{world.actor('deputy').user.code}/")
    said = page.content.decode()
    assert [event["words"] for event in page.context["events"]] == ["Tạm ngừng"] and "Nghi lộ mật khẩu" in said
    assert "VV-" not in said and "dao gọt" not in said


# The review


def test_the_review_is_an_act_once_a_day_and_due_after_half_a_year(world: World) -> None:
    client = world.client("sysadmin")
    where = f"{LIST}ra-soat/"
    with clocks.set_to(NOW):
        assert client.get(LIST).context["review_due"]
        assert client.post(where, {"__end": "1"}).status_code == 422
        assert client.post(where, {"seen": "on", "__end": "1"}).status_code == 302
        assert client.post(where, {"seen": "on", "__end": "1"}).status_code == 409
        assert not client.get(LIST).context["review_due"]
    with world.acting("system"):
        [done] = AccountReview.objects.visible_to(SYSTEM)
        assert TrailLine.objects.get(act="review_accounts").detail["accounts"] == done.accounts == User.objects.visible_to(world.actor("sysadmin")).count()
    with world.acting("sysadmin", NOW + timedelta(days=183)) as admin:
        assert account_lists.review_is_due(account_lists.last_review(admin))
    with world.acting("sysadmin", NOW + timedelta(days=182)) as admin:
        assert not account_lists.review_is_due(account_lists.last_review(admin))


# The forgotten password


def test_the_mail_gives_a_new_password_and_never_a_second_factor(world: World, mailoutbox: list[Any]) -> None:
    user = world.actor("deputy").user
    assert Client().post("/tai-khoan/password/reset/", {"email": user.email}).status_code == 302
    [link] = [word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word]
    client = Client()
    form = client.get(link.removeprefix(settings.PORTAL_ORIGIN), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "Mot-cau-khac-dai-2026", "password2": "Mot-cau-khac-dai-2026"})
    user.refresh_from_db()
    assert user.check_password("Mot-cau-khac-dai-2026")
    fresh = Client()
    answer = fresh.post("/tai-khoan/login/", {"login": user.username, "password": "Mot-cau-khac-dai-2026"})
    assert answer.status_code == 302 and "buoc-hai" in answer.url, "the second factor is asked for as before"
    assert fresh.get("/").status_code == 302


@pytest.mark.parametrize("state", ["shut", "waiting"])
def test_no_link_goes_to_an_account_that_is_shut_or_waits_for_its_code(world: World, mailoutbox: list[Any], state: str) -> None:
    user = world.actor("deputy").user
    open_said = Client().post("/tai-khoan/password/reset/", {"email": world.actor("principal").user.email})
    User.objects.filter(pk=user.pk).update(**{"is_active": False} if state == "shut" else {"password": "!x"})
    before = len(mailoutbox)
    answer = Client().post("/tai-khoan/password/reset/", {"email": user.email})
    assert (answer.status_code, answer.url) == (open_said.status_code, open_said.url), "the page says the same"
    assert not any("password/reset/key" in sent.body for sent in mailoutbox[before:])
